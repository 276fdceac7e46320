"""Every page, open while the world changes: a new cube is shown at the next action, a restarted server is found again.

All pages are open at once, then a cube is published with more of everything, then the server is started anew: that
takes minutes, so it is a soak.
"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from dashboard.pages import PAGES
from dashboard.pages.page import Page as PageOf
from tests.dashboard import made_lake
from tests.dashboard.browser.conftest import Visitor
from tests.dashboard.browser.every_page import a_job, opened, text
from tests.dashboard.browser.reading import settle
from tests.dashboard.http_client import request
from tests.dashboard.made_lake import REAL
from tests.dashboard.served import served

pytestmark = pytest.mark.soak
PROJECT, SITE = "CA_Bio0", "Purdue"
CHOSEN = (f"project={PROJECT}", f"site={SITE}")
"""What is added is of these, and the pages show these: what is elsewhere changes shares that no page shows."""


@dataclass(frozen=True)
class World:
    """What is open, what was read before the new cube, and what after it; and what its downloads held."""

    address: str
    pages: dict[str, Page]
    before: dict[str, str]
    after: dict[str, str]
    held: dict[str, tuple[list[str], list[str]]]
    again: dict[str, str]
    wrong: list[str]


@pytest.fixture(scope="module")
def world(stay: Visitor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = made_lake.make(tmp_path_factory.mktemp("renewed") / "lake")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    job = a_job(root, REAL)
    with ExitStack() as first:
        address = first.enter_context(served(root, port))
        pages = {of.path: opened(stay, address, of, REAL, job, *CHOSEN) for of in PAGES}
        before = {path: text(page) for path, page in pages.items()}
        held = {of.path: _held(address, of, pages[of.path]) for of in PAGES}
        made_lake.one_more(root, PROJECT, site=SITE, user="bio0@campus.test")
        after = {path: _at_the_next_action(page) for path, page in pages.items()}
        held_after = {of.path: _held(address, of, pages[of.path]) for of in PAGES}
    with served(root, port):
        again = {path: _at_the_next_action(page) for path, page in pages.items()}
        both = {path: (held[path], held_after[path]) for path in held}
        yield World(address, pages, before, after, both, again, list(stay.wrong))


def _held(address: str, of: PageOf, page: Page) -> list[str]:
    """What the page's downloads hold, of the view that it shows."""
    query = urlsplit(page.url).query
    return [
        request(address, f"/download{of.path}/{name}.csv?{query}").body.decode()
        for name in (*of.tables, *of.lake_tables)
    ]


def _at_the_next_action(page: Page) -> str:
    """Leave the page by a link of the navigation, come back, and read it: no reload, the document is the same."""
    page.evaluate("() => { window.here = true; }")
    elsewhere = "Definitions" if "/definitions" not in page.url else "Usage"
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=elsewhere, exact=True).click()
    page.wait_for_function("title => document.querySelector('h1')?.innerText === title", arg=elsewhere)
    settle(page)
    page.go_back()
    page.wait_for_function("title => document.querySelector('h1')?.innerText !== title", arg=elsewhere)
    settle(page)
    assert page.evaluate("() => window.here") is True
    return text(page)


@pytest.mark.parametrize("of", PAGES, ids=lambda page: page.path.strip("/"))
def test_a_new_cube_is_shown_at_the_next_action_where_its_downloads_tell_of_it(world: World, of: PageOf) -> None:
    was, now = world.held[of.path]
    if was != now:
        assert world.after[of.path] != world.before[of.path]
    assert world.wrong == []


def test_the_new_cube_did_tell_of_something_on_most_pages(world: World) -> None:
    changed = [path for path, (was, now) in world.held.items() if was != now]
    assert {"/usage", "/project", "/site"} <= set(changed)


@pytest.mark.parametrize("of", PAGES, ids=lambda page: page.path.strip("/"))
def test_a_page_finds_a_restarted_server_again(world: World, of: PageOf) -> None:
    assert world.again[of.path] == world.after[of.path]
