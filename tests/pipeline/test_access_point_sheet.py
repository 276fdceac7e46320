"""What an access point's page tells, beside a plain count over the jobs that were put in."""

from collections import Counter
from datetime import date, timedelta

import pytest

from pipeline.access_point_sheet import AccessPointSheet, access_point_sheet, is_known
from pipeline.cube import Cube, PoolInfo
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery, Where
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.reported_rows import AP, OTHER_AP, POOL, RAN, SEEN, reported_pool

ORIGIN = date(2026, 11, 1)
FIRST, LAST = ORIGIN, ORIGIN + timedelta(9)
ODD, QUEUED = 6, 3


@pytest.fixture
def cube(lake: Lake) -> Cube:
    reported_pool(lake)
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return Cube.open(lake.root)


def pool(cube: Cube) -> PoolInfo:
    return next(one for one in cube.pools(LOCAL) if one.name == POOL)


def sheet(cube: Cube, ap: str = AP, viewer: Viewer = LOCAL, where: Where = ()) -> AccessPointSheet:
    return access_point_sheet(cube, viewer, pool(cube), ap, (FIRST, LAST), where)


def test_jobs_submitted_are_those_that_anything_names_on_their_day(cube: Cube) -> None:
    found = {(one.day - ORIGIN).days: one.submitted for one in sheet(cube).days}
    by_hand = Counter(one[1] for one in RAN if one[0] == AP and one[1] >= 0) + Counter({2: ODD, 9: QUEUED})
    assert found == {day: by_hand.get(day, 0) for day in range(10)}
    assert sheet(cube).submitted == sum(by_hand.values())


def test_jobs_that_left_are_counted_by_how_on_the_day_of_their_end(cube: Cube) -> None:
    found = sheet(cube)
    day = next(one for one in found.days if one.day == ORIGIN + timedelta(2))
    # one of RAN, and DAGMan, local and scheduler universe, succeeded
    assert day.left == {"succeeded": 4, "failed": 1, "signal": 1, "removed": 1}
    ended = sum(one[0] == AP and one[1] >= 0 for one in RAN)
    assert found.left() == ended + ODD
    assert found.left("removed") == 1


def test_what_runs_on_the_access_point_itself_is_told_by_kind(cube: Cube) -> None:
    found = {row["kind"]: (row["jobs"], row["succeeded"], row["removed"], row["wall_h"]) for row in sheet(cube).kinds}
    ended = sum(one[0] == AP and one[1] >= 0 for one in RAN)
    assert found == {
        "pool": (ended + 3, ended, 1, float(ended + 3)),
        "dagman": (1, 1, 0, 1.0),
        "local": (1, 1, 0, 1.0),
        "scheduler": (1, 1, 0, 1.0),
    }


def test_the_queue_and_what_waits_for_transfer_are_as_last_told(cube: Cube) -> None:
    found = sheet(cube)
    assert {row["status"]: row["jobs"] for row in found.queue} == {"running": 1, "idle": 1, "held": 1}
    assert found.asked_utc == SEEN
    assert found.schedd is not None
    assert (found.schedd["uploads_waiting"], found.schedd["downloads_waiting"]) == (12, 3)
    other = sheet(cube, OTHER_AP)
    assert (other.queue, other.asked_utc, other.schedd) == ((), None, None)


def test_attempts_by_outcome_are_those_of_usage(cube: Cube) -> None:
    where = (("pool", (POOL,)), ("ap", (AP,)))
    asked = UsageQuery(("outcome",), ("attempts",), FIRST, LAST, where)
    usage = {row["outcome"]: row["attempts"] for row in cube.usage(asked, LOCAL).to_pylist()}
    assert {row["outcome"]: row["attempts"] for row in sheet(cube).outcomes} == usage
    assert usage["failed"] == 1


def test_under_a_filter_nobody_knows_what_was_submitted(cube: Cube) -> None:
    found = sheet(cube, where=(("project", ("C",)), ("ap", (AP,))))
    assert found.submitted is None
    assert found.left() == sum(one[3] == "C" for one in RAN)


def test_who_may_see_one_project_gets_its_jobs_and_no_others(cube: Cube) -> None:
    found = sheet(cube, viewer=Viewer("c", frozenset({"C"})))
    assert found.submitted is None
    assert found.left() == 2
    assert [(row["kind"], row["jobs"]) for row in found.kinds] == [("pool", 2)]
    assert found.queue == ()


def test_days_before_the_ledger_are_not_known_and_not_there(cube: Cube) -> None:
    begin = ORIGIN - timedelta(400)
    found = access_point_sheet(cube, LOCAL, pool(cube), AP, (begin - timedelta(5), begin), ())
    assert [one.day for one in found.days] == [begin]


def test_an_access_point_is_known_by_its_jobs_and_in_its_own_pool(cube: Cube) -> None:
    assert is_known(cube, LOCAL, pool(cube), AP)
    assert not is_known(cube, LOCAL, pool(cube), "nowhere")
