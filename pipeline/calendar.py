"""Days of the reporting time zone, as half-open spans of Unix seconds: days of 23 and 25 hours come out right."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1)
Day = tuple[int, date, int, int]
"""Day index since 1970-01-01, day, start_utc, end_utc."""


def day_of(instant_utc: int, zone: str) -> date:
    """The day of the zone that the instant lies in."""
    return datetime.fromtimestamp(instant_utc, UTC).astimezone(ZoneInfo(zone)).date()


def midnight_utc(day: date, zone: str) -> int:
    """The day's first second in the zone, as Unix seconds: where midnight does not exist, the first that does."""
    naive = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return int(naive.timestamp())


def days(first: date, last: date, zone: str) -> Iterator[Day]:
    """Each day from first to last, both included."""
    start = midnight_utc(first, zone)
    day = first
    while day <= last:
        end = midnight_utc(day + timedelta(days=1), zone)
        yield (day - EPOCH).days, day, start, end
        day, start = day + timedelta(days=1), end
