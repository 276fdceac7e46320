"""The page Closed months in a real browser: what it says is what `htc-ledger diff` and `closed` say."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import JOB
from pipeline.settings import Settings
from tests.dashboard import made_lake
from tests.dashboard.browser.conftest import PHONE, Visit
from tests.dashboard.browser.reading import facts, has_no_sideways_scroll, settle
from tests.dashboard.conftest import ROOT, Serve
from tests.dashboard.made_lake import END, MARKUP, REAL, SIMULATED
from tests.pipeline.ledger_rows import job, rows

LATE = "Late <b>project</b>"
LATE_H = 6.0


@pytest.fixture(scope="module")
def late_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October was closed; then a job of it came: an hour and a half on four cores."""
    root = made_lake.make(tmp_path_factory.mktemp("late") / "lake")
    start = END - 30 * 86_400
    one = job(REAL, "ap1.campus.test", 999_998, start, start + 5400, project=LATE, cpus_milli=4_000)
    table = rows(JOB, one | {"read_utc": 2_000_000_000, "source": "late"})
    place = table.schema.get_field_index("record_id")
    Lake(root).writer(JOB).append(table.set_column(place, "record_id", [[10_000_001]]), {})
    publish(Lake(root), Settings(lake=root), lambda step: None)
    return root


@pytest.fixture(scope="module")
def late(serve: Serve, late_lake: Path) -> str:
    return serve(late_lake)


def opened(visit: Visit, address: str, view: str = "", *how: object) -> Page:
    page = visit(address, f"/closed{view}", *how)
    settle(page)
    return page


def diff(lake: Path, *options: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "htc_ledger", "diff", "2026-10", "--lake", str(lake), "--format", "json"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("booking", ["used", "ended"])
def test_what_changed_is_what_the_command_says(visit: Visit, late: str, late_lake: Path, booking: str) -> None:
    page = opened(visit, late, f"?booking={booking}")
    [said] = diff(late_lake, "--where", f"pool={REAL}", "--booking", booking)
    shown = facts(page, "closed-rows")
    assert (said["project"], said["cause"], said["core_h_difference"]) == (LATE, "late", LATE_H)
    assert shown[LATE]["Cause"] == "late"
    assert shown[LATE]["Difference"] == "+6.000"
    assert facts(page, "closed-causes")["late"]["Core h"] == "+6.000"
    expect(page.locator("#closed-sum")).to_contain_text("difference: +6.000\u00a0core\u00a0h")


def test_the_command_that_is_shown_says_the_same(visit: Visit, late: str, late_lake: Path) -> None:
    page = opened(visit, late, "?by=site")
    command = page.locator("#closed-commands").inner_text().splitlines()[0]
    done = subprocess.run(
        f"{sys.executable} -m {command.replace('htc-ledger', 'htc_ledger')} --lake {late_lake} --format json",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    said = json.loads(done.stdout)
    assert {row["site"]: row["cause"] for row in said} == {
        name: cells["Cause"] for name, cells in facts(page, "closed-rows").items()
    }


def test_months_journal_and_hash_are_those_of_the_command(visit: Visit, late: str, late_lake: Path) -> None:
    command = [sys.executable, "-m", "htc_ledger", "closed", "--lake", str(late_lake), "--format", "json"]
    [said] = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)["versions"]
    page = opened(visit, late)
    month = facts(page, "closed-versions")["2026-10"]
    assert (month["Version"], month["State"]) == ("1", "closed")
    assert month["Hash of its totals"] == said["totals_sha256"][:16]
    [act] = facts(page, "closed-journal").values()
    assert (act["Act"], act["Month"]) == ("close", "2026-10:1")


def test_a_pool_in_which_nothing_changed_says_so(visit: Visit, late: str) -> None:
    page = opened(visit, late, f"?pool={SIMULATED.replace(' ', '%20')}")
    expect(page.locator("#closed-rows")).to_contain_text("is what it was when it was closed")
    expect(page.locator("#closed-sum")).to_contain_text("Nothing changed")


def test_filters_act_on_what_changed_and_days_are_not_asked_for(visit: Visit, late: str) -> None:
    page = opened(visit, late, "?project=CA_Bio0")
    expect(page.locator("#closed-sum")).to_contain_text("Nothing changed")
    expect(page.locator("#days")).to_be_hidden()
    expect(page.locator("#booking")).to_be_visible()


def test_a_month_that_was_never_closed_is_a_sentence(visit: Visit, late: str) -> None:
    page = opened(visit, late, "?month=2026-09:1")
    expect(page.locator("#closed-changes")).to_contain_text("2026-09:1 was never closed")
    assert list(facts(page, "closed-versions")) == ["2026-10"]


def test_a_lake_without_a_closed_month_says_how_to_close_one(visit: Visit, watched_address: str) -> None:
    page = opened(visit, watched_address)
    expect(page.locator("#closed-notice")).to_contain_text("No month was closed yet")
    expect(page.locator("#closed-notice")).to_contain_text("htc-ledger close")
    expect(page.locator("#closed-body")).to_be_hidden()


def test_reasons_and_names_of_strangers_are_text(visit: Visit, late: str) -> None:
    page = opened(visit, late)
    expect(page.locator("#closed-versions")).to_contain_text(MARKUP)
    assert page.locator("#page img").count() == 0
    assert page.locator("#closed-rows b b").count() == 0
    assert "\u202e" not in page.locator("#page").inner_text()


@pytest.mark.parametrize("label", ["What changed", "Closed months", "Journal"])
def test_every_table_can_be_downloaded(visit: Visit, late: str, tmp_path: Path, label: str) -> None:
    page = opened(visit, late)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_text(f"{label}, CSV", exact=True).click()
    started.value.save_as(tmp_path / "download.csv")
    with (tmp_path / "download.csv").open(newline="", encoding="utf-8") as lines:
        assert len(list(csv.DictReader(lines))) == 1


def test_a_version_that_was_changed_is_told_and_the_rest_stands(visit: Visit, serve: Serve, tmp_path: Path) -> None:
    root = made_lake.make(tmp_path / "lake")
    file = next((root / "closed" / "2026-10" / "v1").glob("usage_day*"))
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    page = opened(visit, serve(root))
    expect(page.locator("#closed-changes")).to_contain_text("is damaged")
    expect(page.locator("#closed-journal")).to_contain_text("2026-10:1")


def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, late: str) -> None:
    page = opened(visit, late, "", PHONE)
    assert has_no_sideways_scroll(page)
