"""The usage page in a real browser: the numbers are the cube's, the address is the view, clicks lead where they say."""

import csv
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from dashboard import format as fmt
from dashboard.filters import parse
from dashboard.selection import select
from pipeline.cube import Cube
from pipeline.query import metric
from pipeline.viewer import LOCAL
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import (
    bars,
    card,
    card_text,
    choose,
    has_no_sideways_scroll,
    legend,
    pieces,
    settle,
    table,
)
from tests.dashboard.made_lake import SIMULATED

PRAIRIE = f"?pool={quote(SIMULATED)}"
VIEWS = [
    "",
    PRAIRIE,
    f"{PRAIRIE}&range=all&by=site",
    f"{PRAIRIE}&range=all&by=institution",
    f"{PRAIRIE}&range=90d&measure=gpu_h&by=user",
    "?project=CA_Astro0&project=unmapped&booking=ended",
    "?from=2026-10-01&to=2026-10-07&site=UCSD&by=user",
]


def test_a_day_that_stands_alone_is_a_bar_that_can_be_seen_and_is_named(visit: Visit, address: str, cube: Cube) -> None:
    day = next(pool.last_day for pool in cube.pools(LOCAL) if not pool.simulated)
    assert day is not None
    page = visit(address, f"/usage?from={day}&to={day}")
    settle(page)
    page.wait_for_selector(".js-plotly-plot .bars .point path")
    assert pieces(page)
    assert all(piece["width"] > 20 for piece in pieces(page))
    assert page.locator(".js-plotly-plot .xtick").all_text_contents() == [f"{day.day} {day:%b}"]


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_on_the_page_are_the_cube_s_for_the_same_view(
    visit: Visit, address: str, cube: Cube, view: str
) -> None:
    page = visit(address, "/usage" + view)
    settle(page)
    asked = parse(view)
    group = asked.option("by", ("project", "site", "user", "institution"), "project")
    measure = asked.option("measure", ("cpu_h", "gpu_h"), "cpu_h")
    chosen = select(asked, cube.pools(LOCAL))
    metrics = ("cpu_h", "gpu_h", "cpu_efficiency", "jobs", "attempts")
    [total] = cube.usage(chosen.query((), metrics), LOCAL).to_pylist()
    for name in metrics:
        assert card(page, name) == pytest.approx(total[name])
    assert total["cpu_h"] > 0
    assert bars(page) == pytest.approx(total[measure] or 0)
    shown = table(page)
    rows = {row[group]: row for row in cube.usage(chosen.query((group,), metrics), LOCAL).to_pylist()}
    for name, row in rows.items():
        if name in shown:
            assert shown[name]["cpu_h"] == fmt.value(row["cpu_h"], metric("cpu_h"))
            assert shown[name]["jobs"] == fmt.value(row["jobs"], metric("jobs"))
    assert len(shown) == min(len(rows), 25)


