"""Where the next poll of a history goes on: the newest records that are known, and what is still to be read.

A query stops at the oldest of those records. An answer that holds the newest of them reached known ground: what was
written since is in it. `behind` are stretches below that: too long for one answer, read piece by piece.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from collectors.asking.terms import Values

OVERLAP = 20
"""Records that each answer brings again."""
MOST_BEHIND = 8
_VERSION = 2


@dataclass(frozen=True)
class Ground:
    """The newest records that were known at some moment, newest first; none where nothing was known."""

    known: tuple[Values, ...] = ()

    @property
    def stop(self) -> Values | None:
        """The record at which a query stops; None if too few are known to tell by the others that it got there."""
        return self.known[-1] if len(self.known) > 1 else None

    @property
    def newest(self) -> Values | None:
        """The record that an answer has to hold to prove that it got there."""
        return self.known[0] if self.known else None

    def after(self, newest: Sequence[Values], *, joined: bool) -> "Ground":
        """The newest known records after an answer that begins with those; `joined`: it reached these."""
        stop = (self.stop,) if joined and self.stop is not None else ()
        return Ground((*newest, *stop)[:OVERLAP])


@dataclass(frozen=True)
class Behind:
    """A stretch that is still to be read: what was written after `ground` was known and before `to_utc`.

    `from_utc` None: from the beginning. `by_tool`: it lies where only HTCondor's own tool reaches.
    """

    ground: Ground
    from_utc: int | None
    to_utc: int
    by_tool: bool = False


@dataclass(frozen=True)
class Mark:
    """What a poll leaves to the next one."""

    ground: Ground = Ground()
    behind: tuple[Behind, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """The mark in that text; None if it is another version's, or none."""
        try:
            said = json.loads(text)
            if said["version"] != _VERSION:
                return None
            return cls(_ground(said["known"]), tuple(_behind(one) for one in said["behind"]))
        except (ValueError, KeyError, TypeError):
            return None

    def written(self) -> str:
        """The mark as text."""
        behind = [{**vars(one), "ground": one.ground.known} for one in self.behind]
        said = {"version": _VERSION, "known": self.ground.known, "behind": behind}
        return json.dumps(said, separators=(",", ":"))

    @property
    def left(self) -> int:
        """A measure of what is still to be done: it falls with each step."""
        return sum(1 if one.by_tool else 2 for one in self.behind)

    def with_behind(self, new: Behind) -> "Mark":
        """The mark with one more stretch, the oldest first; where there are too many the two oldest become one."""
        behind = (*self.behind, new)
        if len(behind) > MOST_BEHIND:
            first, second = behind[:2]
            both = replace(first, to_utc=second.to_utc, by_tool=first.by_tool or second.by_tool)
            behind = (both, *behind[2:])
        return replace(self, behind=behind)

    def without(self, done: Behind, instead: Behind | None = None) -> "Mark":
        """The mark without that stretch, or with another in its place."""
        rest = tuple(one for one in self.behind if one != done)
        return replace(self, behind=rest if instead is None else (instead, *rest))


def _ground(known: Sequence[Sequence[Any]]) -> Ground:
    return Ground(tuple(tuple(values) for values in known))


def _behind(said: dict[str, Any]) -> Behind:
    return Behind(**{**said, "ground": _ground(said["ground"])})
