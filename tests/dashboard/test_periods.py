"""What presets mean, what came before, and how finely a chart cuts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import periods
from dashboard.periods import Period

OLDEST, NEWEST = date(2024, 5, 5), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("7d", date(2026, 3, 25), NEWEST),
        ("30d", date(2026, 3, 2), NEWEST),
        ("365d", date(2025, 4, 1), NEWEST),
        ("month", date(2026, 3, 1), NEWEST),
        ("lastmonth", date(2026, 2, 1), date(2026, 2, 28)),
        ("year", date(2026, 1, 1), NEWEST),
        ("all", OLDEST, NEWEST),
    ],
)
def test_presets_end_with_the_newest_day_of_the_data(preset: str, first: date, last: date) -> None:
    assert periods.of_preset(preset, OLDEST, NEWEST) == Period(first, last)


@pytest.mark.parametrize(
    ("preset", "first", "last", "before"),
    [
        ("7d", date(2026, 3, 25), NEWEST, (date(2026, 3, 18), date(2026, 3, 24))),
        ("custom", date(2026, 3, 1), date(2026, 3, 1), (date(2026, 2, 28), date(2026, 2, 28))),
        ("month", date(2026, 3, 1), date(2026, 3, 10), (date(2026, 2, 1), date(2026, 2, 10))),
        ("month", date(2026, 3, 1), date(2026, 3, 30), (date(2026, 2, 1), date(2026, 2, 28))),
        ("month", date(2026, 2, 1), date(2026, 2, 28), (date(2026, 1, 1), date(2026, 1, 31))),
        ("lastmonth", date(2026, 2, 1), date(2026, 2, 28), (date(2026, 1, 1), date(2026, 1, 31))),
        ("year", date(2024, 1, 1), date(2024, 2, 29), (date(2023, 1, 1), date(2023, 2, 28))),
    ],
)
def test_the_period_before_is_like_the_period(preset: str, first: date, last: date, before: tuple[date, date]) -> None:
    assert periods.before(preset, Period(first, last)) == Period(*before)


def test_nothing_comes_before_all_there_is() -> None:
    assert periods.before("all", Period(OLDEST, NEWEST)) is None


@pytest.mark.parametrize(("days", "grain"), [(1, "day"), (92, "day"), (93, "week"), (732, "week"), (733, "month")])
def test_long_periods_are_cut_into_weeks_and_months(days: int, grain: str) -> None:
    assert periods.grain(Period(OLDEST, OLDEST + timedelta(days=days - 1))) == grain


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 1500))
def test_every_day_of_a_period_lies_in_exactly_one_of_its_bars(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days - 1))
    grain = periods.grain(period)
    bars = periods.buckets(period, grain)
    assert len(set(bars)) == len(bars)
    for number in range(days):
        day = first + timedelta(days=number)
        holding = [bar for bar in bars if bar <= day <= periods.bucket_end(bar, grain)]
        assert holding == [periods.bucket(day, grain)]
