"""Which days the gauges of usage are of. Pure.

They are days that are over, in the clock's time and in what was read: a day of which records still come would look
like a fall of usage every morning.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.completeness import Freshness

WINDOWS = {"1d": 1, "7d": 7}
"""Name of a window, and its days up to the last one that is over."""


def last_whole_day(known: Freshness, last_used: date | None, now: datetime, zone: str) -> date | None:
    """The newest day of the zone that was over both now and when the newest record, or proof that there was none, was
    made; None where nothing is known. Where no record has a time it is the last day with usage.
    """
    newest = max((moment for moment in (known.newest_record_utc, known.proven_utc) if moment is not None), default=None)
    if newest is None:
        return last_used
    seen = min(datetime.fromtimestamp(newest, UTC), now.astimezone(UTC))
    return seen.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def first_day(last: date, window: str) -> date:
    """The first day of the window that ends with that day."""
    return last - timedelta(days=WINDOWS[window] - 1)
