"""What became of the time, as questions: buckets as a dimension, goodput two ways, the table, and the quantiles."""

from pathlib import Path

import pytest

from pipeline.buckets import BUCKETS, bucket
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.metrics import METRICS
from pipeline.publish import publish
from pipeline.query import UsageQuery, where_of
from pipeline.schema import ATTEMPT_RECORD, JOB, SOURCE_FILE
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from pipeline.waste import SHEETS, WasteRow, waste_table
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows, source_file

GOOD = ("goodput_completed_h", "goodput_succeeded_h", "badput_h", "wasted_h")


@pytest.fixture(scope="module")
def cube(shared_lake: Lake) -> Cube:
    """Four jobs of one core and one hour: half used; used beyond it; failed, not measured; evicted, then well."""
    of_one = {"cpus_milli": 1000, "memory_mib": 1000, "request_memory_mib": 500, "committed_s": 3600}
    start, end = MIDNIGHT + 3600, MIDNIGHT + 7200
    half = job("pool", "ap1", 1, start, end, **of_one, cpu_user_us=1_800_000_000, memory_used_mib=250)
    over = job("pool", "ap1", 2, start, end, **of_one, cpu_user_us=5_400_000_000, project="B")
    failed = job("pool", "ap1", 3, start, end, **of_one, cpu_user_us=None, cpu_sys_us=None, exit_code=1, project="B")
    again = job("pool", "ap1", 4, start, end, **of_one, wall_s=4600, shadow_starts=2, cpu_user_us=0, project="C")
    run = {"record_type": "EPOCH", "completion_utc": None, "start_utc": start - 2000, "write_utc": start - 1000}
    saved = {"executing_utc": start - 1900, "checkpoint_utc": start - 1500, "vacate_code": 1022, "run_instance": 0}
    shared_lake.writer(JOB).append(rows(JOB, half, over, failed, again), {"jobs": 1})
    shared_lake.writer(ATTEMPT_RECORD).append(rows(ATTEMPT_RECORD, again | run | saved), {"epochs": 1})
    shared_lake.writer(SOURCE_FILE).append(rows(SOURCE_FILE, source_file("pool", "ap1")), {"jobs": 1})
    publish(shared_lake, Settings(lake=shared_lake.root), lambda step: None)
    return Cube.open(shared_lake.root)


def by_bucket(cube: Cube, metric: str, **more: object) -> dict[str, float]:
    query = UsageQuery(by=("bucket",), metrics=(metric,), **more)  # type: ignore[arg-type]
    return {row["bucket"]: row[metric] for row in cube.usage(query, LOCAL).to_pylist() if row[metric] is not None}


def test_hours_by_bucket_add_up_to_the_core_hours(cube: Cube) -> None:
    found = by_bucket(cube, "cpu_h")
    assert found == pytest.approx(
        {"used": 1.5, "idle": 1.5, "failed": 1.0, "checkpointed": 400 / 3600, "evicted": 600 / 3600}
    )
    [whole] = cube.usage(UsageQuery(metrics=("cpu_h",)), LOCAL).to_pylist()
    assert sum(found.values()) == pytest.approx(whole["cpu_h"])


def test_a_bucket_can_be_asked_for_alone(cube: Cube) -> None:
    query = UsageQuery(by=("project",), metrics=("cpu_h",), where=where_of(["bucket=failed", "bucket=evicted"]))
    assert cube.usage(query, LOCAL).to_pylist() == [
        {"project": "B", "cpu_h": 1.0},
        {"project": "C", "cpu_h": pytest.approx(600 / 3600)},
    ]


def test_goodput_is_what_completed_and_beside_it_what_succeeded(cube: Cube) -> None:
    [row] = cube.usage(UsageQuery(metrics=GOOD), LOCAL).to_pylist()
    saved, lost = 400 / 3600, 600 / 3600
    assert row == pytest.approx(
        {
            "goodput_completed_h": 4 + saved,
            "goodput_succeeded_h": 3 + saved,
            "badput_h": lost,
            "wasted_h": 1.5 + 1 + lost,
        }
    )


def test_as_ended_goodput_is_the_committed_time_of_the_final_ads(cube: Cube) -> None:
    [row] = cube.usage(UsageQuery(metrics=("cpu_h", *GOOD), booking="ended"), LOCAL).to_pylist()
    assert row["goodput_completed_h"] == 4.0
    assert row["badput_h"] == pytest.approx(1000 / 3600)
    assert by_bucket(cube, "cpu_h", booking="ended")["unattributed"] == pytest.approx(1000 / 3600)


def test_goodput_stands_beside_counts_and_sums_in_the_order_in_which_it_was_asked(cube: Cube) -> None:
    metrics = ("jobs", "goodput_succeeded_h", "cpu_h", "cpu_overuse_h")
    rows = cube.usage(UsageQuery(by=("project",), metrics=metrics), LOCAL).to_pylist()
    assert [tuple(row) for row in rows] == [("project", *metrics)] * 3
    assert [tuple(row.values()) for row in rows[:2]] == [("A", 1, 1.0, 1.0, 0.0), ("B", 2, 1.0, 2.0, 0.5)]


