"""The days that gauges of usage are of: over in the clock's time, and in what was read."""

from datetime import UTC, date, datetime

import pytest

from dashboard.metrics.days import first_day, last_whole_day
from pipeline.completeness import Freshness

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def known(newest: datetime | None, proven: datetime | None = None) -> Freshness:
    newest_s, proven_s = (None if moment is None else int(moment.timestamp()) for moment in (newest, proven))
    return Freshness(newest_s, proven_s, None, None, None, None)


@pytest.mark.parametrize(
    ("newest", "proven", "zone", "day"),
    [
        (NOON, None, "UTC", date(2026, 11, 19)),
        (datetime(2026, 11, 18, 9, tzinfo=UTC), None, "UTC", date(2026, 11, 17)),
        (datetime(2026, 11, 18, 9, tzinfo=UTC), NOON, "UTC", date(2026, 11, 19)),
        (datetime(2026, 11, 18, 0, tzinfo=UTC), None, "UTC", date(2026, 11, 17)),
        (datetime(2026, 11, 18, 3, tzinfo=UTC), None, "America/Chicago", date(2026, 11, 16)),
    ],
    ids=["new records", "old records", "proven since", "midnight", "evening in Chicago"],
)
def test_the_last_whole_day_was_over_when_the_newest_record_or_proof_was_made(
    newest: datetime, proven: datetime | None, zone: str, day: date
) -> None:
    assert last_whole_day(known(newest, proven), None, NOON, zone) == day


def test_a_record_with_a_wrong_clock_makes_no_day_whole_that_is_not_over() -> None:
    assert last_whole_day(known(datetime(2031, 1, 1, tzinfo=UTC)), None, NOON, "UTC") == date(2026, 11, 19)


def test_without_a_time_of_any_record_it_is_the_last_day_with_usage() -> None:
    assert last_whole_day(known(None), date(2026, 11, 3), NOON, "UTC") == date(2026, 11, 3)
    assert last_whole_day(known(None), None, NOON, "UTC") is None


def test_a_window_of_seven_days_ends_with_its_last() -> None:
    assert first_day(date(2026, 11, 19), "7d") == date(2026, 11, 13)
    assert first_day(date(2026, 11, 19), "1d") == date(2026, 11, 19)
