"""The page Transfers in a real browser: its numbers are the cube's and the command's, what strangers wrote is text."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from dashboard import format as fmt
from dashboard.filters import parse
from dashboard.selection import select
from dashboard.transfer_parts import bytes_text
from dashboard.transfers_shown import asked, only_of
from pipeline.cube import Cube
from pipeline.viewer import LOCAL
from tests.dashboard import moved_lake
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import card, drawn_sum, facts, has_no_sideways_scroll, settle
from tests.dashboard.conftest import ROOT, Serve
from tests.dashboard.moved_lake import CACHES, HOSTILE, POOL, SERVER, SILENT

VIEWS = [f"?pool={POOL}", f"?pool={POOL}&range=7d&by=endpoint", f"?pool={POOL}&project=P1&by=site&measure=files"]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return moved_lake.make(tmp_path_factory.mktemp("moved") / "lake")


@pytest.fixture(scope="module")
def cube(moved: Path) -> Cube:
    return Cube.open(moved)


@pytest.fixture(scope="module")
def address(serve: Serve, moved: Path) -> str:
    return serve(moved)


def opened(visit: Visit, address: str, view: str, *how: object) -> Page:
    page = visit(address, f"/transfers{view}", *how)
    settle(page)
    return page


def rows_of(cube: Cube, what: str, view: str, *by: str) -> list[dict[str, Any]]:
    seen = parse(view)
    chosen = select(seen, cube.pools(LOCAL))
    found: list[dict[str, Any]] = cube.transfers(what, asked(chosen, only_of(seen), *by), LOCAL).to_pylist()
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_on_the_page_are_the_cube_s_for_the_same_view(
    visit: Visit, address: str, cube: Cube, view: str
) -> None:
    page = opened(visit, address, view)
    (total,) = rows_of(cube, "sums", view)
    assert total["files"]
    assert card(page, "download_bytes") == total["download_bytes"]
    assert card(page, "failed_share") == pytest.approx(total["failed_share"])
    group = parse(view).option("by", ("protocol", "endpoint", "site"), "protocol")
    by_group = {row[group]: row for row in rows_of(cube, "sums", view, group)}
    shown = facts(page, "transfers-groups")
    assert set(shown) == set(by_group)
    for name, cells in shown.items():
        row = by_group[name]
        assert (cells["Files"], cells["To jobs"]) == (f"{row['files']:,}", bytes_text(row["download_bytes"]))
    drawn = total["files"] if "measure=files" in view else total["bytes"] / 1e9
    assert drawn_sum(page, "transfers") == pytest.approx(drawn)


def test_the_page_says_what_the_command_line_says(visit: Visit, address: str, moved: Path) -> None:
    command = [sys.executable, "-m", "htc_ledger", "transfers", "--lake", str(moved), "--format", "json"]
    asked_for = [*command, "--by", "endpoint", "--where", f"pool={POOL}"]
    said = {
        row["endpoint"]: row
        for row in json.loads(subprocess.run(asked_for, cwd=ROOT, capture_output=True, check=True).stdout)
    }
    page = opened(visit, address, f"?pool={POOL}&range=all&by=endpoint")
    shown = facts(page, "transfers-groups")
    assert {name: cells["To jobs"] for name, cells in shown.items()} == {
        name: bytes_text(row["download_bytes"]) for name, row in said.items()
    }
    assert shown[CACHES[0]]["In the cache"] == "80\u00a0%"
    assert shown[SERVER]["In the cache"] == fmt.UNKNOWN


def test_hours_lost_to_staging_are_those_of_the_buckets(visit: Visit, address: str, cube: Cube) -> None:
    page = opened(visit, address, f"?pool={POOL}&range=all")
    # 60 jobs of two cores: ten minutes of input and five of output each
    assert card(page, "staged_h") == pytest.approx(60 * 2 * 900 / 3600)
    cells = facts(page, "transfers-staging")["Site0"]
    assert (cells["Input transfer"], cells["Output transfer"], cells["Transfer queue"]) == ("5.0", "2.5", "0.0")


def test_what_caches_saved_is_told_where_caches_tell_it(visit: Visit, address: str, cube: Cube) -> None:
    page = opened(visit, address, f"?pool={POOL}&range=all")
    saved = facts(page, "transfers-saved")
    assert saved[CACHES[0]]["Served"] == "60.0\u00a0GB"
    assert saved[CACHES[0]]["Different files"] == "2.0\u00a0GB"
    assert saved[SERVER]["Had already"] == fmt.UNKNOWN
    expect(page.locator("#transfers-saved-note")).to_contain_text("nobody says")
    inputs = facts(page, "transfers-inputs")
    assert list(inputs) == ["osdf:///ref.tar"]
    assert (inputs["osdf:///ref.tar"]["Times"], inputs["osdf:///ref.tar"]["Moved"]) == ("60", "120.0\u00a0GB")


def test_a_failure_leads_to_the_receipt_of_its_job(visit: Visit, address: str) -> None:
    page = opened(visit, address, f"?pool={POOL}&range=all")
    failures = facts(page, "transfers-failures")
    assert failures[SERVER]["Files"] == "7"
    assert "no answer from 10.0.0.54" in failures[SERVER]["Error"]
    page.locator("#transfers-failures a").first.click()
    page.wait_for_url("**/receipt?**")
    settle(page)
    expect(page.locator("#page")).to_contain_text("ap1.campus.test#55.0")
    page.go_back()
    settle(page)
    assert page.url.endswith(f"/transfers?pool={POOL}&range=all")


def test_a_click_on_a_cache_shows_it_alone_and_a_link_shows_all_again(visit: Visit, address: str, cube: Cube) -> None:
    page = opened(visit, address, f"?pool={POOL}&range=all&by=endpoint")
    page.locator("#transfers-groups").get_by_role("link", name=CACHES[1]).click()
    settle(page)
    assert page.url.endswith(f"?pool={POOL}&range=all&by=endpoint&endpoint={quote(CACHES[1], safe='')}")
    assert list(facts(page, "transfers-groups")) == [CACHES[1]]
    assert card(page, "download_bytes") == 60 * 10**9
    page.locator("#transfers-only").get_by_role("link", name="Show all").click()
    settle(page)
    assert len(facts(page, "transfers-groups")) == 3


def test_a_pool_without_moved_files_says_why_and_still_tells_of_hours(visit: Visit, address: str) -> None:
    page = opened(visit, address, f"?pool={SILENT}&range=all")
    expect(page.locator("#transfers-notice")).to_contain_text("No moved file in this selection")
    expect(page.locator("#transfers-files")).to_be_hidden()
    assert card(page, "staged_h") == pytest.approx(2 * 900 / 3600)
    expect(page.locator("#transfers-jobs")).to_contain_text("1.0\u00a0GB")


def test_a_filter_to_nothing_says_so_and_leads_back(visit: Visit, address: str) -> None:
    page = opened(visit, address, f"?pool={POOL}&project=nobody")
    expect(page.locator("#page")).to_contain_text("No usage in this selection")
    expect(page.locator("#transfers-body")).to_be_hidden()
    page.get_by_text("Show everything of all days").click()
    settle(page)
    assert card(page, "download_bytes")


def test_what_strangers_wrote_is_text(visit: Visit, address: str) -> None:
    for by in ("protocol", "endpoint", "site", "project"):
        page = opened(visit, address, f"?pool={HOSTILE}&range=all&by={by}")
        expect(page.locator("#transfers-groups")).to_contain_text("<img src=x onerror=alert(1)>")
        assert page.locator("#page img").count() == 0
        assert page.locator("#page a[href^=javascript]").count() == 0
        assert has_no_sideways_scroll(page)
    expect(page.locator("#transfers-failures")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#transfers-failures")).not_to_contain_text("\u202e")


def test_downloads_hold_what_is_shown_and_no_formula(visit: Visit, address: str, cube: Cube, tmp_path: Path) -> None:
    page = opened(visit, address, f"?pool={HOSTILE}&range=all")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text("Failures, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    csv.field_size_limit(1 << 24)  # one of the names has a megabyte
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(moved_lake.TEXTS)
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pool", [POOL, HOSTILE])
def test_a_phone_shows_everything_without_scrolling_sideways(
    visit: Visit, address: str, scheme: str, pool: str
) -> None:
    page = opened(visit, address, f"?pool={pool}&range=all", PHONE, scheme)
    assert drawn_sum(page, "transfers") > 0
    assert has_no_sideways_scroll(page)


@pytest.mark.parametrize("pool", ["sample", "prairie (simulated)"])
def test_real_and_simulated_records_have_files_on_the_page(
    visit: Visit, serve: Serve, demo_lake: Path, pool: str
) -> None:
    page = opened(visit, serve(demo_lake), f"?pool={quote(pool)}&range=all&by=endpoint")
    (total,) = rows_of(Cube.open(demo_lake), "sums", f"?pool={quote(pool)}&range=all")
    assert card(page, "download_bytes") == total["download_bytes"]
    assert total["download_bytes"] > 0
    assert facts(page, "transfers-failures")
