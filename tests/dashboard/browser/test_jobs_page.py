"""The page Jobs in a real browser: found, filtered, sorted, scrolled; numbers are the cube's, names are text."""

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from pipeline.cube import Cube
from pipeline.explorer.asked import Listed, Rows
from pipeline.explorer.conditions import Condition
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, has_no_sideways_scroll, settle
from tests.dashboard.made_lake import FORMULA, HOSTILE_POOL, MARKUP, REAL, SIMULATED

ALL = f"?pool={REAL}&range=all"
POOL = (("pool", (REAL,)),)


@pytest.fixture(scope="module")
def cube(lake_root: Path) -> Cube:
    return Cube.open(lake_root)


def opened(visit: Visit, address: str, search: str, *how: Any) -> Page:
    page = visit(address, f"/jobs{search}", *how)
    settle(page)
    return page


def filled(page: Page) -> None:
    """Wait until the first row is there."""
    expect(page.locator(".job-grid .job-link").first).to_be_visible()
    settle(page)


def ids(page: Page) -> list[str]:
    """The jobs that are drawn, from the top."""
    filled(page)
    rows = page.locator(".job-grid .ag-pinned-left-cols-container [role=row]").all()
    found = {int(row.get_attribute("row-index") or 0): row.inner_text().strip() for row in rows}
    return [found[place] for place in sorted(found)]


def cell(page: Page, row: int, column: str) -> str:
    return page.locator(f".job-grid [row-index='{row}'] [col-id='{column}']").inner_text().strip()


def wanted(cube: Cube, question: Listed, count: int) -> list[str]:
    rows = cube.listed(question, Rows(0, count), LOCAL).to_pylist()
    return [f"ap1#{row['job'].partition('#')[2]}" for row in rows]


def test_head_line_and_rows_are_the_cube_s(visit: Visit, address: str, cube: Cube) -> None:
    page = opened(visit, address, ALL)
    shown = ids(page)
    assert shown[:8] == wanted(cube, Listed(where=POOL), 8)
    [total] = cube.usage(UsageQuery(metrics=("jobs", "cpu_h", "wasted_h"), where=POOL), LOCAL).to_pylist()
    assert card(page, "rows") == total["jobs"] == 900
    assert card(page, "cpu_h") == pytest.approx(total["cpu_h"])
    assert card(page, "wasted_h") == pytest.approx(total["wasted_h"], abs=0.001)


def test_a_click_on_a_head_sorts_all_rows_and_stands_in_the_address(visit: Visit, address: str, cube: Cube) -> None:
    page = opened(visit, address, ALL)
    filled(page)
    page.locator(".job-grid .ag-header-cell[col-id='cpu_h'] .ag-header-cell-label").click()
    page.wait_for_url("**sort=-cpu_h**")
    expect(page.locator(".job-grid .job-link").first).to_have_text(
        wanted(cube, Listed(where=POOL, sort="-cpu_h"), 1)[0]
    )
    assert ids(page)[:5] == wanted(cube, Listed(where=POOL, sort="-cpu_h"), 5)
    page.go_back()
    expect(page.locator(".job-grid .job-link").first).to_have_text(wanted(cube, Listed(where=POOL), 1)[0])
    assert "sort=" not in page.url


def test_a_filter_typed_into_a_head_filters_all_rows_and_its_link_reproduces_it(
    visit: Visit, address: str, cube: Cube
) -> None:
    page = opened(visit, address, ALL)
    filled(page)
    page.locator(".job-grid .ag-header-cell[col-id='cpu_h'] input").first.fill("100")
    page.wait_for_url("**cpuh=**")
    settle(page)
    question = Listed(where=POOL, conditions=(Condition("cpu_h", ">=100"),))
    expect(page.locator("[data-metric=rows]")).to_have_attribute(
        "data-value", str(cube.listed_sums(question, LOCAL)["rows"])
    )
    assert 0 < cube.listed_sums(question, LOCAL)["rows"] < 900
    expect(page.locator("#jobs-said")).to_contain_text("Filtered by: Core hours >=100.")
    first = ids(page)
    assert first[:5] == wanted(cube, question, 5)
    again = visit(address, page.url.removeprefix(address))
    settle(again)
    assert ids(again) == first
    assert again.locator(".job-grid .ag-header-cell[col-id='cpu_h'] input").first.input_value() == "100"
    again.evaluate("() => window.dash_ag_grid.getApi({of: 'jobs', type: 'job-grid'}).setFilterModel(null)")
    again.wait_for_function("() => !location.search.includes('cpuh')")
    expect(again.locator("[data-metric=rows]")).to_have_attribute("data-value", "900")


