"""Gauges of usage are the ledger's numbers of those days, and shares add up to the whole whatever the names are."""

from datetime import date
from typing import Any

import pytest

from dashboard.metrics import usage
from dashboard.metrics.gauges import Gauges
from dashboard.metrics.usage import OTHER, TOP, largest, put_usage
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL, Viewer
from tests.dashboard.made_lake import HOSTILE_POOL, REAL

LAST = date(2026, 11, 19)
"""The last day but one of the made lake."""


def told(cube: Cube, pool: str, viewer: Viewer = LOCAL, last: date = LAST) -> dict[str, dict[tuple[str, ...], float]]:
    """Name -> values of labels, without the pool -> value."""
    gauges = Gauges(usage.FAMILIES)
    put_usage(gauges, cube, viewer, pool, last)
    return {
        family.name.removeprefix("htc_ledger_"): {
            tuple(value for name, value in sample.labels.items() if name != "pool"): sample.value
            for sample in family.samples
        }
        for family in gauges.collect()
    }


@pytest.fixture(scope="module")
def found(cube: Cube) -> dict[str, dict[tuple[str, ...], float]]:
    return told(cube, REAL)


def asked(cube: Cube, first: date, by: tuple[str, ...], *metrics: str, **more: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = cube.usage(
        UsageQuery(by, metrics, first, LAST, (("pool", (REAL,)),), **more), LOCAL
    ).to_pylist()
    return rows


@pytest.mark.parametrize(("window", "first"), [("1d", LAST), ("7d", date(2026, 11, 13))])
def test_seconds_are_the_hours_that_the_ledger_has_of_these_days(
    cube: Cube, found: Any, window: str, first: date
) -> None:
    (row,) = asked(cube, first, (), "cpu_h", "cpu_used_h", "badput_h", "gpu_h", "cpu_efficiency")
    assert found["pool_allocated_core_seconds"][window,] == pytest.approx(row["cpu_h"] * 3600)
    assert found["pool_used_cpu_seconds"][window,] == pytest.approx(row["cpu_used_h"] * 3600)
    assert found["pool_badput_core_seconds"][window,] == pytest.approx(row["badput_h"] * 3600)
    assert found["pool_allocated_gpu_seconds"][window,] == pytest.approx(row["gpu_h"] * 3600)
    assert found["pool_cpu_efficiency_ratio"][window,] == row["cpu_efficiency"]
    assert row["cpu_h"] > 0


@pytest.mark.parametrize("by", ["project", "site"])
@pytest.mark.parametrize("window", ["1d", "7d"])
def test_the_named_and_the_others_add_up_to_the_pool(found: Any, by: str, window: str) -> None:
    for name in ("allocated_core_seconds", "used_cpu_seconds", "goodput_core_seconds", "badput_core_seconds"):
        parts = {labels[1]: value for labels, value in found[f"{by}_{name}"].items() if labels[0] == window}
        assert sum(parts.values()) == pytest.approx(found[f"pool_{name}"][window,])
        assert len(parts) <= TOP + 1


def test_buckets_add_up_to_what_was_allocated(found: Any) -> None:
    parts = [value for labels, value in found["pool_bucket_core_seconds"].items() if labels[0] == "7d"]
    assert sum(parts) == pytest.approx(found["pool_allocated_core_seconds"]["7d",])


def test_ended_jobs_are_counted_once_by_their_outcome(cube: Cube, found: Any) -> None:
    (row,) = asked(cube, date(2026, 11, 13), (), "jobs", booking="ended")
    assert sum(value for labels, value in found["pool_ended_jobs"].items() if labels[0] == "7d") == row["jobs"] > 0
    assert sum(value for labels, value in found["pool_ended_attempts"].items() if labels[0] == "7d") >= row["jobs"]


def test_the_window_ends_at_the_midnight_after_its_last_day(found: Any) -> None:
    assert found["pool_window_end_timestamp_seconds"][()] == 1_795_132_800  # 2026-11-20 00:00:00 UTC


def test_who_sees_one_project_is_told_of_that_alone(cube: Cube) -> None:
    row = max(asked(cube, date(2026, 11, 13), ("project",), "cpu_h"), key=lambda row: row["cpu_h"])
    seen = told(cube, REAL, Viewer("one", frozenset({row["project"]})))
    assert {labels[1] for labels in seen["project_allocated_core_seconds"]} == {row["project"]}
    assert seen["pool_allocated_core_seconds"]["7d",] == pytest.approx(row["cpu_h"] * 3600)


def test_hostile_names_are_labels_and_still_add_up(cube: Cube) -> None:
    seen = told(cube, HOSTILE_POOL, last=date(2026, 11, 20))
    parts = seen["project_allocated_core_seconds"]
    assert sum(value for (window, _), value in parts.items() if window == "7d") == pytest.approx(
        seen["pool_allocated_core_seconds"]["7d",]
    )
    assert all(name.isprintable() for _, name in parts)


def test_of_equal_ones_the_first_by_name_is_named_and_what_is_not_known_is_not() -> None:
    rows = [{"site": name, "cpu_h": hours} for name, hours in (("b", 2.0), ("a", 2.0), ("c", 9.0), ("d", None))]
    assert largest(rows, "site", 2) == {"c", "a"}
    assert largest(rows, "site", 9) == {"a", "b", "c"}
    assert OTHER not in largest(rows, "site")
