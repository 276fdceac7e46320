"""The pages over real records and over the simulated pool: the numbers are those of the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from dashboard import format as fmt
from pipeline.query import metric
from tests.dashboard.browser.conftest import Visit
from tests.dashboard.browser.reading import bars, card, settle, table
from tests.dashboard.conftest import ROOT

METRICS = ("cpu_h", "gpu_h", "cpu_efficiency", "jobs", "attempts")
POOLS = ("sample", "prairie (simulated)")


def usage(lake: Path, *options: str) -> list[dict[str, Any]]:
    """What `htc-ledger usage` says."""
    command = [sys.executable, "-m", "htc_ledger", "usage", "--lake", str(lake), "--format", "json", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("booking", ["used", "ended"])
@pytest.mark.parametrize("pool", POOLS)
def test_the_page_says_what_the_command_line_says(
    visit: Visit, demo_address: str, demo_lake: Path, pool: str, booking: str
) -> None:
    asked = ("--where", f"pool={pool}", "--booking", booking, "--metrics", ",".join(METRICS))
    [total] = usage(demo_lake, "--by", "pool", *asked)
    rows = {row["project"]: row for row in usage(demo_lake, "--by", "project", *asked)}
    page = visit(demo_address, f"/usage?pool={quote(pool)}&range=all&booking={booking}")
    settle(page)
    for name in METRICS:
        assert card(page, name) == pytest.approx(total[name])
    assert total["cpu_h"] > 0
    assert total["gpu_h"] > 0
    assert bars(page) == pytest.approx(total["cpu_h"])
    shown = table(page)
    assert len(shown) == min(len(rows), 25)
    for name, row in shown.items():
        for column in METRICS:
            assert row[column] == fmt.value(rows[name][column], metric(column))


def test_the_real_sample_is_shown_first_and_both_pools_can_be_chosen(visit: Visit, demo_address: str) -> None:
    page = visit(demo_address, "/")
    settle(page)
    expect(page.locator("#pool")).to_have_value("sample")
    page.locator("#pool").click()
    assert [option.inner_text() for option in page.get_by_role("option").all()] == list(POOLS)


@pytest.mark.parametrize("group", ["site", "user"])
def test_real_records_make_a_chart_that_is_not_empty(visit: Visit, demo_address: str, group: str) -> None:
    page = visit(demo_address, f"/usage?pool=sample&by={group}")
    settle(page)
    assert bars(page) > 0
    assert len(table(page)) > 1
