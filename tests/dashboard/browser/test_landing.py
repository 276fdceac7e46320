"""What opens first, in a real browser: chosen once, kept, changeable; a link is shown as it says."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard.landing import PATH
from dashboard.pages import PAGES
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, choose, has_no_sideways_scroll, settle
from tests.dashboard.made_lake import MARKUP, REAL, SIMULATED


def opened(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    settle(page)


def test_who_comes_for_the_first_time_is_asked(visit: Visit, address: str) -> None:
    page = visit(address, "/")
    page.wait_for_url(f"**{PATH}")
    settle(page)
    expect(page.locator("h1")).to_have_text("Start page")
    expect(page.locator("#landing-now")).to_have_text("Nothing is chosen yet.")
    expect(page.locator("#landing-name")).to_have_text("Choose a start page")


@pytest.mark.parametrize(("button", "path"), [("Open Facility", "/facility"), ("Open Pool now", "/pool-now")])
def test_what_was_chosen_opens_from_then_on(visit: Visit, address: str, button: str, path: str) -> None:
    page = visit(address, PATH)
    settle(page)
    opened(page, button)
    assert page.url == address + path
    again = page.context.new_page()
    again.goto(address + "/")
    again.wait_for_url(f"**{path}")
    settle(again)
    expect(again.locator("#landing-name")).to_have_text(f"Start page: {button.removeprefix('Open ')}")
    again.close()


def test_a_group_opens_its_own_project(visit: Visit, address: str) -> None:
    page = visit(address, PATH)
    settle(page)
    opened(page, "Open my project")
    assert page.url == address + PATH, "without a name there is nothing to open"
    choose(page, ".start-project input", "CA_Bio0")
    opened(page, "Open my project")
    assert page.url == f"{address}/project?project=CA_Bio0"
    assert (card(page, "cpu_h") or 0) > 0
    page.goto(address + "/")
    page.wait_for_url("**/project?project=CA_Bio0")


def test_a_project_with_a_hostile_name_is_a_name(visit: Visit, address: str) -> None:
    page = visit(address, f"{PATH}?pool=hostile")
    settle(page)
    choose(page, ".start-project input", MARKUP)
    opened(page, "Open my project")
    assert page.url == f"{address}/project?pool=hostile&project={quote(MARKUP, safe='').replace('%20', '+')}"
    assert (card(page, "cpu_h") or 0) > 0
    expect(page.locator("#landing-name")).to_have_text(f"Start page: {MARKUP}")
    assert page.locator("#shell img").count() == 0


def test_the_way_back_does_not_lead_on_again(visit: Visit, address: str) -> None:
    page = visit(address, PATH)
    settle(page)
    opened(page, "Open Facility")
    page.get_by_role("link", name="Definitions").click()
    settle(page)
    page.get_by_role("link", name="HTC Ledger").click()
    page.wait_for_url("**/facility")
    page.go_back()
    page.wait_for_url("**/definitions")


def test_it_is_changed_from_any_page(visit: Visit, address: str) -> None:
    page = visit(address, PATH)
    settle(page)
    opened(page, "Open Facility")
    page.locator(".landing-link").click()
    settle(page)
    expect(page.locator("#landing-now")).to_have_text("Opens now: Facility.")
    opened(page, "Open Usage")
    page.goto(address + "/")
    page.wait_for_url("**/usage")


def test_a_link_with_filters_wins_over_the_choice(visit: Visit, address: str) -> None:
    page = visit(address, PATH)
    settle(page)
    opened(page, "Open Pool now")
    for link, shown in (
        ("/?project=CA_Bio0&range=90d", f"{PAGES[0].path}?project=CA_Bio0&range=90d"),
        ("/site?site=Purdue", "/site?site=Purdue"),
        ("/facility", "/facility"),
    ):
        page.goto(address + link)
        settle(page)
        assert page.url == address + shown


@pytest.mark.parametrize("stored", ['{"to":"//elsewhere.test/","label":"x"}', '{"to":"javascript:alert(1)"}', "[1]"])
def test_only_a_page_of_this_server_is_followed(visit: Visit, address: str, stored: str) -> None:
    page = visit(address, "/definitions")
    settle(page)
    page.evaluate("text => window.localStorage.setItem('landing', text)", stored)
    page.evaluate("() => window.localStorage.setItem('landing-timestamp', '1')")
    page.goto(address + "/")
    page.wait_for_url(f"**{PATH}")


def test_the_pool_that_is_looked_at_goes_along(visit: Visit, address: str) -> None:
    page = visit(address, f"{PATH}?pool={quote(SIMULATED)}")
    settle(page)
    opened(page, "Open Facility")
    assert page.url == f"{address}/facility?pool=prairie+%28simulated%29"


@pytest.mark.parametrize("page_of", PAGES, ids=lambda page: page.path)
def test_no_page_preselects_a_simulated_pool_beside_a_real_one(visit: Visit, address: str, page_of: object) -> None:
    page = visit(address, page_of.path)  # type: ignore[attr-defined]
    settle(page)
    expect(page.locator("#pool")).to_have_value(REAL)
    expect(page.locator(".ribbon-simulated")).to_have_count(0)


def test_a_phone_shows_it_without_scrolling_sideways(visit: Visit, address: str) -> None:
    page = visit(address, PATH, PHONE, "dark")
    settle(page)
    assert has_no_sideways_scroll(page)
