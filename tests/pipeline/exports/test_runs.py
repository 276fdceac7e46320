"""Single runs out of a cube: each once, by its end, with an id that stays."""

from datetime import date
from itertools import chain

import pytest

from pipeline.exports.cube import ExportCube
from pipeline.exports.runs import Run
from pipeline.lake import Lake
from pipeline.query import Booking
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.exports.made import NOVEMBER_1, OCTOBER_31, RUN, asked
from tests.pipeline.ledger_rows import MIDNIGHT


@pytest.fixture(scope="module")
def cube(small_lake: Lake) -> ExportCube:
    return ExportCube.open(small_lake.root)


def runs(cube: ExportCube, booking: Booking = "used", viewer: Viewer = LOCAL, page: int = 5000) -> list[Run]:
    all_of_it = asked(booking=booking)
    return list(chain.from_iterable(cube.runs(all_of_it, day, viewer, page) for day in all_of_it.days()))


def test_each_attempt_and_residual_is_one_run_on_the_day_of_its_end(cube: ExportCube) -> None:
    found = [(run.kind, run.cluster, run.wall_s, run.project, run.site, run.end_utc - MIDNIGHT) for run in runs(cube)]
    assert found == [
        ("attempt", 3, 10, "unmapped", "Alpha", 60),
        ("residual", 3, 100, "unmapped", "unattributed", 60),
        ("attempt", 1, 900, "A", "Alpha", 300),
        ("attempt", 2, 300, "B", "Alpha", 800),
        ("attempt", 2, 600, "B", "Beta", 1600),
    ]


def test_as_ended_each_job_is_one_run(cube: ExportCube) -> None:
    found = [(run.kind, run.cluster, run.wall_s, run.site) for run in runs(cube, "ended")]
    assert found == [("job", 3, 110, "Alpha"), ("job", 1, 900, "Alpha"), ("job", 2, 900, "Beta")]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_pages_of_any_size_hold_the_same_runs(cube: ExportCube, page: int) -> None:
    assert runs(cube, page=page) == runs(cube)


def test_ids_tell_runs_apart_and_stay(cube: ExportCube, small_lake: Lake) -> None:
    ids = [run.id for run in runs(cube)]
    assert len(set(ids)) == 5
    assert ids == [run.id for run in runs(ExportCube.open(small_lake.root))]
    assert RUN.id == "htc-ledger:attempt:0000000000000000000000000000000a"
    assert RUN.name == "ap1.pool.test#2.0#1793492140#1"


def test_a_viewer_gets_runs_of_own_projects(cube: ExportCube) -> None:
    assert {run.project for run in runs(cube, viewer=Viewer("eve", frozenset({"B"})))} == {"B"}


def test_totals_of_runs_and_usage_differ_by_the_edges_alone(cube: ExportCube) -> None:
    both = cube.totals(asked(), LOCAL, 1910, whole_runs=True)
    assert (both.usage_s, both.before_s, both.later_s, both.agree) == (1910, 0, 0, True)
    second = cube.totals(asked(NOVEMBER_1), LOCAL, 1910, whole_runs=True)
    assert (second.usage_s, second.before_s, second.later_s, second.agree) == (1250, 660, 0, True)
    first = cube.totals(asked(OCTOBER_31, OCTOBER_31), LOCAL, 0, whole_runs=True)
    assert (first.usage_s, first.before_s, first.later_s, first.agree) == (660, 0, 660, True)
    assert not cube.totals(asked(), LOCAL, 1909, whole_runs=True).agree


def test_groups_add_up_to_usage_and_count_runs_once(cube: ExportCube) -> None:
    days = {}
    for day in asked().days():
        found = list(cube.groups(asked(), day, LOCAL))
        days[day.first] = (sum(group.wall_s for group in found), sum(group.runs for group in found))
    assert days == {OCTOBER_31: (660, 0), NOVEMBER_1: (1250, 4)}


def test_a_day_without_usage_has_nothing(cube: ExportCube) -> None:
    empty = asked(date(2026, 12, 1), date(2026, 12, 1))
    assert list(cube.runs(empty, empty.whole, LOCAL)) == []
    assert list(cube.groups(empty, empty.whole, LOCAL)) == []
