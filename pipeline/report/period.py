"""The days that a report is about: a month, a quarter, a calendar or fiscal year, or any span. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from pipeline.errors import UsageError

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])", re.ASCII)
_YEAR = re.compile(r"(FY)?([0-9]{4})", re.ASCII)
_HOW = "Write 2026-11, 2026-Q4, 2026 or FY2026, or give --from and --to."
_EARLIEST, _LATEST = 1970, 9998
_DAY = timedelta(days=1)
Days = tuple[date, date]


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included, and how people call them."""

    name: str
    words: str
    first: date
    last: date

    @classmethod
    def parse(cls, written: str, fiscal_month: int) -> Self:
        """The period of `2026-11`, `2026-Q4`, `2026`, `FY2026`: the fiscal year that ends in 2026. UsageError."""
        if found := _MONTH.fullmatch(written):
            first = _first(int(found[1]), int(found[2]), written)
            return cls(written, f"{first:%B %Y}", first, _before(first, 1))
        if found := _QUARTER.fullmatch(written):
            first = _first(int(found[1]), 3 * int(found[2]) - 2, written)
            return cls(written, f"Quarter {found[2]} of {found[1]}", first, _before(first, 3))
        if found := _YEAR.fullmatch(written):
            year, fiscal = int(found[2]), bool(found[1])
            if not fiscal:
                return cls(written, f"Calendar year {year}", _first(year, 1, written), date(year, 12, 31))
            first = _first(year if fiscal_month == 1 else year - 1, fiscal_month, written)
            return cls(written, f"Fiscal year {year}", first, _before(first, 12))
        raise UsageError(f"{written!r} is no period", _HOW)

    @classmethod
    def span(cls, first: date, last: date) -> Self:
        """Those days. Raises UsageError if they are the wrong way round."""
        if first > last:
            raise UsageError(f"--from {first} is after --to {last}")
        return cls(f"{first}-to-{last}", words((first, last)), first, last)

    @classmethod
    def of(cls, first: date, last: date) -> Self:
        """Those days, called by their month where they are all of one. Raises UsageError as `span` does."""
        is_month = first.day == 1 and last == _before(first, 1)
        return cls(f"{first:%Y-%m}", f"{first:%B %Y}", first, last) if is_month else cls.span(first, last)

    def known(self, first: date, last: date) -> Days:
        """Its days between those, which the ledger has. Raises UsageError if there are none."""
        days = max(self.first, first), min(self.last, last)
        if days[0] > days[1]:
            raise UsageError(f"nothing is known of {self.name}", f"The pool's days are {first} to {last}.")
        return days


def chosen(written: str | None, first: date | None, last: date | None, fiscal_month: int) -> Period:
    """The period of a command's options. Raises UsageError unless there is either a name, or both days."""
    if written is not None and first is None and last is None:
        return Period.parse(written, fiscal_month)
    if written is None and first is not None and last is not None:
        return Period.span(first, last)
    raise UsageError("a report is of a period", _HOW)


def words(days: Days) -> str:
    """“1 October 2025 to 30 September 2026”"""
    first, last = days
    end = f"{last.day} {last:%B %Y}"
    return end if first == last else f"{first.day} {first:%B %Y} to {end}"


def same_days(days: Days, since: date) -> tuple[Days, Days] | None:
    """Those of the days of which the ledger, which begins at `since`, knows the year before, and the year before's."""
    begin = max(days[0], _year_after(since))
    if begin > days[1]:
        return None
    return (begin, days[1]), (_year_before(begin), _year_before(days[1]))


def days_before(days: Days) -> Days:
    """As many days just before them; of whole calendar months as many months."""
    first, last = days
    if first.day == 1 and (last + _DAY).day == 1:
        return _after(first, -len(months(days))), first - _DAY
    return first - (last - first) - _DAY, first - _DAY


def months(days: Days) -> list[str]:
    """The calendar months that they touch: `2026-10`, ..."""
    found, at = [], days[0].replace(day=1)
    while at <= days[1]:
        found.append(f"{at:%Y-%m}")
        at = _after(at, 1)
    return found


def _first(year: int, month: int, written: str) -> date:
    if not (_EARLIEST <= year <= _LATEST and 1 <= month <= 12):
        raise UsageError(f"{written!r} is no period", _HOW)
    return date(year, month, 1)


def _after(first: date, count: int) -> date:
    passed = first.month - 1 + count
    return date(first.year + passed // 12, passed % 12 + 1, 1)


def _before(first: date, count: int) -> date:
    """The last day of so many months."""
    return _after(first, count) - timedelta(days=1)


def _year_before(day: date) -> date:
    leap_day = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)


def _year_after(day: date) -> date:
    """The first day whose day of the year before is that one or later."""
    if day.month == 2 and day.day == 29:
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)
