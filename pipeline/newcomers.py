"""Who is new: projects, users, institutions with usage in a period and none before it. Asks the cube.

A ledger that begins within the period, or on its first day, knows of nothing before it: then nobody can be called new.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.cube import Cube
from pipeline.distinct import NOT_NAMES
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Newcomer:
    """A name that was never seen before the period, its first day, and its core hours in the period."""

    name: str
    first_day: date
    cpu_h: float | None


@dataclass(frozen=True)
class Newcomers:
    """Who is new of one kind.

    since   the ledger's first day: nothing before it is known
    new     most core hours first; None: it cannot be told, because nothing before the period is known
    """

    of: str
    since: date
    new: tuple[Newcomer, ...] | None


def newcomers(cube: Cube, viewer: Viewer, query: UsageQuery, of: str, since: date) -> Newcomers:
    """Who is new in the question's days under its other filters; `since` is the ledger's first day of that pool.

    The question names its first day. Raises UsageError for an unknown dimension.
    """
    if query.first is None or query.first <= since:
        return Newcomers(of, since, None)
    earlier = replace(query, first=None, last=query.first - DAY)
    names = _active(cube, viewer, query, of) - _active(cube, viewer, earlier, of)
    if not names:
        return Newcomers(of, since, ())
    days = replace(query, by=(of, "day"), metrics=("cpu_h", "wall_s"), where=(*query.where, (of, tuple(sorted(names)))))
    found: dict[str, Newcomer] = {}
    for row in cube.usage(days, viewer).to_pylist():  # in the order of names and days
        if row["wall_s"]:
            found[row[of]] = _with(found.get(row[of]), row[of], date.fromisoformat(row["day"]), row["cpu_h"])
    return Newcomers(of, since, tuple(sorted(found.values(), key=lambda one: (-(one.cpu_h or 0), one.name))))


def _with(known: Newcomer | None, name: str, day: date, hours: float | None) -> Newcomer:
    if known is None:
        return Newcomer(name, day, hours)
    return known if hours is None else replace(known, cpu_h=(known.cpu_h or 0) + hours)


def _active(cube: Cube, viewer: Viewer, query: UsageQuery, of: str) -> set[str]:
    rows = cube.usage(replace(query, by=(of,), metrics=("wall_s",)), viewer).to_pylist()
    return {row[of] for row in rows if row["wall_s"]} - NOT_NAMES
