"""The gate without a provider: tokens of programs, people whom a proxy names, and everybody else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import httpx
import pytest

from pipeline.lake import Lake
from pipeline.rights.grant import Who, Wish
from pipeline.rights.journal import grant
from pipeline.rights.token import Token, made
from pipeline.rights.token_journal import create, revoke
from tests.copied_lake import copied
from tests.identity.ledger import PROXY_SECRET, Clock, Guarded, answering, gate, listening, proxy_settings

FRESH_S = 2.5
PROXY = {"X-HTC-Ledger-Secret": PROXY_SECRET}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, empty_lake: Lake) -> Iterator[Guarded]:
    """A gate that a proxy stands before."""
    folder = tmp_path_factory.mktemp("guarded")
    lake, clock = copied(empty_lake, folder / "lake"), Clock()
    now = int(clock())
    rights = [("admin", "root@example.org", None), ("pi", "ada@example.org", "A")]
    for role, email, project in rights:
        grant(lake, Wish(Who("email", email), role, project, None, "", "root", "command").made(now))
    with listening() as (sock, address), answering(gate(proxy_settings(lake.root, folder), clock), sock):
        yield Guarded(address, lake, clock)


def ask(guarded: Guarded, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    return httpx.request(method, guarded.address + path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def token(guarded: Guarded, projects: tuple[str, ...] | None, for_s: int = 3600) -> tuple[Token, str]:
    now = int(guarded.clock())
    one, text = made("test", projects, "root", "command", now, now + for_s)
    create(guarded.lake, one)
    guarded.clock.ahead_s += FRESH_S
    return one, text


def test_a_token_sees_what_it_was_made_for_and_reads_alone(guarded: Guarded) -> None:
    _, text = token(guarded, ("A", "B"))
    said = ask(guarded, "/api/v1/usage", Authorization=f"Bearer {text}").json()
    assert said["projects"] == ["A", "B"]
    for method, path in (("GET", "/usage"), ("GET", "/api/v1/jobs"), ("POST", "/api/v1/usage"), ("GET", "/account")):
        assert ask(guarded, path, method, Authorization=f"Bearer {text}").status_code >= 400, path
    _, everything = token(guarded, None)
    assert ask(guarded, "/api/v1/jobs", Authorization=f"bearer {everything}").json()["projects"] is None
    assert ask(guarded, "/", Authorization=f"Bearer {everything}").status_code == 403
    assert ask(guarded, "/_dash-update-component", "POST", Authorization=f"Bearer {everything}").status_code == 403


@pytest.mark.parametrize("bad", ["x", "htcl_", "htcl_000000000000_" + "A" * 43, "x" * 9000])
def test_a_token_that_nobody_made_is_refused_whoever_else_vouches(guarded: Guarded, bad: str) -> None:
    for more in ({}, {**PROXY, "X-Remote-User": "u", "X-Remote-Email": "root@example.org"}):
        answer = ask(guarded, "/api/v1/usage", Authorization=f"Bearer {bad}", **more)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_token_that_is_over_or_taken_back_is_refused(guarded: Guarded) -> None:
    short, over = token(guarded, None, 60)
    assert ask(guarded, "/api/v1/usage", Authorization=f"Bearer {over}").status_code == 200
    other, taken = token(guarded, None)
    revoke(guarded.lake, other.token, "root", "command", int(guarded.clock()))
    guarded.clock.ahead_s += 60
    assert short.until_utc < guarded.clock()
    for text in (over, taken):
        assert ask(guarded, "/api/v1/usage", Authorization=f"Bearer {text}").status_code == 401


def test_two_tokens_are_none(guarded: Guarded) -> None:
    _, text = token(guarded, None)
    headers = [("Authorization", f"Bearer {text}"), ("Authorization", "Bearer x")]
    assert httpx.get(f"{guarded.address}/api/v1/usage", headers=headers).status_code == 401


def test_people_whom_the_proxy_names_have_their_rights(guarded: Guarded) -> None:
    named = {**PROXY, "X-Remote-User": "u1"}
    root = ask(guarded, "/usage", **named, **{"X-Remote-Email": "root@example.org"}).json()
    assert (root["name"], root["projects"]) == ("root@example.org", None)
    assert not [name for name in root["headers"] if name.startswith(("x-remote", "x-htc"))]
    ada = ask(guarded, "/api/v1/usage", **named, **{"X-Remote-Email": "Ada@example.org"}).json()
    assert ada["projects"] == ["A"]
    nobody = ask(guarded, "/api/v1/usage", **named)
    assert nobody.status_code == 200
    assert nobody.json()["projects"] == []


def test_a_name_without_the_proxy_s_secret_is_refused(guarded: Guarded) -> None:
    answer = ask(guarded, "/usage", X_Remote_User="u1", X_Remote_Email="root@example.org", Accept="text/html")
    assert answer.status_code == 401
    assert "the proxy alone" in answer.text


def test_who_comes_past_the_proxy_is_told_where_to_go(guarded: Guarded) -> None:
    answer = ask(guarded, "/usage", Accept="text/html")
    assert answer.status_code == 401
    assert "through a proxy" in answer.text
    assert "/login" not in answer.text
    assert ask(guarded, "/login").status_code == 404
    assert ask(guarded, "/login/callback?code=x&state=y").status_code == 400


def test_the_account_page_is_text_whatever_a_name_holds(guarded: Guarded) -> None:
    hostile = "<script>alert(1)</script>"
    answer = ask(guarded, "/account", **PROXY, X_Remote_User=hostile)
    assert answer.status_code == 200
    assert hostile not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_where_rights_cannot_be_read_nobody_is_let_in(tmp_path: Path) -> None:
    nowhere = proxy_settings(tmp_path / "nowhere", tmp_path)
    with listening() as (sock, address), answering(gate(nowhere, Clock()), sock):
        answer = ask(Guarded(address, Lake(tmp_path)), "/usage", **PROXY, X_Remote_User="u1")
    assert answer.status_code == 503
    assert answer.json()["title"].startswith("there is no lake")


def test_a_web_socket_is_closed_before_it_opens(tmp_path: Path) -> None:
    sent: list[object] = []

    async def send(message: object) -> None:
        sent.append(message)

    async def one_socket() -> None:
        scope = {"type": "websocket", "path": "/_dash-ws", "headers": []}
        await gate(proxy_settings(tmp_path, tmp_path), Clock())(scope, None, send)  # type: ignore[arg-type]

    with ThreadPoolExecutor(1) as thread:  # playwright keeps a loop in this one
        thread.submit(anyio.run, one_socket).result()
    assert sent == [{"type": "websocket.close", "code": 1008}]
