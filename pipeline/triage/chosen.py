"""Which window is looked at: days, or the hours up to the newest end of an attempt; a base window comes before it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pipeline.calendar import midnight_utc
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.one_pool import days_of, one_pool
from pipeline.triage.finding import Asked, Finding
from pipeline.triage.sources import first_of_all, stopped
from pipeline.viewer import Viewer

USUAL_HOURS = 24
MOST_HOURS = 24 * 92
HOUR_S = 3600
EARLIEST, LATEST = 568_000_000, 7_258_000_000
"""1988 and 2200."""
BASE_S = 7 * 24 * HOUR_S
BASE_TIMES = 3


@dataclass(frozen=True)
class Window:
    """As people and programs name it: days, or the hours up to the newest end of a run."""

    pool: str | None = None
    first: date | None = None
    last: date | None = None
    since_h: int = USUAL_HOURS

    @property
    def is_of_now(self) -> bool:
        """True where no days are named."""
        return not (self.first or self.last)

    def asked(self, cube: Cube, viewer: Viewer, now: datetime) -> Asked:
        """The window in Unix seconds. Raises UsageError."""
        chosen = one_pool(cube, viewer, self.pool)
        if self.is_of_now:
            return newest_hours(cube, viewer, chosen.name, now, self.since_h)
        days = days_of(chosen, self.first or self.last, self.last)
        return whole_days(chosen.name, *days, cube.published.zone)

    def seen(self, cube: Cube, viewer: Viewer, now: datetime) -> tuple[Asked, tuple[Finding, ...]]:
        """The window, and what stands out in it; sources that stopped come first where it is of now. UsageError."""
        asked = self.asked(cube, viewer, now)
        silent = stopped(cube, viewer, asked.pool, now) if self.is_of_now else ()
        return asked, first_of_all(silent, cube.findings(asked, viewer))


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