def test_further_rows_come_when_they_are_looked_at(visit: Visit, address: str, cube: Cube) -> None:
    page = opened(visit, address, ALL)
    filled(page)
    page.evaluate("() => window.dash_ag_grid.getApi({of: 'jobs', type: 'job-grid'}).ensureIndexVisible(899)")
    last = wanted(cube, Listed(where=POOL), 900)[-1]
    expect(page.locator(".job-grid [row-index='899'] .job-link")).to_have_text(last)


def test_the_filter_bar_acts_on_the_list(visit: Visit, address: str, cube: Cube) -> None:
    page = opened(visit, address, f"{ALL}&site=Purdue")
    assert ids(page)[:3] == wanted(cube, Listed(where=(*POOL, ("site", ("Purdue",)))), 3)
    page.evaluate("() => window.dash_clientside.set_props('url', {search: '?pool=campus&range=all&site=UCSD'})")
    expect(page.locator(".job-grid [row-index='0'] [col-id='site']")).to_have_text("UCSD")
    assert ids(page)[:3] == wanted(cube, Listed(where=(*POOL, ("site", ("UCSD",)))), 3)


def test_a_row_leads_to_its_receipt(visit: Visit, address: str) -> None:
    page = opened(visit, address, ALL)
    job = ids(page)[0].removeprefix("ap1")
    page.locator(".job-grid .job-link").first.click()
    page.wait_for_url("**/receipt?**")
    settle(page)
    expect(page.locator("#receipt-name")).to_contain_text(f"ap1.campus.test{job}")
    expect(page.locator("#receipt-facts")).to_contain_text("campus")


def test_an_id_or_a_cluster_is_found_whatever_days_are_chosen(visit: Visit, address: str) -> None:
    page = opened(visit, address, f"?pool={REAL}&from=2020-01-01&to=2020-01-02")
    expect(page.locator("#jobs-notice")).to_contain_text("No jobs in this selection")
    box = page.get_by_label("Job id")
    box.fill("ap1.campus.test#7.0")
    box.press("Enter")
    page.wait_for_url("**job=**")
    assert ids(page) == ["ap1#7.0"]
    box.fill("8")
    box.press("Enter")
    expect(page.locator(".job-grid .job-link").first).to_have_text("ap1#8.0")
    box.fill("nonsense")
    box.press("Enter")
    expect(page.locator("#jobs-notice")).to_contain_text("names no job")
    box.fill("")
    box.press("Enter")
    expect(page.locator("#jobs-notice")).to_contain_text("No jobs in this selection")


def test_nothing_found_says_so_and_leads_out(visit: Visit, address: str) -> None:
    page = opened(visit, address, f"{ALL}&outcome=removed")
    expect(page.locator("#jobs-notice")).to_contain_text("No jobs in this selection")
    page.get_by_role("link", name="Show everything of all days").click()
    expect(page.locator("[data-metric=rows]")).to_have_attribute("data-value", "900")
    assert len(ids(page)) > 5


def test_attempts_are_a_switch_away(visit: Visit, address: str, cube: Cube) -> None:
    page = opened(visit, address, f"{ALL}&removereason=~qqq")
    expect(page.locator("#jobs-notice")).to_contain_text("No jobs in this selection")
    page.get_by_text("Attempts", exact=True).click()
    page.wait_for_url("**of=attempts**")
    expect(page.locator("#jobs-said")).to_contain_text(
        "Not applied, because attempts have no such column: Removal reason"
    )
    assert ids(page)[:5] == wanted(cube, Listed("attempts", where=POOL), 5)
    assert card(page, "rows") == 900


def test_hostile_names_are_text_here_and_in_the_download(visit: Visit, address: str) -> None:
    page = opened(visit, address, f"?pool={HOSTILE_POOL}&range=all&sort=project")
    filled(page)
    shown = page.locator(".job-grid .ag-center-cols-container").inner_text()
    assert MARKUP in shown
    assert page.locator(".job-grid img").count() == 0
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Jobs, CSV").click()
    text = Path(coming.value.path()).read_text("utf-8")
    csv.field_size_limit(4 * 2**20)  # one of the names is a megabyte long
    projects = [row["project"] for row in csv.DictReader(io.StringIO(text))]
    assert "'" + FORMULA in projects
    assert FORMULA not in projects
    assert len(projects) == 10


def test_a_phone_shows_few_columns_and_does_not_scroll_sideways(visit: Visit, address: str) -> None:
    page = opened(visit, address, f"?pool={quote(SIMULATED)}", PHONE)
    filled(page)
    assert has_no_sideways_scroll(page)
    expect(page.locator(".job-grid .ag-header-cell[col-id='user']")).to_have_count(0)
    expect(page.locator(".job-grid .ag-header-row-column .ag-header-cell[col-id='outcome']")).to_be_visible()
