"""What an export is of: pools, days, booking and venue, as a command asks for it, checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline import calendar
from pipeline.closing.month import Month
from pipeline.errors import UsageError
from pipeline.query import Booking, UsageQuery

Venue = str
VENUES: tuple[Venue, ...] = ("pool", "pilot")


@dataclass(frozen=True)
class Window:
    """Days, both included, and the Unix seconds from their beginning up to their end."""

    first: date
    last: date
    begin_utc: int
    end_utc: int


@dataclass(frozen=True)
class Asked:
    """Usage of those pools on those days of `zone`, both included.

    booking   used: each attempt, and each residual; ended: whole jobs. As in `htc-ledger usage`
    venue     pool, or pilot: what ran at a CE
    """

    pools: tuple[str, ...]
    first: date
    last: date
    zone: str
    booking: Booking = "used"
    venue: Venue = "pool"

    @property
    def query(self) -> UsageQuery:
        """The same as a question, without metrics."""
        return self.query_of(self.whole)

    def query_of(self, window: Window) -> UsageQuery:
        """The question about a part of its days."""
        where = (("pool", self.pools), ("venue", (self.venue,)))
        return UsageQuery((), (), window.first, window.last, where, self.booking)

    @property
    def whole(self) -> Window:
        """All of its days."""
        return self._window(self.first, self.last)

    def days(self) -> Iterator[Window]:
        """Each of its days."""
        for _, day, begin, end in calendar.days(self.first, self.last, self.zone):
            yield Window(day, day, begin, end)

    def months(self) -> Iterator[Window]:
        """Each of its months. Raises UsageError for a part of one: it would stand for the whole."""
        whole = Month(self.first.year, self.first.month)
        if self.first != whole.first or self.last + timedelta(days=1) != Month(self.last.year, self.last.month).after:
            what = f"{self.first} to {self.last} are no whole months: a summary of a part would replace the month's"
            raise UsageError(what, "Name a month: --month 2026-10, or its first and last day.")
        while whole.first <= self.last:
            yield self._window(whole.first, whole.last)
            whole = Month(whole.after.year, whole.after.month)

    def _window(self, first: date, last: date) -> Window:
        end = calendar.midnight_utc(last + timedelta(days=1), self.zone)
        return Window(first, last, calendar.midnight_utc(first, self.zone), end)
