"""A year to date beside the same days of the year before. Asks the cube; pure but for that.

Where the ledger does not reach over last year's days they are not known, and not zero: then as many of them are
compared as both years have.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

METRICS = ("cpu_h", "gpu_h", "jobs")
DISTINCT = ("project", "user", "institution")
Numbers = Mapping[str, float | int | None]


@dataclass(frozen=True)
class YearToDate:
    """Sums of METRICS, and how many different ones of DISTINCT there were.

    first, last   the year's days so far
    since         the ledger's first day
    now           of all those days
    days          this year's days that both years have; None: last year is not known at all
    same          of this year's `days`; `then`: of the same days of last year
    """

    first: date
    last: date
    since: date
    now: Numbers
    days: tuple[date, date] | None
    same: Numbers | None
    then: Numbers | None

    @property
    def days_before(self) -> tuple[date, date] | None:
        """Last year's days that are compared."""
        return None if self.days is None else (_year_before(self.days[0]), _year_before(self.days[1]))

    @property
    def is_whole(self) -> bool:
        """Whether last year is known on all of these days."""
        return self.days == (self.first, self.last)


def year_to_date(cube: Cube, viewer: Viewer, query: UsageQuery, last: date, since: date) -> YearToDate:
    """The year of `last` up to that day, under the question's filters; `since` is the ledger's first day."""
    first = last.replace(month=1, day=1)
    now = _numbers(cube, viewer, replace(query, first=first, last=last))
    days = _in_both(first, last, since)
    if days is None:
        return YearToDate(first, last, since, now, None, None, None)
    before = (_year_before(days[0]), _year_before(days[1]))
    same = now if days == (first, last) else _numbers(cube, viewer, replace(query, first=days[0], last=days[1]))
    then = _numbers(cube, viewer, replace(query, first=before[0], last=before[1]))
    return YearToDate(first, last, since, now, days, same, then)


def _in_both(first: date, last: date, since: date) -> tuple[date, date] | None:
    """This year's days of which the ledger knows last year's."""
    if since <= _year_before(first):
        return first, last
    leap_day = since.month == 2 and since.day == 29
    begin = since.replace(year=since.year + 1, month=3 if leap_day else since.month, day=1 if leap_day else since.day)
    return (begin, last) if begin <= last else None


def _year_before(day: date) -> date:
    leap_day = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def _numbers(cube: Cube, viewer: Viewer, query: UsageQuery) -> Numbers:
    sums = cube.usage(replace(query, by=(), metrics=METRICS), viewer).to_pylist()[0]
    counts = {name: cube.distinct(replace(query, by=()), name, viewer).to_pylist()[0]["count"] for name in DISTINCT}
    return {**sums, **counts}
