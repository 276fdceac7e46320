"""The switch between time zones, in a real browser: other days' numbers, those of the command line, and a link."""

from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import bars, card, choose, comes_to_fit, settle
from tests.dashboard.browser.test_demo import usage

CHICAGO, POOL = "America/Chicago", "prairie (simulated)"
METRICS = ("cpu_h", "jobs", "attempts")


@pytest.fixture(scope="module")
def day(demo_lake: Path) -> str:
    """A day of the simulated pool that is over in both zones."""
    found = next(pool.last_day for pool in Cube.open(demo_lake).pools(LOCAL) if pool.name == POOL)
    assert found is not None
    return f"{found.replace(day=1)}"


def said(lake: Path, day: str, zone: str) -> dict[str, float]:
    """What `htc-ledger usage --zone` says of that day."""
    asked = ("--where", f"pool={POOL}", "--from", day, "--to", day, "--metrics", ",".join(METRICS), "--zone", zone)
    [row] = usage(lake, "--by", "day", *asked)
    assert row["day"] == day
    return {name: row[name] for name in METRICS}


def shown(page: Page) -> dict[str, float | None]:
    return {name: card(page, name) for name in METRICS}


def test_the_switch_shows_the_hours_of_other_days_as_the_command_line_says_them(
    visit: Visit, demo_address: str, demo_lake: Path, day: str
) -> None:
    known = {zone: said(demo_lake, day, zone) for zone in ("UTC", CHICAGO)}
    assert known["UTC"]["cpu_h"] != known[CHICAGO]["cpu_h"]
    page = visit(demo_address, f"/usage?pool={quote(POOL)}&from={day}&to={day}")
    settle(page)
    assert shown(page) == pytest.approx(known["UTC"])
    expect(page.locator("#usage-days")).to_contain_text("days of UTC")
    choose(page, "#zone", "Chicago")
    assert parse_qs(urlsplit(page.url).query)["zone"] == [CHICAGO]
    assert shown(page) == pytest.approx(known[CHICAGO])
    assert bars(page) == pytest.approx(known[CHICAGO]["cpu_h"])
    expect(page.locator("#usage-days")).to_contain_text(f"days of {CHICAGO}")
    again = visit(demo_address, page.url.removeprefix(demo_address))
    settle(again)
    assert shown(again) == pytest.approx(known[CHICAGO])
    expect(again.locator("#zone")).to_have_value("Chicago")
    page.go_back()
    settle(page)
    assert shown(page) == pytest.approx(known["UTC"])
    choose(page, "#zone", "Chicago")
    choose(page, "#zone", "UTC")
    assert "zone" not in parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "<img src=x onerror=alert(1)>", "'; DROP TABLE charge; --"])
def test_a_zone_that_is_not_there_is_told_and_the_switch_leads_back(visit: Visit, demo_address: str, zone: str) -> None:
    page = visit(demo_address, f"/usage?zone={quote(zone)}")
    settle(page)
    notice = page.locator("#usage-notice")
    expect(notice).to_contain_text("The cube has no days of the time zone")
    expect(notice).to_contain_text("There are: UTC, America/Chicago.")
    choose(page, "#zone", "UTC")
    expect(notice).to_be_empty()
    assert card(page, "cpu_h")


def test_the_switch_is_worked_by_keys_and_on_a_phone(visit: Visit, demo_address: str) -> None:
    page = visit(demo_address, f"/usage?pool={quote(POOL)}", PHONE)
    settle(page)
    page.locator("#filters-open").click()
    page.locator("#zone").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="Chicago").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#usage-days")).to_contain_text(f"days of {CHICAGO}")
    expect(page.locator("#filters-summary")).to_contain_text("Chicago")
    assert comes_to_fit(page)


def test_closed_months_do_not_switch_and_say_so(visit: Visit, demo_address: str) -> None:
    page = visit(demo_address, f"/closed?zone={quote(CHICAGO)}")
    settle(page)
    expect(page.locator("#closed-days")).to_contain_text("closed in the ledger's own time zone, UTC")
    expect(page.locator("#zone")).to_be_hidden()
    page.get_by_role("link", name="Usage").first.click()
    settle(page)
    expect(page.locator("#zone")).to_have_value("Chicago")
    expect(page.locator("#usage-days")).to_contain_text(f"days of {CHICAGO}")


def test_a_ledger_of_one_zone_has_no_switch(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    expect(page.locator("#zone")).to_be_hidden()
    expect(page.locator("#usage-days")).not_to_contain_text("days of")
