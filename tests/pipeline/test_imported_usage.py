"""Imported hours in the cube: in every total of their pool, whole over days and zones, closed and told apart later."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.schema import USAGE_RECORD
from pipeline.schema.usage_record import AP
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.ledger_command import Ledger
from tests.pipeline.ledger_rows import MIDNIGHT, rows, small_ledger

DAY = 86_400
Row = dict[str, Any]


def told(number: int, **more: object) -> dict[str, object]:
    """A record of one hour on two cores around midnight, in a pool of its own."""
    return {
        "pool": "grid",
        "ap": AP,
        "global_job_id": f"gratia#{number}.0#r{number}",
        "cluster": number,
        "proc": 0,
        "record_type": "RECORD",
        "project": "A",
        "site": "Alpha",
        "user": "u@x",
        "begin_utc": MIDNIGHT - 1800,
        "end_utc": MIDNIGHT + 1800,
        "jobs": 1,
        "wall_s": 3600,
        "mcore_s": 7_200_000,
        "read_utc": MIDNIGHT + DAY,
        "source": "file",
        "offset_bytes": number,
        "turn": 0,
        "at_ce": False,
    } | more


def month(**more: object) -> dict[str, object]:
    """A summary of October, ten hours on one core."""
    summed = {
        "record_type": "SUMMARY",
        "begin_utc": MIDNIGHT - 31 * DAY,
        "end_utc": MIDNIGHT,
        "jobs": 7,
        "wall_s": 36_000,
        "mcore_s": 36_000_000,
        "cpu_used_us": 18_000_000_000,
        "project": "B",
    }
    return told(9) | summed | more


def put(lake: Lake, *given: dict[str, object]) -> None:
    lake.writer(USAGE_RECORD).append(rows(USAGE_RECORD, *given), {})


def published(lake: Lake) -> Cube:
    publish(lake, Settings(lake=lake.root, other_zones=("Asia/Kolkata",)), lambda step: None)
    return Cube.open(lake.root)


@pytest.fixture(scope="module")
def cube(shared_lake: Lake) -> Cube:
    """Imported hours of three pools, beside one of HTCondor's."""
    small_ledger(shared_lake)
    ended_well = told(2, project=None, exit_code=0, cpu_used_us=3_600_000_000)
    put(shared_lake, told(1), ended_well, month())
    put(shared_lake, told(3, pool="measured"), month(pool="measured"))
    put(shared_lake, told(4, pool="pilots"), told(5, pool="pilots", at_ce=True))
    return published(shared_lake)


def asked(cube: Cube, by: tuple[str, ...], metrics: tuple[str, ...], pool: str = "grid", **more: Any) -> list[Row]:
    rows: list[Row] = cube.usage(UsageQuery(by, metrics, where=(("pool", (pool,)),), **more), LOCAL).to_pylist()
    return rows


@pytest.mark.parametrize("booking", ["used", "ended"])
def test_sums_and_jobs_are_those_that_were_told_whatever_they_are_asked_by(cube: Cube, booking: str) -> None:
    metrics = ("wall_h", "cpu_h", "cpu_used_h", "jobs")
    (whole,) = asked(cube, (), metrics, booking=booking)
    assert whole == {"wall_h": 12.0, "cpu_h": 14.0, "cpu_used_h": 6.0, "jobs": 9}
    for zone in ("UTC", "Asia/Kolkata"):
        for by in ("day", "project", "site", "user", "ap", "outcome"):
            parts = asked(cube.in_zone(zone), (by,), metrics[:2], booking=booking)
            assert [round(sum(row[name] for row in parts), 9) for name in metrics[:2]] == [12.0, 14.0], by
    assert sum(row["cpu_h"] for row in asked(cube, ("bucket",), ("cpu_h",), booking=booking)) == 14.0


def test_a_job_without_cpu_time_is_not_in_the_efficiency(cube: Cube) -> None:
    (whole,) = asked(cube, (), ("cpu_efficiency", "cpu_coverage", "cpu_used_h"), "measured")
    assert whole == {"cpu_efficiency": 0.5, "cpu_coverage": 10 / 12, "cpu_used_h": 5.0}


def test_pilots_are_not_added_to_jobs(cube: Cube) -> None:
    found = asked(cube, ("venue",), ("cpu_h",), "pilots")
    assert {row["venue"]: row["cpu_h"] for row in found} == {"pool": 2.0, "pilot": 2.0}


def test_the_state_says_how_much_is_spread_evenly(cube: Cube) -> None:
    state = cube.state(("grid",), LOCAL, datetime.fromtimestamp(MIDNIGHT, UTC))
    assert ("Wall time of imported summaries, spread evenly over their days", "36,000 s") in state.evidence


def test_a_newer_version_takes_the_place_of_the_older_one_in_the_next_cube(lake: Lake) -> None:
    put(lake, told(1), month())
    published(lake)
    newer = month(wall_s=72_000, mcore_s=72_000_000, jobs=8, read_utc=MIDNIGHT + 2 * DAY) | {"record_id": 3}
    put(lake, {**newer})
    cube = published(lake)
    (whole,) = asked(cube, (), ("wall_h", "jobs"))
    assert whole == {"wall_h": 21.0, "jobs": 9}


APEL = (
    "APEL-summary-job-message: v0.2\nSite: S\nMonth: 10\nYear: 2026\nVO: atlas\nWallDuration: {wall}\n"
    "Processors: 1\nNumberOfJobs: {jobs}\n%%\n"
)


def test_a_closed_month_keeps_what_was_imported_and_tells_what_changed(ledger: Ledger, tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_text(APEL.format(wall=36_000, jobs=10), "utf-8")
    ledger.ok("import", message, "--pool", "grid")
    ledger.ok("build")
    ledger.ok("close", "2026-10", "--even-so", "--reason", "monthly")
    before = ledger.usage("project", "cpu_h,jobs")
    assert before == [{"project": "atlas", "cpu_h": 10.0, "jobs": 10}]
    assert ledger.usage("project", "cpu_h,jobs", "--as-closed", "2026-10") == before
    message.write_text(APEL.format(wall=72_000, jobs=12), "utf-8")
    ledger.ok("import", message, "--pool", "grid")
    ledger.ok("build")
    assert ledger.usage("project", "cpu_h,jobs") == [{"project": "atlas", "cpu_h": 20.0, "jobs": 12}]
    assert ledger.usage("project", "cpu_h,jobs", "--as-closed", "2026-10") == before
    (changed,) = ledger.ok("diff", "2026-10", "--format", "json").json
    assert (changed["project"], changed["core_h_difference"]) == ("atlas", 10.0)
    assert changed["cause"] != "unexplained"