def test_unknown_is_not_zero_and_zero_is_not_unknown(cube: Cube) -> None:
    query = UsageQuery(by=("project",), metrics=("goodput_succeeded_h", "memory_efficiency", "gpu_efficiency"))
    found = {row.pop("project"): row for row in cube.usage(query, LOCAL).to_pylist()}
    assert found["A"] == {"goodput_succeeded_h": 1.0, "memory_efficiency": 0.25, "gpu_efficiency": None}
    assert found["B"]["memory_efficiency"] is None
    failed = UsageQuery(metrics=("goodput_succeeded_h",), where=where_of(["outcome=failed"]))
    assert cube.usage(failed, LOCAL).to_pylist() == [{"goodput_succeeded_h": 0.0}]


@pytest.mark.parametrize("name", ["jobs", "cpu_efficiency", "wall_s"])
def test_what_a_bucket_cannot_tell_is_refused_with_what_it_can(cube: Cube, name: str) -> None:
    with pytest.raises(UsageError, match="not known by bucket") as raised:
        cube.usage(UsageQuery(by=("bucket",), metrics=(name,)), LOCAL)
    assert "cpu_h" in raised.value.hint


def test_a_viewer_gets_the_buckets_of_the_own_projects_only(cube: Cube) -> None:
    viewer = Viewer("pi", frozenset({"A"}))
    found = waste_table(cube, viewer, UsageQuery(by=("project",)), "cores")
    assert [(row.key, row.total_h) for row in found.rows] == [(("A",), 1.0)]
    assert found.whole.total_h == 1.0


def test_the_table_has_a_column_a_bucket_and_what_was_not_measured_is_neither_used_nor_idle(cube: Cube) -> None:
    found = waste_table(cube, LOCAL, UsageQuery(by=("project",)), "memory")
    rows = {row.key[0]: row for row in found.rows}
    gib = 1000 / 1024
    assert rows["A"].hours["used"] == pytest.approx(250 / 1024)
    assert rows["A"].share("idle") == pytest.approx(0.75)
    assert rows["A"].hours["evicted"] == 0.0
    assert rows["B"].hours["not_measured"] == pytest.approx(gib)
    assert rows["B"].hours["used"] is None
    assert rows["B"].hours["idle"] is None
    assert rows["B"].total_h == pytest.approx(2 * gib)
    assert set(rows["A"].hours) == {known.name for known in BUCKETS}


def test_a_group_without_any_time_has_no_shares() -> None:
    assert WasteRow(("A",), None, {"used": None}).share("used") is None
    assert WasteRow(("A",), 0.0, {"used": 0.0}).share("used") is None


@pytest.mark.parametrize(("by", "sheet"), [(("bucket",), "cores"), (("project",), "disk")])
def test_a_table_that_has_no_meaning_is_refused(cube: Cube, by: tuple[str, ...], sheet: str) -> None:
    with pytest.raises(UsageError):
        waste_table(cube, LOCAL, UsageQuery(by=by), sheet)


def test_each_sheet_is_of_a_metric_that_buckets_have() -> None:
    known = {metric.name: metric for metric in METRICS}
    assert all(known[name].bucket_sql for name in SHEETS.values())
    assert bucket("idle").wasted
    with pytest.raises(KeyError):
        bucket("tidy")


def test_quantiles_are_values_that_occur_weighed_by_core_hours(lake: Lake, tmp_path: Path) -> None:
    """100 attempts of 1 % to 100 %, all of the same size: at or below p % of them ran p %. One told nothing."""
    jobs = [job("pool", "ap1", n, MIDNIGHT, MIDNIGHT + 1000, cpu_user_us=n * 20_000_000) for n in range(1, 101)]
    silent = job("pool", "ap1", 999, MIDNIGHT, MIDNIGHT + 10, cpu_user_us=None, cpu_sys_us=None)
    big = job("pool", "ap1", 1000, MIDNIGHT, MIDNIGHT + 1000, cpus_milli=200_000, cpu_user_us=0, project="B")
    lake.writer(JOB).append(rows(JOB, *jobs, silent, big), {"jobs": 1})
    publish(lake, Settings(lake=lake.root), lambda step: None)
    cube = Cube.open(lake.root)
    found = cube.spread(UsageQuery(by=("project",)), "cpu", LOCAL).to_pylist()
    assert found[0] == {
        **{"project": "A", "attempts": 101, "measured": 100},
        **{"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95},
    }
    [whole] = cube.spread(UsageQuery(), "cpu", LOCAL).to_pylist()
    assert (whole["attempts"], whole["p50"], whole["p75"]) == (102, 0.0, 0.5)  # the big one is half of all core hours
    [wall] = cube.spread(UsageQuery(where=where_of(["project=A"])), "wall", LOCAL).to_pylist()
    assert (wall["measured"], wall["p5"]) == (101, 1000 / 3600)


def test_quantiles_of_what_nobody_measured_are_unknown(cube: Cube) -> None:
    found = {row["project"]: row for row in cube.spread(UsageQuery(by=("project",)), "memory", LOCAL).to_pylist()}
    assert (found["A"]["measured"], found["A"]["p50"]) == (1, 0.5)
    assert (found["B"]["attempts"], found["B"]["measured"], found["B"]["p50"]) == (2, 0, None)


def test_a_spread_that_has_no_meaning_is_refused(cube: Cube) -> None:
    with pytest.raises(UsageError, match="no distribution"):
        cube.spread(UsageQuery(), "disk", LOCAL)
    with pytest.raises(UsageError, match="several buckets"):
        cube.spread(UsageQuery(by=("bucket",)), "cpu", LOCAL)
    assert cube.spread(UsageQuery(by=("project",)), "cpu", Viewer("nobody", frozenset())).num_rows == 0
