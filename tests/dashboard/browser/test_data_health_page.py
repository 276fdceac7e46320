"""Data health in a real browser: what is wrong, since when and what to do; strangers' records are text."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from pipeline.cube import Cube
from pipeline.health import write_health
from pipeline.viewer import LOCAL
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import has_no_sideways_scroll, settle
from tests.dashboard.conftest import Serve
from tests.dashboard.made_lake import MARKUP, SIMULATED
from tests.dashboard.watched_lake import APS, POOL, Made
from tests.pipeline.status.test_sources import FAILING


def cells(page: Page, part: str) -> list[list[str]]:
    """Rows of the table in that part of the page."""
    rows = page.locator(f"#{part} .facts tbody tr")
    return [[cell.inner_text() for cell in row.locator("td").all()] for row in rows.all()]


def heat(page: Page) -> dict[str, list[int | None]]:
    """What the strip has drawn: the states of each stream's days."""
    script = """() => {
        const plot = document.querySelector('#health-body .js-plotly-plot');
        const names = plot.layout.yaxis.ticktext;
        return plot._fullData[0].z.map((line, place) => [names[place], [...line]]);
    }"""
    page.wait_for_function("() => document.querySelector('#health-body .js-plotly-plot')?._fullData?.[0]?.z")
    return {name.strip("\u2068\u2069"): line for name, line in page.evaluate(script)}


def test_each_source_shows_its_state_its_last_error_and_what_to_do(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/data-health")
    settle(page)
    sources = {row[0]: row[1:] for row in cells(page, "health-sources")}
    refused = sources[f"mine: history of {APS[2]}"]
    assert refused[0] == "failing"
    assert "history refused (not authorised)" in refused[3]
    assert "Add this host to ALLOW_READ" in refused[3]
    assert sources[f"mine: queue of {APS[1]}"][0] == "overdue"
    assert sources[f"mine: history of {APS[0]}"][0] == "ok"
    assert "elsewhere: history of ap9" not in sources, "it is of another pool"
    expect(page.locator("#health-cards")).to_contain_text("5 of 7")


def test_the_badge_and_the_verdict_say_the_same_with_the_worst(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/data-health")
    settle(page)
    expect(page.locator("#badge .badge-word")).to_have_text("partial")
    verdict = page.locator(".verdict")
    assert verdict.get_attribute("data-state") == "partial"
    for said in ("a gap in what was read", "a job left the queue without a final ad", "6 records were rejected"):
        expect(verdict).to_contain_text(said)


def test_the_strip_holds_what_the_cube_says(visit: Visit, watched_address: str, watched: Made) -> None:
    page = visit(watched_address, "/data-health")
    settle(page)
    rows = Cube.open(watched.root).coverage((POOL,), LOCAL).to_pylist()
    drawn = heat(page)
    mine = [row["state"] for row in rows if row["ap"] == APS[0] and row["stream"] == "history"]
    words = ("complete", "unknown", "partial")
    assert [words[cell] for cell in drawn[f"{APS[0]} · history"] if cell is not None] == mine
    assert mine.count("partial") == 2
    assert len(drawn) == len({(row["ap"], row["stream"], row["source"]) for row in rows})


def test_gaps_are_listed_with_their_evidence_losses_first(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/data-health")
    settle(page)
    rows = cells(page, "health-incomplete")
    states = [row[2] for row in rows]
    assert states == sorted(states)
    gap = next(row for row in rows if "HISTORY_HELPER_MAX_HISTORY" in row[3])
    assert gap[0] == f"{APS[0]} · history"
    assert MARKUP in gap[3]
    missing = cells(page, "health-missing")
    assert [(row[1], row[4]) for row in missing] == [("5000.2", "missing")]


def test_a_rejected_record_is_shown_as_it_was_read_and_does_nothing(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/data-health")
    settle(page)
    assert {row[0] for row in cells(page, "health-rejects")} == {"cpus-bound", "unreadable"}
    page.locator("#health-rejects summary").first.click()
    record = page.locator("#health-rejects .record").first
    expect(record).to_be_visible()
    expect(record).to_contain_text(f'ProjectName = "{MARKUP}"')
    expect(record).to_contain_text("⟨U+202E⟩")
    expect(record).to_contain_text("⟨U+001B⟩[31m")
    assert page.locator("#page img, #page a[href^='javascript']").count() == 0


def test_the_days_shown_are_in_the_address(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/data-health")
    settle(page)
    whole = len(heat(page)[f"{APS[0]} · history"])
    page.get_by_text("30 days", exact=True).click()
    page.wait_for_url("**/data-health?days=30")
    settle(page)
    page.wait_for_function("() => document.querySelector('#health-body .js-plotly-plot')._fullData[0].x.length === 30")
    assert whole > 30


@pytest.mark.parametrize("name", ["days", "gaps", "missing", "rejects", "records", "sources"])
def test_every_table_can_be_downloaded(visit: Visit, watched_address: str, tmp_path: Path, name: str) -> None:
    from dashboard.pages.data_health import DOWNLOADS

    page = visit(watched_address, "/data-health")
    settle(page)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{DOWNLOADS[name]}, CSV", exact=True).click()
    file = tmp_path / "download.csv"
    started.value.save_as(file)
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    if name == "records":
        assert not [row for row in rows if "\x1b" in row["beginning"]]


def test_a_pool_that_was_only_ingested_says_so(visit: Visit, address: str) -> None:
    page = visit(address, f"/data-health?pool={quote(SIMULATED)}")
    settle(page)
    expect(page.locator("#health-sources")).to_contain_text("Nothing is polled")
    expect(page.locator(".verdict")).to_contain_text("made up")
    expect(page.locator("#health-rejects")).to_contain_text("No record was rejected.")
    expect(page.locator("#health-incomplete")).to_contain_text("nothing tells whether there were others")


def test_without_a_cube_the_sources_are_shown_all_the_same(visit: Visit, serve: Serve, tmp_path: Path) -> None:
    write_health(tmp_path / "lake", FAILING)
    page = visit(serve(tmp_path / "lake"), "/data-health")
    settle(page)
    expect(page.locator("#page")).to_contain_text("htc-ledger build")
    expect(page.locator("#health-sources")).to_contain_text("Add this host to ALLOW_READ")
    expect(page.locator("#health-body")).to_be_hidden()


def test_the_badge_leads_here(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/usage")
    settle(page)
    page.locator("#badge").click()
    link = page.locator("#evidence").get_by_role("link", name="Data health")
    expect(link).to_be_in_viewport(ratio=1)
    link.click()
    expect(page.locator("h1")).to_have_text("Data health")
    expect(page.locator("#evidence")).to_be_hidden()


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, watched_address: str) -> None:
    page = visit(watched_address, "/data-health", PHONE)
    settle(page)
    assert has_no_sideways_scroll(page)
    label = "() => getComputedStyle(document.querySelector('.facts td'), '::before').content"
    assert page.evaluate(label) == '"Source"'


def test_its_age_is_of_now(visit: Visit, watched_address: str, watched: Made) -> None:
    page = visit(watched_address, "/data-health")
    settle(page)
    minutes = (datetime.now(UTC).timestamp() - watched.now_utc) / 60
    shown = page.locator("#health-cards .card-value").nth(1).inner_text()
    assert shown.endswith("ago")
    assert minutes < 60
