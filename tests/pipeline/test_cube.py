"""Questions to the cube: right sums, no mixture of pools, nothing that the viewer may not see."""

from datetime import UTC, date, datetime

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.metrics import METRICS
from pipeline.publish import publish
from pipeline.query import UsageQuery, where_of
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.ledger_rows import MIDNIGHT, small_ledger

NOW = datetime.fromtimestamp(MIDNIGHT + 7200, UTC)


def test_as_used_charges_each_attempt_to_its_day_and_site(cube: Cube) -> None:
    made = cube.usage(UsageQuery(by=("day", "site"), metrics=("wall_s", "attempts")), LOCAL)
    # job 1: 600 s before midnight and 300 s after; job 2: 300 s at Alpha, 600 s at Beta; job 3: 10 s at Alpha, and
    # 100 s that no attempt explains: its window is 90 s before midnight and 60 s after, so 60 s and 40 s
    assert made.to_pylist() == [
        {"day": "2026-10-31", "site": "Alpha", "wall_s": 600, "attempts": 1},
        {"day": "2026-10-31", "site": "unattributed", "wall_s": 60, "attempts": 0},
        {"day": "2026-11-01", "site": "Alpha", "wall_s": 610, "attempts": 3},
        {"day": "2026-11-01", "site": "Beta", "wall_s": 600, "attempts": 1},
        {"day": "2026-11-01", "site": "unattributed", "wall_s": 40, "attempts": 0},
    ]


def test_as_ended_books_whole_jobs_on_their_end_day_and_last_site(cube: Cube) -> None:
    made = cube.usage(UsageQuery(by=("day", "site"), metrics=("wall_s", "jobs", "attempts"), booking="ended"), LOCAL)
    assert made.to_pylist() == [
        {"day": "2026-11-01", "site": "Alpha", "wall_s": 1010, "jobs": 2, "attempts": 2},
        {"day": "2026-11-01", "site": "Beta", "wall_s": 900, "jobs": 1, "attempts": 2},
    ]


def test_efficiency_is_a_ratio_of_sums_over_the_measured(cube: Cube) -> None:
    query = UsageQuery(
        by=("project",), metrics=("cpu_h", "cpu_measured_h", "cpu_used_h", "cpu_efficiency", "cpu_coverage")
    )
    unmapped = cube.usage(query, LOCAL).to_pylist()[-1]
    # 10 s measured on two cores, 10 s of CPU time, and 100 s of which nothing is known
    assert unmapped == {
        "project": "unmapped",
        "cpu_h": 220 / 3600,
        "cpu_measured_h": 20 / 3600,
        "cpu_used_h": 10 / 3600,
        "cpu_efficiency": 0.5,
        "cpu_coverage": 20 / 220,
    }


@pytest.mark.parametrize("booking", ["used", "ended"])
def test_every_metric_is_the_same_whether_it_is_asked_alone_or_with_a_count(cube: Cube, booking: str) -> None:
    for metric in (metric for metric in METRICS if metric.name != "jobs"):
        query = {"by": ("day", "project"), "booking": booking}
        alone = cube.usage(UsageQuery(metrics=(metric.name,), **query), LOCAL)  # type: ignore[arg-type]
        counted = cube.usage(UsageQuery(metrics=(metric.name, "jobs"), **query), LOCAL)  # type: ignore[arg-type]
        assert alone.column(metric.name).to_pylist() == counted.column(metric.name).to_pylist()


def test_days_are_included_on_both_sides(cube: Cube) -> None:
    day = date(2026, 10, 31)
    made = cube.usage(UsageQuery(metrics=("wall_s",), first=day, last=day), LOCAL)
    assert made.to_pylist() == [{"wall_s": 660}]


def test_conditions_on_one_dimension_are_alternatives_and_on_two_both_hold(cube: Cube) -> None:
    where = where_of(["project=A", "project=B", "site=Beta"])
    assert cube.usage(UsageQuery(metrics=("wall_s",), where=where), LOCAL).to_pylist() == [{"wall_s": 600}]


def test_a_filter_is_a_value_and_never_sql(cube: Cube) -> None:
    where = where_of(["project=A' OR '1'='1"])
    assert cube.usage(UsageQuery(by=("project",), where=where), LOCAL).num_rows == 0


def test_an_empty_slice_is_unknown_in_sums_and_zero_in_counts(cube: Cube) -> None:
    made = cube.usage(UsageQuery(metrics=("cpu_h", "jobs"), where=where_of(["project=none"])), LOCAL)
    assert made.to_pylist() == [{"cpu_h": None, "jobs": 0}]


@pytest.mark.parametrize(
    ("query", "near"),
    [(UsageQuery(by=("projct",)), "project"), (UsageQuery(metrics=("cpu_hours",)), "cpu_h")],
)
def test_an_unknown_name_is_answered_with_the_nearest(cube: Cube, query: UsageQuery, near: str) -> None:
    with pytest.raises(UsageError) as raised:
        cube.usage(query, LOCAL)
    assert f"{near!r}" in raised.value.hint


@pytest.mark.parametrize("condition", ["project", "nothing=1"])
def test_a_condition_that_cannot_be_read_is_refused(condition: str) -> None:
    with pytest.raises(UsageError):
        where_of([condition])


def test_a_viewer_sees_only_the_own_projects(cube: Cube) -> None:
    viewer = Viewer("pi", frozenset({"B"}))
    assert cube.usage(UsageQuery(by=("project",), metrics=("wall_s",)), viewer).to_pylist() == [
        {"project": "B", "wall_s": 900}
    ]
    assert cube.usage(UsageQuery(by=("project",), where=where_of(["project=A"])), viewer).num_rows == 0
    assert cube.values("project", ("pool",), viewer) == ("B",)
    assert cube.pools(Viewer("nobody", frozenset())) == ()


def test_values_come_by_hours_and_can_be_searched(cube: Cube) -> None:
    assert cube.values("project", ("pool",), LOCAL) == ("A", "B", "unmapped")
    assert cube.values("project", ("pool",), LOCAL, contains="UNM") == ("unmapped",)
    assert cube.values("project", ("pool",), LOCAL, limit=1) == ("A",)


def test_simulated_and_real_pools_are_never_added(lake: Lake, settings: Settings) -> None:
    small_ledger(lake)
    small_ledger(lake, "prairie (simulated)", "ap1.prairie.simulated")
    publish(lake, settings, lambda step: None)
    cube = Cube.open(lake.root)
    with pytest.raises(UsageError, match="never added"):
        cube.usage(UsageQuery(by=("project",)), LOCAL)
    assert cube.usage(UsageQuery(by=("pool",), metrics=("wall_s",)), LOCAL).to_pylist() == [
        {"pool": "pool", "wall_s": 1910},
        {"pool": "prairie (simulated)", "wall_s": 1910},
    ]
    assert [pool.name for pool in cube.pools(LOCAL)] == ["pool", "prairie (simulated)"]
    assert cube.state(("prairie (simulated)",), LOCAL, NOW).state == "simulated"


def test_state_is_stale_when_nothing_new_came(cube: Cube) -> None:
    later = datetime.fromtimestamp(MIDNIGHT + 100 * 3600, UTC)
    assert cube.state(("pool",), LOCAL, NOW).state == "complete"
    assert cube.state(("pool",), LOCAL, later).state == "stale"


def test_a_name_that_is_asked_for_twice_is_refused(cube: Cube) -> None:
    with pytest.raises(UsageError, match="twice: jobs"):
        cube.usage(UsageQuery(metrics=("jobs", "jobs")), LOCAL)
