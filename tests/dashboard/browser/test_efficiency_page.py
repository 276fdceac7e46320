"""The page Efficiency in a real browser: its numbers are the cube's, the address is the view, names are text."""

import csv
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard import format as fmt
from dashboard.filters import parse
from dashboard.selection import Selection, select
from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from pipeline.waste import SHEETS, waste_table
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, has_no_sideways_scroll, settle, table
from tests.dashboard.made_lake import HOSTILE_POOL, SIMULATED
from tests.dashboard.waste_reading import drawn, quantiles

CARDS = ("goodput_completed_h", "goodput_succeeded_h", "wasted_h", "cpu_efficiency", "memory_efficiency")
VIEWS = [
    "",
    f"?pool={quote(SIMULATED)}&range=all&by=site&show=hours",
    "?range=90d&by=user&sheet=memory&of=wall",
    "?project=CA_Astro0&project=unmapped&booking=ended&show=hours",
]


def chosen(cube: Cube, view: str) -> Selection:
    return select(parse(view), cube.pools(LOCAL))


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_on_the_page_are_the_cube_s_for_the_same_view(
    visit: Visit, address: str, cube: Cube, view: str
) -> None:
    page = visit(address, "/efficiency" + view)
    settle(page)
    asked, selected = parse(view), chosen(cube, view)
    group = asked.option("by", ("project", "site", "user"), "project")
    sheet = asked.option("sheet", tuple(SHEETS), "cores")
    [total] = cube.usage(selected.query((), CARDS), LOCAL).to_pylist()
    assert {name: card(page, name) for name in CARDS} == {name: pytest.approx(total[name]) for name in CARDS}
    found = waste_table(cube, LOCAL, selected.query((group,), ()), sheet)
    rows = {row.key[0]: row for row in found.rows}
    shown = table(page)
    assert len(shown) == min(len(rows), 25)
    for name, cells in shown.items():
        assert cells["total"] == fmt.number(rows[name].total_h)
    amounts = drawn(page)
    if "show=hours" in view:
        assert sum(amounts.values()) == pytest.approx(sum(row.total_h or 0 for row in found.rows))
    else:
        assert sum(amounts.values()) == pytest.approx(min(16, len([row for row in found.rows if row.total_h])))


def test_quantiles_are_the_cube_s(visit: Visit, address: str, cube: Cube) -> None:
    page = visit(address, "/efficiency?by=site")
    settle(page)
    rows = {row["site"]: row for row in cube.spread(chosen(cube, "").query(("site",), ()), "cpu", LOCAL).to_pylist()}
    shown = quantiles(page)
    assert set(shown) == set(rows)
    for name, cells in shown.items():
        row = rows[name]
        assert cells == [
            f"{row['attempts']:,}",
            f"{row['measured']:,}",
            *(fmt.percent(row[f"p{cut}"]) for cut in (5, 25, 50, 75, 95)),
        ]


def test_a_switch_changes_the_address_and_the_chart(visit: Visit, address: str) -> None:
    page = visit(address, "/efficiency")
    settle(page)
    page.get_by_text("Hours", exact=True).locator("visible=true").first.click()
    settle(page)
    assert page.url.endswith("?show=hours")
    page.get_by_text("Memory", exact=True).locator("visible=true").first.click()
    settle(page)
    assert "sheet=memory" in page.url
    expect(page.locator(".js-plotly-plot .xtitle")).to_have_text("GiB h")
    page.go_back()
    settle(page)
    expect(page.locator(".js-plotly-plot .xtitle")).to_have_text("core h")


def test_a_click_on_a_row_filters_by_it(visit: Visit, address: str) -> None:
    page = visit(address, "/efficiency")
    settle(page)
    page.locator(".entity-link", has_text="CA_Bio0").click()
    settle(page)
    assert page.url.endswith("/efficiency?project=CA_Bio0")
    assert list(table(page)) == ["CA_Bio0"]
    assert list(quantiles(page)) == ["CA_Bio0"]


def test_one_sentence_says_how_the_two_goodputs_differ(visit: Visit, address: str) -> None:
    page = visit(address, "/efficiency")
    settle(page)
    expect(page.locator("#efficiency-goodput")).to_contain_text("Completed and succeeded")


def test_a_filter_to_nothing_says_so_and_leads_back(visit: Visit, address: str) -> None:
    page = visit(address, "/efficiency?project=nobody&range=7d")
    settle(page)
    expect(page.locator("#page")).to_contain_text("No usage in this selection")
    expect(page.locator("#efficiency-body")).to_be_hidden()
    page.get_by_text("Show everything of all days").click()
    settle(page)
    assert (card(page, "goodput_completed_h") or 0) > 0
    expect(page.locator("#efficiency-body")).to_be_visible()


def test_a_sheet_without_hours_says_so_instead_of_an_empty_chart(visit: Visit, address: str) -> None:
    page = visit(address, f"/efficiency?pool={HOSTILE_POOL}&range=all&sheet=gpus")
    settle(page)
    expect(page.locator("#efficiency-legend")).to_contain_text("No GPU h in this selection")
    expect(page.locator(".js-plotly-plot")).to_be_hidden()


def test_hostile_names_are_text_in_chart_and_tables(visit: Visit, address: str) -> None:
    page = visit(address, f"/efficiency?pool={HOSTILE_POOL}&range=all")
    settle(page)
    drawn(page)
    assert page.locator("#page img").count() == 0
    assert page.locator("#page a[href^=javascript]").count() == 0


def test_the_download_holds_every_sheet(visit: Visit, address: str, cube: Cube, tmp_path: Path) -> None:
    page = visit(address, "/efficiency?by=site&range=7d")
    settle(page)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text("Buckets by site, CSV").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    [whole] = cube.usage(chosen(cube, "?range=7d").query((), ("cpu_h", "memory_gib_h")), LOCAL).to_pylist()
    for name in ("cpu_h", "memory_gib_h"):
        assert sum(float(row[name]) for row in rows if row[name]) == pytest.approx(whole[name])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, address: str, scheme: str) -> None:
    page: Page = visit(address, f"/efficiency?pool={quote(SIMULATED)}", PHONE, scheme)
    settle(page)
    assert drawn(page)
    assert has_no_sideways_scroll(page)
