"""The whole application behind the gate: a member of one project meets no other project's name in any answer.

A canary project and user are in the lake: they may be in no answer to the member, however it is asked, and are in the
answers to an administrator who asks the same.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import expect

from dashboard.app import create_app
from dashboard.cube_source import CubeSource
from dashboard.identity.allowed import CHECKED
from dashboard.identity.asker import FRESH_S
from dashboard.pages import PAGES
from pipeline.lake import Lake
from pipeline.rights.grant import Who, Wish
from pipeline.rights.journal import grant
from pipeline.rights.token import made
from pipeline.rights.token_journal import create
from tests.copied_lake import copied
from tests.dashboard import made_lake
from tests.dashboard.chromium import launched
from tests.identity.ledger import PROXY_SECRET, answering, listening, proxy_settings
from tests.ledger_command import Ledger

PATIENCE_MS = 120_000
CANARY, BIRD = "CanaryProject", "canary-bird"
OWN = "CA_Astro0"
OF_USAGE = ("/api/v1/usage", "/api/v1/waste", "/api/v1/efficiency")
BY = (
    "",
    "project",
    "user",
    "project,user",
    "pool,project,user,site",
    "month,user",
    "ap,user",
    "bucket,user",
    "raw_project,user",
)
HOSTILE = (
    f"project={CANARY}",
    f"project={CANARY}&where=project={OWN}",
    f"user={BIRD}@campus.test",
    "project=*",
    "project=%",
    "project=",
    f"project={OWN}' OR '1'='1",
    f"project={OWN}') OR true --",
    "pool=campus",
    "project=unmapped",
    f"raw_project={CANARY}",
    "user=../../etc/passwd",
    "project={{7*7}}",
)


@dataclass(frozen=True)
class Served:
    """The application, its lake, and people whom the proxy names."""

    address: str
    lake: Lake

    def get(self, path: str, email: str, accept: str = "*/*") -> httpx.Response:
        named = {"X-HTC-Ledger-Secret": PROXY_SECRET, "X-Remote-User": email, "X-Remote-Email": email}
        return httpx.get(self.address + path, headers={**named, "Accept": accept}, timeout=60)

    def member(self, path: str, accept: str = "*/*") -> httpx.Response:
        return self.get(path, "ada@example.org", accept)

    def admin(self, path: str, accept: str = "*/*") -> httpx.Response:
        return self.get(path, "root@example.org", accept)


@pytest.fixture(scope="module")
def served(lake_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("behind-the-gate")
    lake = copied(Lake(lake_root), folder / "lake")
    made_lake.one_more(lake.root, CANARY, user=f"{BIRD}@campus.test")
    for role, email, project in (("admin", "root@example.org", None), ("pi", "ada@example.org", OWN)):
        grant(lake, Wish(Who("email", email), role, project, None, "", "root", "command").made(1_790_000_000))
    settings = proxy_settings(lake.root, folder)
    with listening() as (sock, address), answering(create_app(CubeSource(lake.root), settings), sock):
        yield Served(address, lake)


def has_canary(answer: httpx.Response) -> bool:
    text = (answer.text + str(answer.headers)).lower()
    return CANARY.lower() in text or BIRD in text


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("path", OF_USAGE)
def test_a_member_meets_no_other_project_however_it_is_grouped(served: Served, path: str, by: str) -> None:
    asked = f"{path}?by={by}&limit=100000&where=pool=campus"
    own, whole = served.member(asked), served.admin(asked)
    assert not has_canary(own)
    assert own.status_code == whole.status_code
    if whole.status_code == 200:
        assert own.text != whole.text
        assert has_canary(whole) or not {"project", "user", "raw_project"} & set(by.split(","))


@pytest.mark.parametrize("where", HOSTILE)
@pytest.mark.parametrize("path", OF_USAGE)
def test_a_member_meets_no_other_project_however_it_is_filtered(served: Served, path: str, where: str) -> None:
    first, _, more = where.partition("&where=")
    asked = f"{path}?by=site,day&where={quote(first)}" + (f"&where={quote(more)}" if more else "")
    answer = served.member(asked)
    if answer.status_code == 200:
        rows = answer.json()["rows"]
        own = served.admin(f"{path}?by=site,day&where=project={OWN}&where=pool=campus").json()["rows"]
        assert all(row in own for row in rows)
    else:
        assert answer.status_code in (400, 422)
        assert CANARY not in answer.text.replace(first, "")


def test_many_names_are_no_way_around(served: Served) -> None:
    names = [*(f"P{number}" for number in range(150)), CANARY]
    asked = "/api/v1/usage?by=user&where=pool=campus" + "".join(f"&where=project={name}" for name in names)
    assert served.member(asked).json()["rows"] == []
    assert has_canary(served.admin(asked))


def test_an_entitled_viewer_s_tag_and_cursor_open_nothing(served: Served) -> None:
    asked = "/api/v1/usage?by=project,user&limit=1&where=pool=campus"
    whole = served.admin(asked)
    tag = whole.headers["etag"]
    named = {"X-HTC-Ledger-Secret": PROXY_SECRET, "X-Remote-User": "a", "X-Remote-Email": "ada@example.org"}
    answer = httpx.get(served.address + asked, headers={**named, "If-None-Match": tag})
    assert (answer.status_code, answer.headers["etag"] == tag) == (200, False)
    for cursor in {whole.json()["next"]}:
        page = served.member(f"{asked.replace('limit=1', 'limit=1000')}&cursor={quote(cursor)}")
        assert not has_canary(page)


@pytest.mark.parametrize("form", ["csv", "parquet", "arrow", "json"])
def test_every_form_keeps_to_the_same_rows(served: Served, form: str) -> None:
    asked = f"/api/v1/usage?by=user&where=pool=campus&format={form}"
    assert CANARY.encode() not in served.member(asked).content
    assert BIRD.encode() not in served.member(asked).content
    assert len(served.admin(asked).content) > len(served.member(asked).content)


def test_pools_without_their_projects_are_not_theirs(served: Served) -> None:
    pools = {row["pool"] for row in served.member("/api/v1/pools").json()["rows"]}
    assert pools == {"campus"}
    assert pools < {row["pool"] for row in served.admin("/api/v1/pools").json()["rows"]}
    (own,) = served.member("/api/v1/state").json()["pools"]
    assert (own["pool"], own["evidence"]) == ("campus", {})
    assert served.member("/api/v1/state?pool=hostile").status_code == 400


def test_a_command_asks_with_a_token(served: Served, ledger: Ledger) -> None:
    now = int(time.time())
    token, text = made("command", (OWN,), "root", "command", now, now + 3600)
    create(served.lake, token)
    time.sleep(FRESH_S)
    asked = ("usage", "--by", "project,user", "--where", "pool=campus", "--url", served.address, "--format", "json")
    answer = ledger.ok(*asked, HTC_LEDGER_TOKEN=text)
    assert {row["project"] for row in answer.json} == {OWN}
    refused = ledger.run(*asked)
    assert (refused.code != 0, "Nobody is logged in" in refused.err) == (True, True)


def test_every_checked_address_is_one_that_there_is(served: Served) -> None:
    assert {path: served.member(path).status_code for path in CHECKED} == dict.fromkeys(CHECKED, 200)


def test_a_member_opens_no_page_and_an_administrator_every_one(served: Served) -> None:
    for page in PAGES:
        refused = served.member(page.path, "text/html")
        assert (refused.status_code, OWN in refused.text) == (403, True), page.path
        assert served.admin(page.path, "text/html").status_code == 200


def test_resources_of_the_api_that_are_not_checked_are_refused(served: Served) -> None:
    paths = served.admin("/api/openapi.json").json()["paths"]
    assert len(paths) > len(CHECKED)
    others = [path for path in paths if path not in CHECKED]
    assert {served.member(path.replace("{", "").replace("}", "")).status_code for path in others} == {403}


def test_two_people_at_once_each_get_their_own(served: Served) -> None:
    found: list[bool] = []

    def ask(email: str, sees: bool) -> None:
        for _ in range(10):
            answer = served.get("/api/v1/usage?by=user&where=pool=campus&limit=100000", email)
            found.append(has_canary(answer) is sees)

    threads = [
        threading.Thread(target=ask, args=given)
        for given in (("ada@example.org", False), ("root@example.org", True)) * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 40


def test_in_a_browser_an_administrator_has_pages_and_a_member_is_told_what_there_is(served: Served) -> None:
    def named(email: str) -> dict[str, str]:
        return {"X-HTC-Ledger-Secret": PROXY_SECRET, "X-Remote-User": email, "X-Remote-Email": email}

    with launched() as browser:
        page = browser.new_page(extra_http_headers=named("root@example.org"))
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{served.address}/usage?pool=campus")
        expect(page.locator("#page h1")).to_have_text("Usage", timeout=PATIENCE_MS)
        page.click("text=Account")
        expect(page.locator("main")).to_contain_text("You are root@example.org.")
        page = browser.new_page(extra_http_headers=named("ada@example.org"))
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{served.address}/usage?pool=campus")
        expect(page.locator("h1")).to_have_text("Not open to you")
        expect(page.locator("main")).to_contain_text(OWN)
        page.goto(f"{served.address}/account")
        with page.expect_download() as download:
            page.click("text=by month")
        assert CANARY not in download.value.path().read_text("utf-8")
