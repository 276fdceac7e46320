"""Pool now in a real browser: the numbers are the cube's, what is provisional says so, hostile names are text."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, has_no_sideways_scroll, settle, table
from tests.dashboard.made_lake import FORMULA, MARKUP
from tests.dashboard.watched_lake import POOL, Made


@pytest.fixture
def cube(watched: Made) -> Cube:
    return Cube.open(watched.root)


def test_cards_are_what_the_cube_says(visit: Visit, watched_address: str, cube: Cube) -> None:
    page = visit(watched_address, "/pool-now")
    settle(page)
    rows = {row["status"]: row for row in cube.queue(("status",), (POOL,), LOCAL).to_pylist()}
    assert card(page, "running-jobs") == rows["running"]["jobs"] > 0
    assert card(page, "idle-jobs") == rows["idle"]["jobs"] > 0
    assert card(page, "held-jobs") == rows["held"]["jobs"] > 0
    offered = cube.capacity(("is_backfill",), (POOL,), LOCAL).to_pylist()
    assert card(page, "cores-offered") == next(row["cores"] for row in offered if not row["is_backfill"])
    assert card(page, "gpus-offered") == sum(
        row["gpus"] for row in cube.gpus((POOL,), LOCAL).to_pylist() if not row["is_backfill"]
    )


@pytest.mark.parametrize(("by", "label"), [("project", "Project"), ("user", "User"), ("ap", "Access point")])
def test_the_queue_is_what_the_cube_says(visit: Visit, watched_address: str, cube: Cube, by: str, label: str) -> None:
    page = visit(watched_address, f"/pool-now?by={by}")
    settle(page)
    rows = cube.queue((by, "status"), (POOL,), LOCAL).to_pylist()
    running = {row[by]: row for row in rows if row["status"] == "running"}
    shown = table(page)
    for name, row in running.items():
        if name in shown:
            assert shown[name]["running"] == f"{row['jobs']:,}"
            assert shown[name]["provisional_cpu_h"] == f"{row['provisional_cpu_h']:,.1f}"
    assert len([name for name in running if name in shown]) >= len(running) - 2
    expect(page.locator(".ag-header-cell[col-id=label]")).to_contain_text(label)
    expect(page.locator(".ag-header-cell[col-id=provisional_cpu_h]")).to_contain_text("provisional")


def test_cores_by_site_are_drawn_by_state(visit: Visit, watched_address: str, cube: Cube) -> None:
    page = visit(watched_address, "/pool-now")
    settle(page)
    rows = [
        row for row in cube.capacity(("is_backfill", "state"), (POOL,), LOCAL).to_pylist() if not row["is_backfill"]
    ]
    page.wait_for_function("() => document.querySelector('#now-body .js-plotly-plot')?._fullData?.length === 3")
    script = """() => document.querySelector('#now-body .js-plotly-plot')._fullData.map(
        trace => [trace.name, [...trace.x].reduce((sum, value) => sum + value)])"""
    drawn = dict(page.evaluate(script))
    states = {row["state"]: row["cores"] for row in rows}
    assert drawn == {"claimed": states["claimed"], "free": states["unclaimed"], "in other states": states["drained"]}


def test_pilots_stand_beside_payload_by_site(visit: Visit, watched_address: str, cube: Cube) -> None:
    page = visit(watched_address, "/pool-now?range=all")
    settle(page)
    rows = {row["site"]: row for row in cube.site_hours((POOL,), LOCAL).to_pylist()}
    shown = {
        cells[0]: cells
        for row in page.locator("#now-hours .facts tbody tr").all()
        for cells in [[cell.inner_text() for cell in row.locator("td").all()]]
    }
    for site in ("Purdue", "UCSD"):
        assert shown[site][1] == f"{rows[site]['payload_cpu_h']:,.1f}"
        assert shown[site][2] == f"{rows[site]['pilot_cpu_h']:,.1f}"
    assert shown["Nebraska"][2] == "—"


def test_hostile_names_and_reasons_are_text(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/pool-now")
    settle(page)
    assert {MARKUP, FORMULA, "abc⟨U+202E⟩gnp.exe"} <= set(table(page))
    expect(page.locator("#now-holds")).to_contain_text(f"memory limit of {MARKUP}")
    assert page.locator("#page img, #page a[href^='javascript']").count() == 0


def test_a_switch_of_the_grouping_is_in_the_address(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/pool-now")
    settle(page)
    page.get_by_role("main").get_by_text("Access point", exact=True).first.click()
    page.wait_for_url("**/pool-now?by=ap")
    settle(page)
    assert len(table(page)) == 2


def test_downloads_hold_the_whole_queue(visit: Visit, watched_address: str, cube: Cube, tmp_path: Path) -> None:
    page = visit(watched_address, "/pool-now")
    settle(page)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text("Queue, CSV", exact=True).click()
    file = tmp_path / "queue.csv"
    started.value.save_as(file)
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    jobs = sum(row["jobs"] for row in cube.queue((), (POOL,), LOCAL).to_pylist())
    assert sum(int(row["jobs"]) for row in rows) == jobs
    assert "'" + FORMULA in {row["project"] for row in rows}


def test_a_pool_of_which_nothing_is_asked_says_what_to_do(visit: Visit, address: str) -> None:
    page = visit(address, "/pool-now?pool=campus")
    settle(page)
    expect(page.locator("#now-queue-note")).to_contain_text("sources of kind schedds")
    expect(page.locator("#now-gpus")).to_contain_text("source of kind pool")
    assert card(page, "running-jobs") is None
    assert card(page, "cores-offered") is None


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/pool-now", PHONE)
    settle(page)
    assert has_no_sideways_scroll(page)
    expect(page.locator("#now-hours")).to_contain_text("Purdue")
