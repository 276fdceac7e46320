"""A question to the cube: by what, which metrics, which days, filtered how, booked how."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from pipeline.dimensions import DIMENSIONS, Dimension
from pipeline.errors import UsageError
from pipeline.metrics import METRICS, Metric
from pipeline.viewer import Viewer

Booking = Literal["used", "ended"]
BOOKINGS: tuple[Booking, ...] = ("used", "ended")
Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class UsageQuery:
    """Usage by dimensions, in the given order; `first` and `last` are days of the reporting zone, both included.

    `where` is an AND of "dimension is one of". Jobs on the access point itself are left out unless `venue` is
    asked for. `booking`: *used* charges each attempt to its days and site, *ended* the whole job to its end day
    and last site.
    """

    by: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ("cpu_h", "gpu_h", "jobs", "attempts")
    first: date | None = None
    last: date | None = None
    where: Where = ()
    booking: Booking = "used"

    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(dimension(name) for name in self.by)

    def measures(self) -> tuple[Metric, ...]:
        return tuple(metric(name) for name in self.metrics)

    @property
    def columns(self) -> frozenset[str]:
        """Columns of a fact that its dimensions and filters are made of."""
        asked = {*self.by, *(name for name, _ in self.where)}
        return frozenset(column for name in asked for column in dimension(name).columns)

    def seen_by(self, viewer: Viewer) -> "UsageQuery":
        """The question as it is answered: about the projects that the viewer may see."""
        if viewer.projects is None:
            return self
        return replace(self, where=(*self.where, ("project", tuple(sorted(viewer.projects)))))

    def asks_for(self, name: str) -> bool:
        """True if the dimension is grouped by or filtered on."""
        return name in self.by or any(name == filtered for filtered, _ in self.where)


def metric(name: str) -> Metric:
    """The metric of that name; UsageError with the nearest known name if there is none."""
    for known in METRICS:
        if known.name == name:
            return known
    raise _unknown("metric", name, [known.name for known in METRICS])


def dimension(name: str) -> Dimension:
    """The dimension of that name; UsageError with the nearest known name if there is none."""
    for known in DIMENSIONS:
        if known.name == name:
            return known
    raise _unknown("dimension", name, [known.name for known in DIMENSIONS])


def where_of(conditions: Iterable[str]) -> Where:
    """`["project=A", "project=B", "site=C"]` as a filter: conditions on one dimension are alternatives.

    Raises UsageError for a condition without `=` or with an unknown dimension.
    """
    values: dict[str, list[str]] = {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals:
            raise UsageError(f"condition {condition!r} has no '='", "Write --where project=NAME.")
        values.setdefault(dimension(name.strip()).name, []).append(value)
    return tuple((name, tuple(allowed)) for name, allowed in values.items())


def _unknown(kind: str, name: str, known: Sequence[str]) -> UsageError:
    near = difflib.get_close_matches(name, known, n=1)
    start = f"Did you mean {near[0]!r}? " if near else ""
    return UsageError(f"there is no {kind} {name!r}", f"{start}Known: {', '.join(known)}.")
