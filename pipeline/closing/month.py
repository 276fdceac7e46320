"""A calendar month of the reporting zone."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline import calendar
from pipeline.errors import UsageError

_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, order=True)
class Month:
    """Year and month, as people write them: 2026-10."""

    year: int
    number: int

    @classmethod
    def parse(cls, written: str) -> "Month":
        """The month of `2026-10`. Raises UsageError for anything else."""
        found = _WRITTEN.fullmatch(written)
        if found is None or not 1 <= int(found[2]) <= 12 or not 1970 <= int(found[1]) <= 9998:
            raise UsageError(f"{written!r} is not a month", "Write year and month: 2026-10.")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)

    @property
    def after(self) -> date:
        """The first day of the month after."""
        return date(self.year + self.number // 12, self.number % 12 + 1, 1)

    def end_utc(self, zone: str) -> int:
        """The first second after it, in Unix seconds."""
        return calendar.midnight_utc(self.after, zone)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def version_of(written: str) -> tuple[Month, int | None]:
    """`2026-10` or `2026-10:2`: the month, and the version if one is named. Raises UsageError for anything else."""
    month, colon, version = written.partition(":")
    if not colon:
        return Month.parse(month), None
    if not version.isascii() or not version.isdigit() or int(version) < 1:
        raise UsageError(f"{written!r} names no version", "Write month and version: 2026-10:1.")
    return Month.parse(month), int(version)
