"""Every page, found by itself, over real records and over the simulated pool: it shows something, and it fits.

Each page is opened once for each pool, and looked at by several tests.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.pages import PAGES
from tests.dashboard.browser.conftest import DESKTOP, PHONE, Visitor
from tests.dashboard.browser.every_page import NUMBERED, Shown, a_job, numbers, opened
from tests.dashboard.browser.reading import comes_to_fit, has_no_sideways_scroll, settle

POOLS = ("sample", "prairie (simulated)")


@pytest.fixture(scope="module")
def jobs(demo_lake: Path) -> dict[str, str]:
    return {pool: a_job(demo_lake, pool) for pool in POOLS}


@pytest.fixture(
    scope="module",
    params=[(page, pool) for page in PAGES for pool in POOLS],
    ids=lambda given: f"{given[0].path.strip('/')}-{given[1].split()[0]}",
)
def shown(request: pytest.FixtureRequest, stay: Visitor, demo_address: str, jobs: dict[str, str]) -> Iterator[Shown]:
    of, pool = request.param
    yield Shown(of, pool, opened(stay, demo_address, of, pool, jobs[pool]))
    stay.leave()


@pytest.fixture(autouse=True)
def nothing_wrong(stay: Visitor) -> Iterator[None]:
    """Neither a page nor a test leaves an error in the console, a dialog or a question to another host behind."""
    yield
    wrong = list(stay.wrong)
    stay.wrong.clear()
    assert wrong == []


def test_every_page_says_what_it_is_and_of_which_pool(shown: Shown) -> None:
    page = shown.page
    expect(page.locator("h1")).to_have_text(shown.of.title)
    assert page.title() == f"{shown.of.title} · HTC Ledger"
    assert page.locator("html").get_attribute("data-mantine-color-scheme") == "light"
    assert page.locator(".ribbon-simulated").count() == ("simulated" in shown.pool)
    assert page.locator(".badge-simulated").count() == ("simulated" in shown.pool)


def test_every_page_of_numbers_shows_one_that_is_not_zero(shown: Shown) -> None:
    if shown.of in NUMBERED:
        known = numbers(shown.page)
        assert any(set(number) & set("123456789") for number in known), known


def test_every_page_fits_the_window_and_a_phone(shown: Shown) -> None:
    page = shown.page
    assert has_no_sideways_scroll(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    settle(page)
    narrow = comes_to_fit(page)
    in_sight = not page.locator(".ribbon-simulated").count() or page.locator(".ribbon-simulated").is_visible()
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    settle(page)
    assert narrow
    assert in_sight
