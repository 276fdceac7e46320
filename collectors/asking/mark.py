"""Where the next poll of a history goes on: the newest records that are known, in the order of the file.

A query stops at the oldest of them. An answer that holds the newest of them reached known ground: nothing between is
missing.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Key = tuple[int | None, ...]
OVERLAP = 20
"""Records that each answer brings again."""


@dataclass(frozen=True)
class Mark:
    """Keys of the newest known records, newest first; none before the first poll."""

    keys: tuple[Key, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> "Mark":
        """The mark in that text; an empty one where there is none. Raises ValueError for another version's."""
        if not text:
            return cls()
        return cls(tuple(tuple(key) for key in json.loads(text)["keys"]))

    def written(self) -> str:
        return json.dumps({"keys": [list(key) for key in self.keys]}, separators=(",", ":"))

    @property
    def stop(self) -> Key | None:
        """The record at which a query stops; None if too few are known to tell by the others that it got there."""
        return self.keys[-1] if len(self.keys) > 1 else None

    def is_reached_by(self, found: Iterable[Key]) -> bool:
        """True if an answer with those keys joins what is known."""
        return not self.keys or self.keys[0] in found

    def moved(self, newest: Sequence[Key]) -> "Mark":
        """The mark after an answer that begins with those, newest first."""
        seen = dict.fromkeys([*newest[:OVERLAP], *self.keys])
        return Mark(tuple(seen)[:OVERLAP])
