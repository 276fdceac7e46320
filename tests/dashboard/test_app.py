"""The server: its addresses, and that nothing in it blocks the event loop or reaches the cube without a viewer."""

import gzip
import inspect
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest

import dashboard
from dashboard.app import create_app
from dashboard.cube_source import CubeSource
from dashboard.pages import PAGES, START, page_at
from dashboard.viewers import ViewerMiddleware, current_viewer
from pipeline.cube import Cube
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.dashboard.http_client import request


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_api_addresses_are_a_problem_in_json_not_a_page(address: str, method: str) -> None:
    answer = request(address, "/api/v1/nothing?x=1", method)
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["status"] == 404


def test_health_is_asked_without_a_cube(address: str) -> None:
    assert json.loads(request(address, "/healthz").body) == {"status": "ok"}


def test_the_root_leads_to_the_first_page_with_its_query(address: str) -> None:
    answer = request(address, "/?pool=a&project=b")
    assert (answer.status, answer.headers["location"]) == (307, f"{PAGES[0].path}?pool=a&project=b")


@pytest.mark.parametrize("path", ["/", "/?", START.path])
def test_the_bare_root_is_a_page_that_leads_on_in_the_browser(address: str, path: str) -> None:
    answer = request(address, path)
    assert answer.status == 200
    assert b'<html lang="en">' in answer.body


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_page_has_an_address(address: str, page: object) -> None:
    answer = request(address, page.path + "?range=7d")  # type: ignore[attr-defined]
    assert answer.status == 200
    assert b'<html lang="en">' in answer.body


def test_an_unknown_page_is_not_found_but_still_a_page(address: str) -> None:
    answer = request(address, "/no/such/page")
    assert answer.status == 404
    assert b'<html lang="en">' in answer.body


def test_no_file_outside_the_assets_is_served(address: str) -> None:
    for path in ("/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2fapp.py"):
        assert b"create_app" not in request(address, path).body


def test_pages_name_no_other_host(address: str) -> None:
    body = request(address, "/usage").body.decode()
    referenced = re.findall(r'(?:src|href)="([^"]+)"', body)
    assert referenced
    assert [url for url in referenced if not url.startswith("/")] == []


def test_another_host_name_is_refused(address: str) -> None:
    assert request(address, "/healthz", Host="attacker.test").status == 400


def test_scripts_are_compressed_and_kept(address: str) -> None:
    page = request(address, "/usage").body.decode()
    script = next(url for url in re.findall(r'src="([^"]+)"', page) if "dash_mantine_components.v" in url)
    plain = request(address, script).body
    packed = request(address, script, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    assert gzip.decompress(packed.body) == plain
    assert len(packed.body) < len(plain) / 2


def test_a_script_that_is_not_there_is_not_kept(address: str) -> None:
    assert request(address, "/_dash-component-suites/dash/nothing.v1m1.js", Accept_Encoding="gzip").status >= 400


def test_no_callback_is_sync(tmp_path: Path) -> None:
    server = create_app(CubeSource(tmp_path), Settings(lake=tmp_path))
    found = server.state.dash.callback_map.items()
    callbacks = {
        output: entry["callback"] for output, entry in found if "callback" in entry
    }  # others run in the browser
    assert len(callbacks) >= 6
    sync = [output for output, callback in callbacks.items() if not inspect.iscoroutinefunction(callback)]
    assert sync == []


def test_registry_of_pages_is_sound() -> None:
    assert len({page.path for page in PAGES}) == len(PAGES)
    assert all(re.fullmatch(r"/[a-z][a-z-]*", page.path) for page in PAGES)
    assert page_at("/") is page_at(START.path) is START
    assert page_at(PAGES[1].path + "/") is PAGES[1]
    assert page_at("/nothing") is None
    icons = (Path(dashboard.__file__).parent / "assets" / "icons.css").read_text("utf-8")
    assert all(f".icon-{page.icon}{{" in icons for page in PAGES)


def test_there_is_no_viewer_outside_a_request() -> None:
    with pytest.raises(LookupError):
        current_viewer()


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_every_request_has_its_viewer(kind: str) -> None:
    seen: list[Viewer] = []

    async def inner(scope: object, _receive: object, _send: object) -> None:
        seen.extend([scope["viewer"], current_viewer()])  # type: ignore[index]

    async def one_request() -> None:
        await ViewerMiddleware(inner)({"type": kind}, None, None)  # type: ignore[arg-type]
        with pytest.raises(LookupError):
            current_viewer()

    with ThreadPoolExecutor(1) as thread:  # playwright keeps a loop in this one
        thread.submit(anyio.run, one_request).result()
    assert seen == [LOCAL, LOCAL]


def test_a_slow_question_holds_nobody_else_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answered = threading.Event(), threading.Event()
    usage = Cube.usage

    def slow(self: Cube, *given: object) -> object:
        asked.set()
        assert answered.wait(20), "the server answered nobody else meanwhile"
        return usage(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Cube, "usage", slow)
    with ThreadPoolExecutor(4) as pool:
        downloads = [pool.submit(request, address, "/download/usage/table.csv") for _ in range(4)]
        assert asked.wait(10)
        assert request(address, "/healthz").status == 200
        answered.set()
        assert [download.result().status for download in downloads] == [200] * 4
