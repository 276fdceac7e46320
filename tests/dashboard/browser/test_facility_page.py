"""The page Facility in a real browser: its numbers are the cube's and the command's, its links lead where they say."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard import format as fmt
from dashboard.filters import parse
from dashboard.selection import select
from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, drawn_sum, facts, has_no_sideways_scroll, settle
from tests.dashboard.conftest import ROOT
from tests.dashboard.made_lake import REAL, SIMULATED
from tests.dashboard.registered_lake import PROJECT, SITE

MADE_UP = f"pool={quote(SIMULATED)}"
VIEWS = ["", "?range=90d&by=project&booking=ended", f"?{MADE_UP}&by=site", f"?site={SITE}&by=institution&measure=gpu_h"]


@pytest.fixture(scope="module")
def whole(registered: Path) -> Cube:
    return Cube.open(registered)


@pytest.fixture
def opened(visit: Visit, registered_address: str) -> Callable[..., Page]:
    def open_page(view: str, *how: object) -> Page:
        page = visit(registered_address, f"/facility{view}", *how)
        settle(page)
        return page

    return open_page


def said(registered: Path, *words: str) -> Any:
    command = [sys.executable, "-m", "htc_ledger", "facility", "--lake", str(registered), "--format", "json", *words]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_on_the_page_are_the_cube_s_for_the_same_view(
    opened: Callable[..., Page], whole: Cube, view: str
) -> None:
    page, asked = opened(view), parse(view)
    chosen = select(asked, whole.pools(LOCAL))
    [total] = whole.usage(chosen.query((), ("cpu_h", "gpu_h")), LOCAL).to_pylist()
    assert {name: card(page, name) for name in total} == {name: pytest.approx(total[name]) for name in total}
    assert total["cpu_h"] > 0
    measure = asked.option("measure", ("gpu_h",), "cpu_h")
    assert drawn_sum(page, '"facility"') == pytest.approx(total[measure])
    group = asked.option("by", ("project", "site", "institution"), "field_of_science")
    rows = {row[group]: row for row in whole.usage(chosen.query((group,), ("cpu_h", "jobs")), LOCAL).to_pylist()}
    shown = facts(page, "facility-ranking")
    assert len(shown) == min(len(rows), 15)
    for name, cells in shown.items():
        assert (cells["Core hours"], cells["Jobs"]) == (fmt.number(rows[name]["cpu_h"]), f"{rows[name]['jobs']:,}")


@pytest.mark.parametrize("pool", [REAL, SIMULATED])
def test_the_page_says_what_the_command_line_says(opened: Callable[..., Page], registered: Path, pool: str) -> None:
    page = opened(f"?pool={quote(pool)}&from=2026-11-01&to=2026-11-20")
    asked = ("--pool", pool, "--from", "2026-11-01", "--to", "2026-11-20")
    groups = said(registered, *asked)
    assert card(page, "cpu_h") == pytest.approx(sum(row["cpu_h"] for row in groups))
    who = {row["kind"]: row for row in said(registered, *asked, "--sheet", "who")}
    assert card(page, "projects") == who["project"]["active"] > 5
    assert card(page, "users") == who["user"]["active"] > 5
    expect(page.locator("[data-metric=users] ~ .card-foot")).to_contain_text(f"{who['user']['new']} new")
    year = {row["what"]: row for row in said(registered, *asked, "--sheet", "year")}
    shown = facts(page, "facility-year")
    assert shown["Core hours"]["2026 so far"] == fmt.number(year["cpu_h"]["year_to_date"])
    assert shown["Users"]["2026 so far"] == fmt.number(year["user"]["year_to_date"], 0)
    months = said(registered, *asked, "--sheet", "months")
    cells = facts(page, "facility-months")
    assert [row["Core hours"] for row in cells.values()] == [fmt.number(row["cpu_h"]) for row in reversed(months)]
    assert drawn_sum(page, '"facility-months"') == pytest.approx(sum(row["cpu_h"] for row in months))


def test_last_year_that_is_not_known_is_a_dash_and_said_so(opened: Callable[..., Page]) -> None:
    page = opened("")
    expect(page.locator("#facility-year")).to_contain_text("Last year is not known on any of these days")
    assert facts(page, "facility-year")["Core hours"]["2025, same days"] == fmt.UNKNOWN


def test_who_is_new_is_listed_with_the_first_day(opened: Callable[..., Page], registered: Path) -> None:
    page = opened("?from=2026-09-24&to=2026-11-20")
    asked = ("--pool", REAL, "--from", "2026-09-24", "--to", "2026-11-20", "--sheet", "new")
    new = {row["name"]: row for row in said(registered, *asked)}
    expect(page.locator("#facility-new")).to_contain_text("The ledger looks back to 22 Sep 2026, 2 days")
    shown = facts(page, "facility-new")
    assert 0 < len(shown) <= len(new)
    assert all(cells["Core hours"] == fmt.number(new[name]["cpu_h"]) for name, cells in shown.items())


def test_on_the_ledger_s_first_days_nobody_is_called_new(opened: Callable[..., Page]) -> None:
    page = opened("?range=all")
    expect(page.locator("#facility-new")).to_contain_text("nothing before them is known, so nobody can be called new")
    expect(page.locator("[data-metric=users] ~ .card-foot")).to_contain_text("who is new is not known")


def test_capacity_stands_beside_usage_where_slots_were_seen(opened: Callable[..., Page]) -> None:
    page = opened("")
    expect(page.locator("#facility-capacity")).to_contain_text("Offered: 53.3\u00a0core\u00a0h")
    expect(page.locator("#facility-capacity")).to_contain_text("Slots were seen on 1 of 30")
    page = opened(f"?{MADE_UP}")
    expect(page.locator("#facility-capacity")).to_contain_text("what the pool offered is not known")


def test_completeness_and_closed_months_are_one_click_away(opened: Callable[..., Page]) -> None:
    page = opened("?from=2026-10-01&to=2026-10-31")
    expect(page.locator("#facility-complete [data-state]")).to_have_count(1)
    page.get_by_role("link", name="2026-10:1").click()
    page.wait_for_url("**/closed?from=2026-10-01&to=2026-10-31&month=2026-10%3A1")
    page.go_back()
    settle(page)
    page.get_by_role("link", name="The bridge").click()
    page.wait_for_url("**/reconciliation?from=2026-10-01&to=2026-10-31")


def test_a_field_narrows_the_page_and_a_project_leads_to_its_own(opened: Callable[..., Page]) -> None:
    page = opened("?range=90d")
    before = card(page, "cpu_h") or 0
    page.locator("#facility-ranking a").first.click()
    page.wait_for_url("**/facility?range=90d&field_of_science=*")
    settle(page)
    narrowed = card(page, "cpu_h") or 0
    assert 0 < narrowed < before
    page.get_by_text("Project", exact=True).last.click()
    page.wait_for_url("**by=project**")
    settle(page)
    page.locator("#facility-ranking").get_by_role("link", name=PROJECT).click()
    page.wait_for_url(f"**/project?range=90d&project={PROJECT}")
    page.go_back()
    settle(page)
    assert card(page, "cpu_h") == narrowed


def test_a_month_leads_to_its_days(opened: Callable[..., Page]) -> None:
    page = opened("")
    page.locator("#facility-months").get_by_role("link", name="Oct 2026").click()
    page.wait_for_url("**/facility?from=2026-10-01&to=2026-10-31")
    settle(page)
    assert (card(page, "cpu_h") or 0) > 0


def test_a_sponsor_that_nobody_imported_says_how(opened: Callable[..., Page]) -> None:
    page = opened("?by=sponsor")
    expect(page.locator("#facility-note")).to_contain_text("No sponsor is known")
    expect(page.locator("#facility-note")).to_contain_text("--sponsors")


def test_a_selection_in_which_nothing_ran_says_so(opened: Callable[..., Page]) -> None:
    page = opened("?project=Nobody")
    expect(page.locator("#facility-notice")).to_contain_text("No usage in this selection")
    expect(page.locator("#facility-body")).to_be_hidden()
    page.get_by_role("link", name="Show everything of all days").click()
    settle(page)
    assert (card(page, "cpu_h") or 0) > 0


@pytest.mark.parametrize(("label", "least"), [("Delivered by group", 2), ("Year to date", 6), ("Months", 3)])
def test_every_table_can_be_downloaded(opened: Callable[..., Page], tmp_path: Path, label: str, least: int) -> None:
    page = opened("")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{label}, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        assert len(list(csv.DictReader(lines))) >= least


def test_hostile_names_are_text(visit: Visit, registered_address: str) -> None:
    page = visit(registered_address, "/facility?pool=hostile&range=all&by=project")
    settle(page)
    assert "<img src=x onerror=alert(1)>" in facts(page, "facility-ranking")
    assert page.locator("#page img, #page a[href^='javascript']").count() == 0
    assert has_no_sideways_scroll(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(opened: Callable[..., Page], scheme: str) -> None:
    page = opened("", PHONE, scheme)
    assert drawn_sum(page, '"facility"') > 0
    assert has_no_sideways_scroll(page)
