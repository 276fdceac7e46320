"""The commands `waste` and `efficiency`, as a user runs them."""

import csv
import io
from pathlib import Path

import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger


@pytest.fixture
def small(lake: Lake, small_lake: Lake, tmp_path: Path) -> Ledger:
    return Ledger(copied(small_lake, lake.root).root, tmp_path)


def test_waste_is_the_same_for_people_and_for_programs(small: Ledger) -> None:
    """Project B: a run of 300 s on two cores was evicted, one of 600 s used half of its cores."""
    rows = {row["project"]: row for row in small.ok("waste", "--format", "json").json}
    assert rows["B"]["total_h"] == pytest.approx(1800 / 3600)
    assert rows["B"]["evicted_h"] == pytest.approx(600 / 3600)
    assert rows["B"]["used_share"] == pytest.approx(1 / 3)
    assert rows["unmapped"]["unattributed_h"] == pytest.approx(200 / 3600)
    lines = {line["project"]: line for line in csv.DictReader(io.StringIO(small.ok("waste", "--format", "csv").out))}
    assert float(lines["B"]["idle_h"]) == rows["B"]["idle_h"]
    shown = small.ok("waste").out
    assert "Evicted" in shown
    assert "33.3 %" in shown
    assert "Booked as used" in shown


def test_a_narrow_terminal_gets_a_line_a_bucket_and_a_wide_one_a_column(small: Ledger) -> None:
    narrow, wide = small.ok("waste", COLUMNS="40").out, small.ok("waste", COLUMNS="200").out
    assert "Bucket" in narrow.splitlines()[0]
    assert all(word in wide.splitlines()[0] for word in ("Total", "Evicted", "Used", "Idle", "Unattributed"))


def test_sheets_and_groups_and_days_are_as_asked(small: Ledger) -> None:
    (row,) = small.ok("waste", "--by", "", "--sheet", "memory", "--where", "project=B", "--format", "json").json
    assert row["total_h"] == pytest.approx(2 * 900 / 3600)
    assert row["used_h"] is None
    assert row["not_measured_h"] == pytest.approx(2 * 600 / 3600)
    rows = small.ok("waste", "--by", "day", "--to", "2026-10-31", "--format", "json").json
    assert [line["day"] for line in rows] == ["2026-10-31"]
    ended = small.ok("waste", "--booking", "ended", "--by", "", "--format", "json").json
    assert ended[0]["unknown_h"] == pytest.approx(
        2 * (900 + 900 + 110) / 3600
    )  # their ads do not say what was committed
    assert "No usage" in small.ok("waste", "--where", "project=nobody").out


def test_efficiency_shows_quantiles_and_how_many_measured(small: Ledger) -> None:
    rows = {row["project"]: row for row in small.ok("efficiency", "--format", "json").json}
    assert (rows["B"]["attempts"], rows["B"]["p50"], rows["B"]["p95"]) == (2, 0.5, 1.0)
    shown = small.ok("efficiency", "--of", "memory").out
    assert "—" in shown
    assert "memory hours asked for" in shown
    assert "No attempt" in small.ok("efficiency", "--where", "project=nobody").out


def test_answers_go_to_a_file(small: Ledger, tmp_path: Path) -> None:
    small.ok("waste", "-o", str(tmp_path / "w.csv"))
    assert (tmp_path / "w.csv").read_text("utf-8").startswith("project,total_h,suspended_h,")
    small.ok("efficiency", "--format", "parquet", "-o", str(tmp_path / "e.parquet"))
    assert (tmp_path / "e.parquet").read_bytes().startswith(b"PAR1")
