"""What a facility reports, beside a plain count over the jobs that were put in."""

from datetime import date, timedelta

import pytest

from pipeline.cube import Cube, PoolInfo
from pipeline.errors import UsageError
from pipeline.facility_sheet import (
    FacilitySheet,
    capacity_table,
    facility_sheet,
    months_table,
    new_table,
    year_table,
)
from pipeline.lake import Lake
from pipeline.newcomers import newcomers
from pipeline.one_pool import days_of, one_pool
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.viewer import LOCAL, Viewer
from pipeline.year import year_to_date
from tests.pipeline.reported_rows import POOL, RAN, reported_pool

ORIGIN = date(2026, 11, 1)
ODD_ATTEMPTS = 3
"""Jobs of day 2 that ran in the pool besides those of RAN: of alice, project A, two core hours each."""
FIRST, LAST = ORIGIN, ORIGIN + timedelta(9)
WHOLE = (("pool", (POOL,)),)


@pytest.fixture
def cube(lake: Lake) -> Cube:
    reported_pool(lake)
    publish(lake, Settings(lake=lake.root), lambda step: None)
    return Cube.open(lake.root)


def pool(cube: Cube) -> PoolInfo:
    return next(one for one in cube.pools(LOCAL) if one.name == POOL)


def sheet(cube: Cube, first: date = FIRST, last: date = LAST, viewer: Viewer = LOCAL, **more: object) -> FacilitySheet:
    return facility_sheet(cube, viewer, pool(cube), UsageQuery((), (), first, last, WHOLE), None)


def ran(first: date, last: date) -> list[tuple[str, int, str, str | None, str]]:
    return [one for one in RAN if first <= ORIGIN + timedelta(one[1]) <= last]


def test_who_was_active_is_what_a_plain_count_finds(cube: Cube) -> None:
    found = sheet(cube)
    assert found.who["user"] == len({one[2] for one in ran(FIRST, LAST)}) == 3
    assert found.who["project"] == len({one[3] for one in ran(FIRST, LAST)} - {None}) == 2, "nobody is no project"
    assert found.who["institution"] == 0, "nobody registered one"


def test_new_is_who_was_never_seen_before_with_the_first_day(cube: Cube) -> None:
    found = sheet(cube).new
    earlier = {one[2] for one in RAN if one[1] < 0}
    expected = {f"{user}@pool.test" for user in {one[2] for one in ran(FIRST, LAST)} - earlier}
    assert {one.name for one in found["user"].new or ()} == expected == {"carol@pool.test", "dave@pool.test"}
    (project,) = found["project"].new or ()
    assert (project.name, project.first_day, project.cpu_h) == ("C", ORIGIN + timedelta(1), 4.0)
    assert found["user"].since == ORIGIN - timedelta(400)


def test_in_the_first_days_of_a_ledger_nobody_can_be_called_new(cube: Cube) -> None:
    since = ORIGIN - timedelta(400)
    asked = UsageQuery((), (), since, LAST, WHOLE)
    assert newcomers(cube, LOCAL, asked, "user", since).new is None
    later = UsageQuery((), (), since + timedelta(1), LAST, WHOLE)
    assert len(newcomers(cube, LOCAL, later, "user", since).new or ()) == 3, "all but alice"


def test_new_is_new_under_the_same_filters(cube: Cube) -> None:
    where = (*WHOLE, ("site", ("Beta",)))
    found = newcomers(cube, LOCAL, UsageQuery((), (), FIRST, LAST, where), "user", ORIGIN - timedelta(400))
    assert [one.name for one in found.new or ()] == ["carol@pool.test", "dave@pool.test"]


def test_a_year_beside_the_last_compares_the_same_days(cube: Cube) -> None:
    # the ledger begins on 2025-09-27: of 2025's days up to November 10 only those from then on are known
    found = sheet(cube).year
    assert (found.first, found.last, found.since) == (date(2026, 1, 1), LAST, date(2025, 9, 27))
    assert found.days == (date(2026, 9, 27), LAST)
    assert found.days_before == (date(2025, 9, 27), date(2025, 11, 10))
    assert not found.is_whole
    of_last_year = ran(date(2025, 9, 27), date(2025, 11, 10))
    assert found.then is not None
    assert found.same is not None
    assert found.then["cpu_h"] == 2.0 * len(of_last_year) == 2.0
    assert found.same["cpu_h"] == 2.0 * len(ran(date(2026, 9, 27), LAST)) + 2.0 * ODD_ATTEMPTS
    assert found.now["user"] == 4