def test_without_a_pool_in_the_address_the_first_real_one_is_shown(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    assert urlsplit(page.url).path == "/usage"
    assert urlsplit(page.url).query == ""
    expect(page.locator("#pool")).to_have_value("campus")
    expect(page.locator("#usage-days")).to_contain_text("booked as used")
    assert page.title() == "Usage · HTC Ledger"
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_link_reproduces_what_was_clicked_together(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    choose(page, "#pool", SIMULATED)
    choose(page, "#range", "Last 90 days")
    choose(page, "#booking", "As ended")
    page.get_by_text("GPU hours", exact=True).locator("visible=true").nth(1).click()
    settle(page)
    page.get_by_role("main").get_by_text("Site", exact=True).first.click()
    settle(page)
    assert parse_qs(urlsplit(page.url).query) == {
        "pool": [SIMULATED],
        "range": ["90d"],
        "booking": ["ended"],
        "by": ["site"],
        "measure": ["gpu_h"],
    }
    again = visit(address, page.url.removeprefix(address))
    settle(again)
    assert legend(again) == legend(page)
    assert table(again) == table(page)
    assert [card_text(again, name) for name in ("cpu_h", "jobs")] == [
        card_text(page, name) for name in ("cpu_h", "jobs")
    ]
    assert again.locator("#usage-days").inner_text() == page.locator("#usage-days").inner_text()
    for control in ("#pool", "#range", "#booking"):
        expect(again.locator(control)).to_have_value(page.locator(control).input_value())


def test_the_back_button_brings_the_view_before_and_its_controls(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    first = card(page, "cpu_h")
    choose(page, "#range", "Last 7 days")
    second = card(page, "cpu_h")
    assert second != first
    choose(page, "#booking", "As ended")
    page.go_back()
    settle(page)
    assert card(page, "cpu_h") == second
    expect(page.locator("#booking")).to_have_value("As used")
    page.go_back()
    settle(page)
    assert card(page, "cpu_h") == first
    expect(page.locator("#range")).to_have_value("Last 30 days")
    page.go_forward()
    settle(page)
    assert card(page, "cpu_h") == second


def test_a_click_on_a_row_filters_by_it(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    row = table(page)["CA_Bio0"]
    page.locator(".entity-link", has_text="CA_Bio0").click()
    settle(page)
    assert parse_qs(urlsplit(page.url).query) == {"project": ["CA_Bio0"]}
    assert list(table(page)) == ["CA_Bio0"]
    assert table(page)["CA_Bio0"]["cpu_h"] == row["cpu_h"]
    expect(page.locator(".mantine-MultiSelect-pill").first).to_contain_text("CA_Bio0")


def test_a_click_on_a_bar_and_on_the_legend_filters_by_it(visit: Visit, address: str) -> None:
    page = visit(address, "/usage?by=site")
    settle(page)
    page.locator(".legend-link", has_text="UCSD").click()
    settle(page)
    assert parse_qs(urlsplit(page.url).query) == {"site": ["UCSD"], "by": ["site"]}
    page.go_back()
    settle(page)
    _click_tallest_piece(page)
    settle(page)
    assert list(table(page)) == parse_qs(urlsplit(page.url).query)["site"]


def test_names_are_searched_on_the_server_and_chosen(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    field = page.get_by_role("textbox", name="Projects").or_(page.get_by_role("combobox", name="Projects")).first
    field.click()
    field.type("genom", delay=20)
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option", name="CA_Genomics1").click()
    settle(page)
    assert parse_qs(urlsplit(page.url).query) == {"project": ["CA_Genomics1"]}
    field.press("ArrowDown")  # the names chosen so far leave little of it to click on
    page.get_by_role("option", name="CA_Bio1").click()
    settle(page)
    assert sorted(table(page)) == ["CA_Bio1", "CA_Genomics1"]


def test_the_table_sorts_numbers_as_numbers(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    for wanted in ("asc", "desc"):
        head = page.locator(".ag-header-cell[col-id=jobs]")
        for _ in range(3):
            if head.get_attribute("aria-sort") == f"{wanted}ending":
                break
            head.locator(".ag-header-cell-label").click()
        counts = [int(row["jobs"].replace(",", "")) for row in table(page).values()]
        assert counts == sorted(counts, reverse=wanted == "desc")


@pytest.mark.parametrize("ending", ["CSV", "Parquet"])
def test_the_download_holds_what_is_shown(visit: Visit, address: str, tmp_path: Path, ending: str) -> None:
    page = visit(address, "/usage?by=site&range=7d")
    settle(page)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"Table by site, {ending}").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    if ending == "CSV":
        with file.open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        shown = table(page)
        assert {row["site"]: fmt.number(float(row["cpu_h"])) for row in rows} == {
            name: row["cpu_h"] for name, row in shown.items()
        }
    else:
        assert file.read_bytes()[:4] == b"PAR1"


def test_a_filter_to_nothing_says_so_and_leads_back(visit: Visit, address: str) -> None:
    page = visit(address, "/usage?project=nobody&range=7d")
    settle(page)
    expect(page.locator("#page")).to_contain_text("No usage in this selection")
    expect(page.locator("#usage-body")).to_be_hidden()
    page.get_by_text("Show everything of all days").click()
    settle(page)
    assert (card(page, "cpu_h") or 0) > 0
    expect(page.locator("#usage-body")).to_be_visible()


def test_a_metric_explains_itself_on_hover_and_on_focus(visit: Visit, address: str) -> None:
    page = visit(address, "/usage")
    settle(page)
    mark = page.locator(".card").nth(2).locator(".help")
    mark.hover()
    expect(page.locator(".mantine-Tooltip-tooltip")).to_contain_text(metric("cpu_efficiency").formula)
    page.mouse.move(0, 0)
    page.locator(".card").nth(0).locator(".help").focus()
    expect(page.locator(".mantine-Tooltip-tooltip", has_text=metric("cpu_h").formula)).to_be_visible()
    expect(page.locator(".card").nth(2)).to_contain_text("of core hours")


def test_without_data_before_there_is_no_change(visit: Visit, address: str) -> None:
    page = visit(address, "/usage?range=all")
    settle(page)
    expect(page.locator(".card-change").first).to_have_text("—no full period before")


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, address: str) -> None:
    page = visit(address, "/usage" + PRAIRIE, PHONE)
    settle(page)
    assert has_no_sideways_scroll(page)
    expect(page.locator("#range")).to_be_hidden()
    page.locator("#filters-open").click()
    expect(page.locator("#range")).to_be_visible()
    choose(page, "#range", "Last 7 days")
    assert "range=7d" in page.url
    assert has_no_sideways_scroll(page)
    expect(page.locator("#navigation")).not_to_be_in_viewport()
    page.locator("#burger").click()
    page.get_by_role("link", name="Definitions").click()
    expect(page.locator("h1")).to_have_text("Definitions")
    expect(page.locator("#navigation")).not_to_be_in_viewport()
    assert has_no_sideways_scroll(page)


def _click_tallest_piece(page: Page) -> None:
    box = max(pieces(page), key=lambda box: box["height"])
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(200)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
