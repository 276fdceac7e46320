"""What a bridge is asked for: which days, which jobs, grouped by what, and to whose total."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pipeline.dimensions import DIMENSIONS
from pipeline.errors import UsageError
from pipeline.query import Where, dimension
from pipeline.viewer import Viewer

Target = Literal["ended", "history", "gracc", "chtc"]
TARGETS: dict[Target, str] = {
    "ended": "as ended",
    "history": "all final ads, as awk adds them up",
    "gracc": "as GRACC counts",
    "chtc": "as CHTC counts",
}
"""Totals that a bridge can lead to, and what they are called."""
NOT_GROUPS = frozenset({"day", "month", "outcome", "venue", "bucket"})
"""Dimensions that a bridge walks over itself, or that only one of the bookings has."""
PLACES = frozenset({"site", "resource", "raw_site", "facility", "contributing_institution"})
"""Dimensions that say where a run was."""


@dataclass(frozen=True)
class BridgeQuery:
    """Days (both included; None: no bound), filter, at most one dimension to group by, and the total to arrive at."""

    first: date | None = None
    last: date | None = None
    where: Where = ()
    by: str | None = None
    target: Target = "history"

    def checked(self) -> "BridgeQuery":
        """The same. Raises UsageError for a dimension that a bridge cannot tell apart."""
        for name in (*((self.by,) if self.by else ()), *(name for name, _ in self.where)):
            if dimension(name).name in NOT_GROUPS:
                known = ", ".join(each.name for each in DIMENSIONS if each.name not in NOT_GROUPS)
                raise UsageError(f"a bridge cannot tell {name!r} apart", f"Known: {known}.")
        if self.first and self.last and self.first > self.last:
            raise UsageError(f"the first day {self.first} is after the last one {self.last}")
        return self

    def seen_by(self, viewer: Viewer) -> "BridgeQuery":
        """The same, of what that viewer may see."""
        if viewer.projects is None:
            return self
        return replace(self, where=(*self.where, ("project", tuple(sorted(viewer.projects)))))

    @property
    def tells_places(self) -> bool:
        """True if the place of a run decides where its hours stand."""
        return bool(PLACES & {self.by, *(name for name, _ in self.where)})

    def values(self) -> dict[str, Any]:
        """Parameters of `labelled` and `within`."""
        return {f"w{place}": list(allowed) for place, (_, allowed) in enumerate(self.where)} | {
            "first": self.first or date.min,
            "last": self.last or date.max,
        }

    def labelled(self, fact: str) -> str:
        """SQL: the rows of a fact table with their group (`grp`, empty where nothing is grouped by) and `fits`.

        `fits` is true where the row passes the filter. Names are those of DIMENSIONS, values are parameters.
        """
        group = dimension(self.by).sql if self.by else "''"
        passed = [f"list_contains($w{place}, {dimension(name).sql})" for place, (name, _) in enumerate(self.where)]
        fits = " AND ".join(["true", *passed])
        return f"(SELECT fact.*, {group} AS grp, ({fits}) AS fits FROM {fact} AS fact)"

    def takes(self, labels: dict[str, str]) -> bool:
        """True if a record with those labels passes the filter; a label that it does not have passes none."""
        return all(labels.get(name) in allowed for name, allowed in self.where)

    def includes(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


def within(day: str) -> str:
    """SQL: the day lies in the period."""
    return f"({day} BETWEEN $first AND $last)"