def test_a_last_year_that_is_not_known_is_not_zero(cube: Cube) -> None:
    asked = UsageQuery((), (), where=WHOLE)
    known_late = year_to_date(cube, LOCAL, asked, LAST, date(2026, 2, 1))
    assert (known_late.days, known_late.then, known_late.is_whole) == (None, None, False)
    whole = year_to_date(cube, LOCAL, asked, LAST, date(2025, 1, 1))
    assert whole.is_whole
    leap = year_to_date(cube, LOCAL, asked, date(2025, 3, 5), date(2024, 2, 29))
    assert leap.days == (date(2025, 3, 1), date(2025, 3, 5)), "the leap day has no same day"
    rows = {row["what"]: row for row in year_table(known_late).to_pylist()}
    assert (rows["cpu_h"]["last_year"], rows["cpu_h"]["compared_from"]) == (None, None)


def test_months_are_told_apart_by_whether_all_their_days_are_known(cube: Cube) -> None:
    months = sheet(cube).months
    assert [one.month for one in months][:2] == ["2025-11", "2025-12"]
    assert [one.month for one in months][-1] == "2026-11"
    assert not months[-1].is_whole
    assert months[-2].is_whole
    of_october = ran(date(2026, 10, 1), date(2026, 10, 31))
    assert months[-2].numbers["cpu_h"] == 2.0 * len(of_october)
    assert months[-3].numbers == {"cpu_h": 0, "gpu_h": 0, "jobs": 0, "project": 0, "user": 0, "institution": 0}
    assert months[-1].numbers["user"] == 3
    assert months_table(months).num_rows == 13


def test_a_ledger_has_no_month_before_it_begins(cube: Cube) -> None:
    found = sheet(cube, date(2025, 10, 1), date(2025, 10, 31)).months
    assert [(one.month, one.first, one.is_whole) for one in found] == [
        ("2025-09", date(2025, 9, 27), False),
        ("2025-10", date(2025, 10, 1), True),
    ]


def test_capacity_is_of_the_days_on_which_slots_were_seen(cube: Cube) -> None:
    found = sheet(cube)
    # four pictures ten minutes apart: the last one lasts no time
    assert list(found.capacity) == [LAST]
    assert found.total("offered_cpu_h") == pytest.approx(10 * 0.5)
    assert found.total("claimed_cpu_h") == pytest.approx(2 * 0.5)
    assert capacity_table(found.capacity).num_rows == 1
    assert sheet(cube, FIRST, FIRST).total("offered_cpu_h") is None


def test_who_may_see_one_project_gets_that_one_counted(cube: Cube) -> None:
    found = sheet(cube, viewer=Viewer("c", frozenset({"C"})))
    assert found.who == {"project": 1, "user": 1, "institution": 0}
    assert [one["name"] for one in new_table(found.new).to_pylist()] == ["C", "carol@pool.test"]


def test_distinct_counts_are_by_group_and_leave_nobody_out_of_no_group(cube: Cube) -> None:
    asked = UsageQuery(("site",), (), FIRST, LAST, WHOLE)
    rows = {row["site"]: row["count"] for row in cube.distinct(asked, "user", LOCAL).to_pylist()}
    by_hand = {site: len({one[2] for one in ran(FIRST, LAST) if one[4] == site}) for site in ("Alpha", "Beta")}
    assert rows == by_hand
    with pytest.raises(UsageError, match="no dimension 'colour'"):
        cube.distinct(asked, "colour", LOCAL)


def test_the_default_is_a_real_pool_and_its_newest_days(cube: Cube) -> None:
    chosen = one_pool(cube, LOCAL, None)
    assert chosen.name == POOL
    assert days_of(chosen, None, None) == (LAST - timedelta(29), LAST)
    assert days_of(chosen, FIRST, None) == (FIRST, LAST)
    with pytest.raises(UsageError, match="there is no pool 'x'"):
        one_pool(cube, LOCAL, "x")
