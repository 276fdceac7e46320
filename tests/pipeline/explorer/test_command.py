"""The command `jobs`, as a user runs it."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.lake import Lake
from tests.copied_lake import copied
from tests.ledger_command import Ledger


@pytest.fixture
def small(lake: Lake, small_lake: Lake, tmp_path: Path) -> Ledger:
    return Ledger(copied(small_lake, lake.root).root, tmp_path)


def test_jobs_are_the_same_for_people_and_for_programs(small: Ledger) -> None:
    """Job 2: a run of 300 s on two cores was evicted, one of 600 s used half of its cores."""
    rows = {row["job"]: row for row in small.ok("jobs", "--format", "json").json}
    two = rows["ap1.pool.test#2.0"]
    assert (two["attempts"], two["site"], two["outcome"], two["wasted_on"]) == (2, "Beta", "succeeded", "evicted")
    assert (two["cpu_h"], two["wasted_h"]) == (pytest.approx(1800 / 3600), pytest.approx((600 + 600 * 2 - 600) / 3600))
    assert two["end_utc"] == "2026-11-01T00:26:40Z"
    lines = {line["job"]: line for line in csv.DictReader(io.StringIO(small.ok("jobs", "--format", "csv").out))}
    assert float(lines["ap1.pool.test#2.0"]["wasted_h"]) == two["wasted_h"]
    assert lines["ap1.pool.test#2.0"]["memory_used_gib"] == "", "not known is empty"
    shown = small.ok("jobs", COLUMNS="200").out
    assert "ap1.pool.test#2.0" in shown
    assert "3 in all" in shown


def test_filters_sort_and_limit_are_as_asked(small: Ledger) -> None:
    def clusters(*words: str) -> list[str]:
        rows = small.ok("jobs", "--format", "json", *words).json
        return [row["job"].partition("#")[2].partition(".")[0] for row in rows]

    assert clusters("--sort", "-cpu_h") == ["1", "2", "3"], "1800, 1800 and 220 core seconds; equal ones by their end"
    assert clusters("--sort", "cpu_h", "--limit", "1") == ["3"]
    assert clusters("--where", "project=B", "--where", "attempts>=2") == ["2"]
    assert clusters("--where", "project=B", "--where", "project=A", "--sort", "job") == ["1", "2"]
    assert clusters("--where", "user~ALICE", "--where", "wall_h<=0.1") == ["3"]
    assert clusters("--to", "2026-10-31") == []
    assert clusters("3.0", "--to", "2026-10-31") == ["3"], "who has the id wants that job"
    assert clusters("--of", "attempts", "--where", "outcome=evicted") == ["2"]


def test_the_class_of_a_failure_filters_attempts_and_jobs_by_their_last_and_is_shown(small: Ledger) -> None:
    (attempt,) = small.ok("jobs", "--of", "attempts", "--where", "failure=evicted", "--format", "json").json
    (job,) = small.ok("jobs", "--where", "failure=evicted", "--format", "json").json
    assert (attempt["job"], attempt["failure"]) == (job["job"], job["failure"]) == ("ap1.pool.test#2.0", "evicted")
    assert (job["outcome"], job["signature"]) == ("succeeded", attempt["signature"])
    assert "Last failure" in small.ok("jobs", "--where", "failure=evicted", COLUMNS="200").out
    assert "Last failure" not in small.ok("jobs", COLUMNS="200").out


def test_parquet_has_every_column_typed(small: Ledger, tmp_path: Path) -> None:
    small.ok("jobs", "--of", "attempts", "--format", "parquet", "--output", str(tmp_path / "found.parquet"))
    table = pq.read_table(tmp_path / "found.parquet")
    assert table.num_rows == 4
    assert {"pool", "global_job_id", "job", "run", "vacate_reason", "cpu_efficiency"} <= set(table.column_names)
    assert str(table.schema.field("cpu_h").type) == "double"


def test_what_cannot_be_asked_is_said_in_one_line(small: Ledger) -> None:
    for words in (
        ("--sort", "size"),
        ("--where", "wasted=1"),
        ("--where", "wasted_h>=much"),
        ("--pool", "no such"),
        ("--limit", "100001"),
        ("no.job.at.all",),
    ):
        answer = small.run("jobs", *words)
        assert answer.code != 0
        assert "Traceback" not in answer.err
        assert "error:" in answer.err
    assert "No jobs are known" in small.ok("jobs", "--where", "project=nobody").out
    assert "wasted_h" in small.ok("jobs", "--sort", "help").out
