"""Defaults made definite: which pool, which days, and whether there is something to compare with."""

from datetime import date

import pytest

from dashboard.filters import View, parse
from dashboard.periods import Period
from dashboard.selection import pool_of, select
from pipeline.cube import PoolInfo
from pipeline.errors import UsageError
from pipeline.query import UsageQuery

MADE_UP = PoolInfo("a (simulated)", True, date(2026, 1, 1), date(2026, 4, 30))
REAL = PoolInfo("b", False, date(2026, 1, 1), date(2026, 3, 31))
IDLE = PoolInfo("c", False, None, None)


def test_a_simulated_pool_is_never_preselected_beside_a_real_one() -> None:
    assert pool_of(View(), (MADE_UP, REAL)) == REAL
    assert pool_of(View(), (MADE_UP,)) == MADE_UP
    assert pool_of(View(pool=MADE_UP.name), (MADE_UP, REAL)) == MADE_UP


def test_an_unknown_pool_is_an_error_not_the_default() -> None:
    with pytest.raises(UsageError, match="not here"):
        pool_of(View(pool="x"), (REAL,))


@pytest.mark.parametrize("pools", [(), (IDLE,)])
def test_nothing_recorded_is_an_error_that_says_what_to_do(pools: tuple[PoolInfo, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        select(View(), pools)
    assert "ngest" in caught.value.hint


def test_a_comparison_needs_the_whole_period_before() -> None:
    assert select(View(preset="30d"), (REAL,)).before == Period(date(2026, 1, 31), date(2026, 3, 1))
    assert select(View(preset="90d"), (REAL,)).before is None
    assert select(View(preset="all"), (REAL,)).before is None


def test_open_days_reach_as_far_as_the_data() -> None:
    assert select(parse("?from=2026-02-01"), (REAL,)).period == Period(date(2026, 2, 1), date(2026, 3, 31))
    assert select(parse("?to=2026-02-01"), (REAL,)).period == Period(date(2026, 1, 1), date(2026, 2, 1))
    assert select(parse("?from=2027-02-01"), (REAL,)).period == Period(date(2027, 2, 1), date(2027, 2, 1))
    assert select(parse("?to=2020-02-01"), (REAL,)).period == Period(date(2020, 2, 1), date(2020, 2, 1))


def test_every_question_names_exactly_one_pool() -> None:
    chosen = select(parse("?pool=b&project=x&project=y&booking=ended&range=7d"), (MADE_UP, REAL))
    assert chosen.query(("site",), ("cpu_h",)) == UsageQuery(
        by=("site",),
        metrics=("cpu_h",),
        first=date(2026, 3, 25),
        last=date(2026, 3, 31),
        where=(("pool", ("b",)), ("project", ("x", "y"))),
        booking="ended",
    )
