"""What the further parts of the page Efficiency show of a view, each asked only when it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dashboard.filters import View
from dashboard.selection import Selection
from pipeline.cube import Cube
from pipeline.losses.sizes import SIZES
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

PARTS = {
    "buckets": "Buckets",
    "workflows": "Workflows",
    "requests": "Requests",
    "evictions": "Evictions",
    "waiting": "Waiting",
    "change": "Change",
}
"""The first is what opens: what became of all hours. Each of the others is one question."""
SIZE_LABELS = {one.name: one.label for one in SIZES}
WAITING = {"project": "Project", "user": "User", "institution": "Institution", "field_of_science": "Field"}
WHO = {"workflows": "Workflows", "users": "Users"}
CHANGED = {"cpu_efficiency": "CPU", "memory_efficiency": "Memory", "good": "Succeeded", "wasted": "Wasted"}
"""What a change is looked at by: two ratios of the ledger, and two shares of all core hours."""
CHANGE_METRICS = ("cpu_h", "cpu_efficiency", "memory_efficiency", "goodput_succeeded_h", "wasted_h", "attempts")
LOST = ("evicted", "lost")
Row = Mapping[str, Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Workflows:
    """Workflows or users, those that wasted most first."""

    who: str
    rows: Rows


@dataclass(frozen=True)
class Requests:
    """Jobs by what they asked for and used, and those that left most of it unused."""

    size: str
    bins: Rows
    outliers: Rows


@dataclass(frozen=True)
class Evictions:
    """Runs that were vacated or lost, and what it cost; `buckets`: hours as the ledger's days have them."""

    whole: Row
    sites: Rows
    hosts: Rows
    reasons: Rows


@dataclass(frozen=True)
class Waiting:
    """From submission to the first start."""

    group: str
    whole: Row
    rows: Rows


@dataclass(frozen=True)
class Change:
    """Days before and since a day; `since` is within the period, and None where that has one day alone."""

    by: str
    since: date | None
    days: Rows
    before: Row | None
    after: Row | None


Part = Workflows | Requests | Evictions | Waiting | Change | None


def part_of(view: View) -> str:
    return view.option("part", PARTS, "buckets")


def who_of(view: View) -> str:
    return view.option("who", WHO, "workflows")


def size_of(view: View) -> str:
    return view.option("size", SIZE_LABELS, "memory")


def waiting_of(view: View) -> str:
    return view.option("wait", WAITING, "project")


def changed_of(view: View) -> str:
    return view.option("changed", CHANGED, "cpu_efficiency")


def ask_part(view: View, chosen: Selection, cube: Cube, viewer: Viewer) -> Part:
    """The part that the view shows, None for the first one, which is on the page already. Raises UsageError."""

    def rows(what: str, *by: str) -> Rows:
        found: Rows = cube.losses(what, replace(chosen.query(by, ()), booking="used"), viewer).to_pylist()
        return found

    match part_of(view):
        case "workflows":
            return Workflows(who_of(view), rows(who_of(view), "project", "user"))
        case "requests":
            size = size_of(view)
            return Requests(size, rows(f"bins of {size}"), rows(f"outliers of {size}"))
        case "evictions":
            whole = rows("evictions")[0]
            return Evictions(whole, rows("evictions", "site"), rows("evicting_hosts", "site"), rows("eviction_reasons"))
        case "waiting":
            group = waiting_of(view)
            return Waiting(group, rows("waits")[0], rows("waits", group))
        case "change":
            return _change(view, chosen, cube, viewer)
    return None


def since_of(view: View, chosen: Selection) -> date | None:
    """The day of the change: the address's if it is within the period and not its first, else the middle of it."""
    period = chosen.period
    if period.days < 2:
        return None
    asked = dict(view.options).get("since", "")
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = period.first
    if period.first < day <= period.last:
        return day
    return middle(chosen)


def middle(chosen: Selection) -> date:
    """The day on which the second half of the period begins."""
    return chosen.period.first + timedelta(days=chosen.period.days // 2)


def _change(view: View, chosen: Selection, cube: Cube, viewer: Viewer) -> Change:
    since = since_of(view, chosen)
    whole = replace(chosen.query(("day",), CHANGE_METRICS), booking="used")
    sides: list[Row | None] = [None, None]
    if since is not None:
        sides = [
            _side(cube, viewer, replace(whole, by=(), last=since - timedelta(days=1))),
            _side(cube, viewer, replace(whole, by=(), first=since)),
        ]
    return Change(changed_of(view), since, cube.usage(whole, viewer).to_pylist(), *sides)


def _side(cube: Cube, viewer: Viewer, query: UsageQuery) -> Row | None:
    found: Rows = cube.usage(query, viewer).to_pylist()
    return found[0] if found and found[0]["attempts"] else None


def changed_value(row: Row | None, by: str) -> float | None:
    """What a change is looked at by, of a row; None where it is not known."""
    if row is None:
        return None
    if by in ("good", "wasted"):
        hours = row["goodput_succeeded_h" if by == "good" else "wasted_h"]
        return hours / row["cpu_h"] if hours is not None and row["cpu_h"] else None
    value: float | None = row[by]
    return value
