"""A question about moved files: by what, which days, which of them. In: names and values. Out: SQL and its values.

Facts are `transfer_day` and `file_moved`; both have the columns of DIMENSIONS, and those that names are registered by.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.dimensions import Dimension
from pipeline.errors import UsageError
from pipeline.query import UsageQuery, Where
from pipeline.query import dimension as usage_dimension
from pipeline.viewer import Viewer

_FACT = frozenset({"pool", "day", "ap", "project", "site", "resource", "user", "venue"})
"""Columns that these facts share with those of usage."""


def _own(name: str, label: str, doc: str) -> Dimension:
    return Dimension(name, label, doc, f'"{name}"', (name,))


DIMENSIONS: tuple[Dimension, ...] = (
    _own("protocol", "Protocol", "As the plugin names it: osdf, https, ...; `unknown` where it does not."),
    _own("endpoint", "Cache or server", "Who answered, at the last try; `unknown` where the plugin does not say."),
    _own("direction", "Direction", "download: to the job; upload: from it."),
    _own("purpose", "Purpose", "input, output, checkpoint, or common (files of several jobs, moved once)."),
    _own("result", "Result", "done, failed, unknown; none: a record of a plugin that listed no file."),
)
"""What moved files have besides the dimensions of usage."""


@dataclass(frozen=True)
class TransferQuery:
    """Moved files by dimensions, in that order, on the days on which they were moved, both included.

    `where` is an AND of "dimension is one of". What moved for pilots at a CE, or on the access point itself, is left
    out unless `venue` is asked for, as in questions about usage.
    """

    by: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    where: Where = ()

    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(dimension(name) for name in self.by)

    @property
    def as_usage(self) -> UsageQuery:
        """What of it a question about usage knows: whether pools are mixed is looked at there."""
        by = ("pool",) if "pool" in self.by else ()
        return UsageQuery(by, (), self.first, self.last, tuple(one for one in self.where if one[0] == "pool"))

    @property
    def groups(self) -> str:
        """The dimensions as a select list, with a comma behind each."""
        return "".join(f'{group.sql} AS "{group.name}", ' for group in self.dimensions())

    @property
    def order(self) -> str:
        """ORDER BY all of its dimensions, if there are any."""
        places = ", ".join(str(place + 1) for place in range(len(self.by)))
        return f"ORDER BY {places}" if places else ""

    def condition(self, viewer: Viewer) -> tuple[str, list[Any]]:
        """The WHERE of it, and what the viewer may see; values are parameters, never text."""
        where = self.where if viewer.projects is None else (*self.where, ("project", tuple(sorted(viewer.projects))))
        parts = [f"list_contains(?, {dimension(name).sql})" for name, _ in where]
        values: list[Any] = [list(allowed) for _, allowed in where]
        for bound, sign in ((self.first, ">="), (self.last, "<=")):
            if bound is not None:
                parts.append(f"day {sign} ?")
                values.append(bound)
        if "venue" not in {*self.by, *(name for name, _ in self.where)}:
            parts.append("venue = 'pool'")
        return " AND ".join(parts) or "true", values


def dimension(name: str) -> Dimension:
    """The dimension of that name. Raises UsageError for one that moved files do not have."""
    own = next((known for known in DIMENSIONS if known.name == name), None)
    if own is not None:
        return own
    found = usage_dimension(name)
    if not _FACT.issuperset(found.columns):
        known = ", ".join([*(known.name for known in DIMENSIONS), "project", "site", "resource", "user", "day"])
        raise UsageError(f"moved files have no {found.label.lower()} ({name})", f"They have: {known}, ...")
    return found


def where_of(conditions: list[str] | tuple[str, ...]) -> Where:
    """`["protocol=osdf", "site=C"]` as a filter; conditions on one dimension are alternatives. Raises UsageError."""
    values: dict[str, list[str]] = {}
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals:
            raise UsageError(f"condition {condition!r} has no '='", "Write --where protocol=NAME.")
        values.setdefault(dimension(name.strip()).name, []).append(value)
    return tuple((name, tuple(allowed)) for name, allowed in values.items())
