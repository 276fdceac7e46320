"""How a promise is kept over its days: a site's pledge beside what it delivered, a project's grant beside its use.

In: a commitment as the cube states it, and the core hours of each day. Out: what was due by then (pro rata: equal parts
for equal days) and what was given, day by day. Hours are as used, whatever a page is booked by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

DAY = timedelta(days=1)
PACE_DAYS = 30
"""How many of the newest days tell the pace at which a grant is spent."""


@dataclass(frozen=True)
class Commitment:
    """A pledge, allocation or award; `of` is the dimension that its owner is a value of.

    None: not stated. A share without hours is a share of what the site can give.
    """

    kind: str
    of: str
    owner: str
    number: str
    title: str | None
    first: date | None
    last: date | None
    promised_h: float | None
    share: float | None
    resource_group: str | None
    source: str

    @property
    def days(self) -> int | None:
        """Days that it is for; None without both ends."""
        return (self.last - self.first).days + 1 if self.first and self.last else None

    def due_h(self, first: date, last: date) -> float | None:
        """What of the promise falls on those days, pro rata; None where it has no amount or no end."""
        if self.promised_h is None or self.days is None or self.first is None or self.last is None:
            return None
        within = (min(last, self.last) - max(first, self.first)).days + 1
        return self.promised_h * max(within, 0) / self.days


@dataclass(frozen=True)
class Point:
    """A day's end: what was due by then, and what was given, since the commitment began."""

    day: date
    due_h: float | None
    given_h: float


@dataclass(frozen=True)
class Course:
    """A commitment, and how it went until `through`, the newest day of the data (or its own last day).

    points      one a day since its first day (or the data's); empty if it has not begun
    given_h     what was given on its days so far; None: it is spent where nothing is known of it
    due_h       what was due by `through`, pro rata
    """

    of: Commitment
    through: date
    points: tuple[Point, ...]
    given_h: float | None
    due_h: float | None

    @property
    def left_h(self) -> float | None:
        """What is not given yet; below zero: more was given than promised."""
        return None if self.of.promised_h is None or self.given_h is None else self.of.promised_h - self.given_h

    @property
    def of_due(self) -> float | None:
        """Given per due: 1 is on course."""
        return self.given_h / self.due_h if self.given_h is not None and self.due_h else None

    @property
    def of_promise(self) -> float | None:
        """Given per promised."""
        return self.given_h / self.of.promised_h if self.given_h is not None and self.of.promised_h else None

    @property
    def lasts_until(self) -> date | None:
        """The day on which a grant is spent at the pace of its newest days; None where that is not foreseeable."""
        if not self.points or not self.left_h or self.left_h < 0 or self.through == self.of.last:
            return None
        recent = self.points[-PACE_DAYS - 1 :]
        days = len(recent) - 1
        pace = (recent[-1].given_h - recent[0].given_h) / days if days else 0.0
        left_days = self.left_h / pace if pace else None
        return None if left_days is None or left_days > 3650 else self.through + int(left_days) * DAY

    def between(self, first: date, last: date) -> float | None:
        """What was given on those of its days."""
        if self.given_h is None:
            return None
        until = [point.given_h for point in self.points if point.day <= last]
        before = [point.given_h for point in self.points if point.day < first]
        return (until[-1] if until else 0.0) - (before[-1] if before else 0.0)


def commitment(row: Mapping[str, Any]) -> Commitment:
    """A row of `Cube.commitments` as a record."""
    return Commitment(
        kind=row["kind"],
        of=row["of_kind"],
        owner=row["owner"],
        number=row["number"],
        title=row["title"],
        first=_day(row["first_day"]),
        last=_day(row["last_day"]),
        promised_h=row["promised_h"],
        share=None if row["share_ppm"] is None else row["share_ppm"] / 1_000_000,
        resource_group=row["resource_group"],
        source=row["source"],
    )


def course(cube: Cube, viewer: Viewer, pool: str, of: Commitment, oldest: date, newest: date) -> Course:
    """How it went in that pool, whose data reach from `oldest` to `newest`."""
    first, through = of.first or oldest, min(of.last or newest, newest)
    if of.resource_group is not None:
        return Course(of, through, (), None, of.due_h(first, through))
    if through < first:
        return Course(of, through, (), 0.0, 0.0 if of.due_h(first, through) is not None else None)
    where = (("pool", (pool,)), (of.of, (of.owner,)))
    rows = cube.usage(UsageQuery(("day",), ("cpu_h",), first, through, where), viewer).to_pylist()
    points = _points(of, first, through, {row["day"]: row["cpu_h"] for row in rows if row["cpu_h"] is not None})
    return Course(of, through, points, points[-1].given_h, points[-1].due_h)


def _points(of: Commitment, first: date, through: date, hours: Mapping[str, float]) -> tuple[Point, ...]:
    days = [first + number * DAY for number in range((through - first).days + 1)]
    given = accumulate(hours.get(day.isoformat(), 0.0) for day in days)
    return tuple(Point(day, of.due_h(first, day), sum_h) for day, sum_h in zip(days, given, strict=True))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
