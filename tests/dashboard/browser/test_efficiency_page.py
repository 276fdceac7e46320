"""The page Efficiency in a real browser: its numbers are the cube's, the address is the view, names are text."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard import format as fmt
from dashboard.filters import parse
from dashboard.losses_shown import CHANGE_METRICS, PARTS, since_of
from dashboard.selection import Selection, select
from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from pipeline.waste import SHEETS, waste_table
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, facts, has_no_sideways_scroll, settle, table
from tests.dashboard.conftest import Serve
from tests.dashboard.made_lake import HOSTILE_POOL, SIMULATED
from tests.dashboard.waste_reading import drawn, quantiles

FURTHER = [name for name in PARTS if name != "buckets"]
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


def lost(cube: Cube, view: str, what: str, *by: str) -> list[dict[str, Any]]:
    """The answer to a question about lost hours, as the page asks it."""
    asked = replace(chosen(cube, view).query(by, ()), booking="used")
    rows: list[dict[str, Any]] = cube.losses(what, asked, LOCAL).to_pylist()
    return rows


def heat(page: Page) -> float:
    """The sum of all cells of the chart, from what Plotly has drawn."""
    plots = "[...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => plot._fullData || [])"
    trace = f"{plots}.find(one => one.type === 'heatmap')"
    page.wait_for_function(f"() => {trace}")
    return float(page.evaluate(f"() => {trace}.z.flat().reduce((sum, value) => sum + (value || 0), 0)"))


def test_workflows_and_users_are_ranked_by_what_they_wasted(visit: Visit, address: str, cube: Cube) -> None:
    for who, head in (("workflows", "Workflow"), ("users", "User")):
        view = f"?range=90d&part=workflows&who={who}"
        page = visit(address, "/efficiency" + view)
        settle(page)
        rows = lost(cube, view, who, "project", "user")
        shown = page.locator("#efficiency-part .facts tbody tr").all()
        assert len(shown) == min(len(rows), 12)
        first = {cell.get_attribute("data-label"): cell.inner_text() for cell in shown[0].locator("td").all()}
        assert (first["Wasted"], first["Jobs"]) == (fmt.number(rows[0]["wasted_h"]), f"{rows[0]['jobs']:,}")
        assert first[head] == rows[0]["workflow" if who == "workflows" else "user"]
        expect(page.locator("#efficiency-buckets")).to_be_hidden()


def test_what_was_asked_for_and_used_is_drawn_and_the_largest_lead_to_their_receipts(
    visit: Visit, serve: Serve, demo_lake: Path
) -> None:
    view = f"?pool={quote('prairie (simulated)')}&range=all&part=requests"
    page = visit(serve(demo_lake), "/efficiency" + view)
    settle(page)
    known = [row for row in lost(Cube.open(demo_lake), view, "bins of memory") if row["used_bin"] is not None]
    drawn_h = heat(page)
    assert drawn_h == pytest.approx(sum(row["cpu_h"] for row in known))
    assert drawn_h > 0
    link = page.locator("#efficiency-part a.job-link").first
    job = link.inner_text()
    link.click()
    page.wait_for_url("**/receipt?**")
    settle(page)
    expect(page.locator("#page")).to_contain_text(job)
    page.go_back()
    settle(page)
    assert page.url.endswith("&part=requests")
    page.get_by_text("Disk", exact=True).locator("visible=true").first.click()
    settle(page)
    assert page.url.endswith("&size=disk")


def test_evictions_cost_what_the_cube_says(visit: Visit, serve: Serve, demo_lake: Path) -> None:
    view = f"?pool={quote('prairie (simulated)')}&range=all&part=evictions"
    page = visit(serve(demo_lake), "/efficiency" + view)
    settle(page)
    cube = Cube.open(demo_lake)
    (whole,) = lost(cube, view, "evictions")
    assert float(page.locator("[data-lost]").get_attribute("data-lost") or "") == pytest.approx(whole["lost_h"])
    by_site = {row["site"]: row for row in lost(cube, view, "evictions", "site")}
    shown = facts(page, "efficiency-evicting-sites")
    assert len(shown) == 12
    for site, cells in shown.items():
        assert (cells["Evicted"], cells["Lost"]) == (
            f"{by_site[site]['evicted']:,}",
            fmt.number(by_site[site]["lost_h"]),
        )
    assert "Slot is being drained" in facts(page, "efficiency-eviction-reasons")
    # the hours of buckets are by day, those of runs by their end: over all days they are the same
    buckets = waste_table(cube, LOCAL, chosen(cube, view).query((), ()), "cores").whole.hours
    assert whole["lost_h"] == pytest.approx((buckets["evicted"] or 0) + (buckets["lost"] or 0))


def test_waits_are_the_cube_s(visit: Visit, address: str, cube: Cube) -> None:
    view = "?range=90d&part=waiting&wait=user"
    page = visit(address, "/efficiency" + view)
    settle(page)
    rows = {row["user"]: row for row in lost(cube, view, "waits", "user")}
    shown = facts(page, "efficiency-waits")
    assert len(shown) == min(12, len(rows))
    for name, cells in shown.items():
        assert cells["Jobs"] == f"{rows[name]['started']:,}"
        assert cells["50 %"] == "1\u00a0min", "every job of this lake waits a minute"


def test_before_and_since_a_day_are_the_cube_s_and_the_day_is_in_the_address(
    visit: Visit, address: str, cube: Cube
) -> None:
    view = "?range=30d&part=change&since=2026-11-10&changed=wasted"
    page = visit(address, "/efficiency" + view)
    settle(page)
    selected = chosen(cube, view)
    since = since_of(parse(view), selected)
    assert since == date(2026, 11, 10)
    before = replace(selected.query((), CHANGE_METRICS), last=since - timedelta(days=1))
    [row] = cube.usage(before, LOCAL).to_pylist()
    cells = facts(page, "efficiency-change")["Before"]
    assert cells["Core hours"] == fmt.number(row["cpu_h"])
    assert cells["Wasted"] == fmt.percent(row["wasted_h"] / row["cpu_h"])
    assert cells["CPU"] == fmt.percent(row["cpu_efficiency"])
    expect(page.locator("#efficiency-part")).to_contain_text("before 10 Nov 2026")


@pytest.mark.parametrize("since", ["2026-13-99", "1999-01-01", "<img src=x onerror=alert(1)>", "2026-11-10T00:00"])
def test_a_day_that_is_none_of_the_period_is_its_middle(cube: Cube, since: str) -> None:
    selected = chosen(cube, "?range=30d")
    found = since_of(parse(f"?range=30d&since={quote(since)}"), selected)
    assert found == selected.period.first + timedelta(days=15)


@pytest.mark.parametrize("part", FURTHER)
def test_each_part_is_text_where_strangers_wrote_it_and_fits_a_phone(visit: Visit, address: str, part: str) -> None:
    page = visit(address, f"/efficiency?pool={HOSTILE_POOL}&range=all&part={part}", PHONE, "dark")
    settle(page)
    expect(page.locator("#efficiency-part")).not_to_be_empty()
    assert page.locator("#page img").count() == 0
    assert page.locator("#page a[href^=javascript]").count() == 0
    assert has_no_sideways_scroll(page)


def test_a_part_is_chosen_by_a_switch_and_back_leads_to_the_buckets(visit: Visit, address: str) -> None:
    page = visit(address, "/efficiency")
    settle(page)
    page.get_by_text("Waiting", exact=True).locator("visible=true").first.click()
    settle(page)
    assert page.url.endswith("?part=waiting")
    expect(page.locator("#efficiency-part")).to_contain_text("Half of")
    page.go_back()
    settle(page)
    expect(page.locator("#efficiency-part")).to_be_empty()
    expect(page.locator("#efficiency-buckets")).to_be_visible()
