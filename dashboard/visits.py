"""What a person saw of a page at the last visit: kept by the browser, so that what is new since then can be told.

A visit goes on until nothing was looked at for VISIT_S. The browser's word is a stranger's: what has not the form that
`seen` gives it counts as no visit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

VISIT_S = 30 * 60
MOST_KEYS = 2_000
Kept = dict[str, dict[str, Any]]
"""View -> at (Unix seconds), keys, and before: the same of the visit before, or None."""


@dataclass(frozen=True)
class Visit:
    """When it ended, and what was there to see."""

    at_utc: int
    keys: frozenset[str]


def last_visit(kept: object, view: str, now_utc: int) -> Visit | None:
    """The visit before this one; None if there was none."""
    entry = _entry(kept, view)
    if entry is None:
        return None
    return _visit(entry) if now_utc - entry["at"] > VISIT_S else _visit(entry.get("before"))


def seen(kept: object, view: str, keys: Iterable[str], now_utc: int) -> Kept:
    """What is to be kept now that these are seen, too."""
    entry, before = _entry(kept, view), last_visit(kept, view, now_utc)
    shown = set(keys)
    if entry is not None and now_utc - entry["at"] <= VISIT_S:
        shown |= set(entry["keys"])
    told = None if before is None else {"at": before.at_utc, "keys": sorted(before.keys)}
    others = {name: one for name, one in kept.items() if name != view} if isinstance(kept, dict) else {}
    return {**others, view: {"at": now_utc, "keys": sorted(shown)[:MOST_KEYS], "before": told}}


def _entry(kept: object, view: str) -> dict[str, Any] | None:
    found = kept.get(view) if isinstance(kept, dict) else None
    return found if isinstance(found, dict) and _visit(found) is not None else None


def _visit(told: object) -> Visit | None:
    if not isinstance(told, dict):
        return None
    at, keys = told.get("at"), told.get("keys")
    if type(at) is not int or not isinstance(keys, list) or len(keys) > MOST_KEYS:
        return None
    return Visit(at, frozenset(key for key in keys if isinstance(key, str)))
