"""A foreign total, as CSV, beside ours: what of the difference our causes explain, and what they do not.

Columns: `hours` (core hours), and any of `period` (2026, 2026-Q4, 2026-11 or 2026-11-21; days of the reporting zone),
`project` and `site`. A line without a project or site is the total of all. Names of columns are not case-sensitive.
"""

import calendar
import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.bridge.asked import BridgeQuery
from pipeline.errors import UsageError
from pipeline.terminal import visible

MCORE_S_PER_H = 3_600_000
MOST_LINES = 10_000
HOURS = ("hours", "core_hours", "corehours", "cpu_h", "core_h", "cpu_hours")
PLACES = ("project", "site")
_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?", re.IGNORECASE)


@dataclass(frozen=True)
class ForeignLine:
    """What somebody else publishes: a period in words and days, names where it gives them, and the amount."""

    number: int
    period: str
    first: date | None
    last: date | None
    project: str | None
    site: str | None
    mcore_s: int

    def asked(self, question: BridgeQuery) -> BridgeQuery:
        """The question that this line answers: its own days and names narrow the given ones."""
        names = [(name, (value,)) for name in PLACES if (value := getattr(self, name)) is not None]
        return BridgeQuery(
            first=self.first or question.first,
            last=self.last or question.last,
            where=(*question.where, *names),
            target=question.target,
        )


def read(path: Path) -> list[ForeignLine]:
    """The lines of that file. Raises UsageError for one that cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
            hours = next((names[name] for name in HOURS if name in names), None)
            if hours is None:
                hint = "Columns: hours, and any of period, project, site."
                raise UsageError(f"{path} has no column `hours`", hint)
            lines: list[ForeignLine] = []
            for row in rows:
                if len(lines) == MOST_LINES:
                    raise UsageError(f"{path} has more than {MOST_LINES:,} lines", "Add them up first.")
                lines.append(
                    _line(rows.line_num, {name: row[given] or "" for name, given in names.items()}, row[hours])
                )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    if not lines:
        raise UsageError(f"{path} has no line", "Columns: hours, and any of period, project, site.")
    return lines


def _line(number: int, row: dict[str, str], hours: str | None) -> ForeignLine:
    try:
        amount = float((hours or "").replace(",", ""))
        mcore_s = round(amount * MCORE_S_PER_H)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"line {number}: {visible((hours or '')[:60])!r} is no number of hours") from error
    period = row.get("period", "").strip()
    first, last = days_of(period, number) if period else (None, None)
    project, site = (row.get(name, "").strip() or None for name in PLACES)
    return ForeignLine(number, period, first, last, project, site, mcore_s)


def days_of(period: str, number: int = 1) -> tuple[date, date]:
    """First and last day of a year, quarter, month or day. Raises UsageError for anything else."""
    found = _PERIOD.fullmatch(period)
    try:
        if found is None:
            raise ValueError(period)
        year, quarter, month, day = (int(part) if part else None for part in found.groups())
        return _span(year or 0, quarter, month, day)
    except ValueError as error:
        hint = "Write 2026, 2026-Q4, 2026-11 or 2026-11-21."
        raise UsageError(f"line {number}: {visible(period[:60])!r} is no period", hint) from error


def _span(year: int, quarter: int | None, month: int | None, day: int | None) -> tuple[date, date]:
    if quarter is not None:
        last = 3 * quarter
        return date(year, last - 2, 1), date(year, last, calendar.monthrange(year, last)[1])
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is not None:
        return date(year, month, day), date(year, month, day)
    first = date(year, month, 1)
    return first, first.replace(day=calendar.monthrange(year, month)[1])
