"""The command `losses`, as a user runs it."""

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


def test_users_are_ranked_by_what_they_wasted(small: Ledger) -> None:
    """Project B: a run of 300 s on two cores was evicted, one of 600 s used half of its cores."""
    rows = {row["project"]: row for row in small.ok("losses", "users", "--format", "json").json}
    assert (rows["B"]["user"], rows["B"]["jobs"]) == ("alice@pool.test", 1)
    assert rows["B"]["cpu_h"] == pytest.approx(1800 / 3600)
    assert rows["B"]["wasted_h"] == pytest.approx((600 + 600) / 3600)
    assert rows["B"]["wasted_share"] == pytest.approx(2 / 3)


def test_evictions_and_waits_are_by_what_is_asked(small: Ledger) -> None:
    (whole,) = small.ok("losses", "evictions", "--format", "json").json
    assert (whole["runs"], whole["evicted"]) == (1, 1)
    assert whole["lost_h"] == pytest.approx(600 / 3600)
    lines = list(csv.DictReader(io.StringIO(small.ok("losses", "evictions", "--by", "site", "--format", "csv").out)))
    assert [line["site"] for line in lines] == ["Alpha"]
    (waits,) = small.ok("losses", "waits", "--where", "project=B", "--format", "json").json
    assert waits["started"] == 1
    assert "never_started" in small.ok("losses", "waits", "--by", "project").out


def test_sizes_are_of_what_is_asked_for(small: Ledger) -> None:
    assert small.ok("losses", "outliers", "--size", "memory", "--format", "json").json == []
    cores = small.ok("losses", "outliers", "--size", "cores", "--where", "project=B", "--format", "json").json
    assert [(row["asked"], row["used"]) for row in cores] == [(2.0, pytest.approx(1.333, abs=0.01))]
    assert "2^(b/2)" in small.ok("losses", "requests", "--size", "cores").out
    assert "Nothing is known" in small.ok("losses", "outliers", "--where", "project=nobody").out


def test_what_cannot_be_asked_is_refused_in_a_sentence(small: Ledger) -> None:
    refused = small.run("losses", "waits", "--by", "bucket")
    assert refused.code == 2
    assert "not known by bucket" in refused.err
    assert "Traceback" not in refused.err
