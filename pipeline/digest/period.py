"""The days that a digest is about, in the ledger's zone: a week from Monday to Sunday, or one day. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pipeline.calendar import midnight_utc
from pipeline.errors import UsageError

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included; `name` is 2026-W47 or 2026-11-20."""

    name: str
    first: date
    last: date
    zone: str

    @classmethod
    def week(cls, name: str, zone: str) -> Self:
        """The ISO week of that name. Raises UsageError."""
        parts = _WEEK.fullmatch(name)
        try:
            monday = date.fromisocalendar(int(parts[1]), int(parts[2]), 1) if parts else None
        except ValueError:
            monday = None
        if monday is None:
            raise UsageError(f"{name!r} is no week", "Write year and number: 2026-W47.")
        return cls(name, monday, monday + timedelta(days=6), zone)

    @classmethod
    def day(cls, day: date, zone: str) -> Self:
        """That day."""
        return cls(day.isoformat(), day, day, zone)

    @classmethod
    def newest(cls, kind: str, now: datetime, zone: str) -> Self:
        """The last week, or day, that is over."""
        today = now.astimezone(ZoneInfo(zone)).date()
        if kind == "daily":
            return cls.day(today - timedelta(days=1), zone)
        year, number, _ = (today - timedelta(days=7)).isocalendar()
        return cls.week(f"{year:04}-W{number:02}", zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> tuple[date, date]:
        """First and last day of as many days before it."""
        return self.first - timedelta(days=self.days), self.first - timedelta(days=1)

    @property
    def from_utc(self) -> int:
        """Where it begins, in Unix seconds."""
        return midnight_utc(self.first, self.zone)

    @property
    def to_utc(self) -> int:
        """Where it ends."""
        return midnight_utc(self.last + timedelta(days=1), self.zone)

    def require_over(self, now: datetime) -> None:
        """Raise UsageError for one that is not over."""
        if now.astimezone(UTC).timestamp() < self.to_utc:
            raise UsageError(f"{self.name} is not over yet", "A digest is of days that are over.")

    @property
    def words(self) -> str:
        """“Monday 16 November to Sunday 22 November 2026 (days of Europe/Berlin)”"""
        first = f"{self.first:%A} {self.first.day} {self.first:%B}"
        last = f"{self.last:%A} {self.last.day} {self.last:%B %Y}"
        days = last if self.first == self.last else f"{first} to {last}"
        return f"{days} (days of {self.zone})"
