"""Which window is looked at: days, or the hours up to the newest end of an attempt; a base window comes before it."""

from datetime import UTC, date, datetime, timedelta

from pipeline.calendar import midnight_utc
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.triage.finding import Asked
from pipeline.viewer import Viewer

USUAL_HOURS = 24
MOST_HOURS = 24 * 92
HOUR_S = 3600
EARLIEST, LATEST = 568_000_000, 7_258_000_000
"""1988 and 2200."""
BASE_S = 7 * 24 * HOUR_S
BASE_TIMES = 3


def newest_hours(cube: Cube, viewer: Viewer, pool: str, now: datetime, hours: int = USUAL_HOURS) -> Asked:
    """The hours up to the end of the pool's newest attempt, however long ago that was. Raises UsageError if none is
    known. What ends after today has a wrong clock."""
    if not 1 <= hours <= MOST_HOURS:
        raise UsageError(f"{hours} hours is no window", f"Ask for 1 to {MOST_HOURS:,}.")
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    newest = cube.newest_end(pool, viewer, midnight_utc(tomorrow, "UTC"))
    if newest is None:
        raise UsageError(f"no attempt of pool {pool!r} has ended", "Ingest records, then build.")
    return _with_base(pool, newest + 1 - hours * HOUR_S, newest + 1)


def up_to(pool: str, to_utc: int, hours: int = USUAL_HOURS) -> Asked:
    """The hours before a moment, in Unix seconds. Raises UsageError for one before there was HTCondor."""
    if not EARLIEST <= to_utc <= LATEST or not 1 <= hours <= MOST_HOURS:
        raise UsageError("the link names a time that is no time", "Leave `until` out of it.")
    return _with_base(pool, to_utc - hours * HOUR_S, to_utc)


def whole_days(pool: str, first: date, last: date, zone: str) -> Asked:
    """Those days of the reporting zone, both included."""
    return _with_base(pool, midnight_utc(first, zone), midnight_utc(last + timedelta(days=1), zone))


def _with_base(pool: str, from_utc: int, to_utc: int) -> Asked:
    return Asked(pool, from_utc, to_utc, from_utc - max(BASE_S, BASE_TIMES * (to_utc - from_utc)))
