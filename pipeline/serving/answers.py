"""Answers of one cube that are kept: the same question of the same viewer is not asked twice.

A cube's numbers never change, so what is kept is right until the cube itself is let go: each has its own. Keys hold the
viewer, so that nobody gets what was answered to another. What is longest unused goes first.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

import pyarrow as pa
from cachetools import LRUCache

T = TypeVar("T")

MOST_BYTES = 64 * 2**20
"""Of all answers of a cube together."""
LARGEST = MOST_BYTES // 8
"""Bytes of an answer that is kept; larger ones are exports, which nobody asks twice."""
SMALL = 1024
"""What an answer counts at least: its key and its place take memory, too."""


class Answers:
    """At most `most_bytes` of answers, by key. Thread-safe; two that ask for the same at once both look it up."""

    def __init__(self, most_bytes: int = MOST_BYTES, largest: int = LARGEST) -> None:
        self._kept: LRUCache[Hashable, tuple[Any]] = LRUCache(most_bytes, getsizeof=lambda kept: _bytes_of(kept[0]))
        self._largest = min(largest, most_bytes)
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    @property
    def bytes(self) -> int:
        """What all kept answers take."""
        return int(self._kept.currsize)

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """The kept answer, or the one that `find` returns. What it raises is raised, and not kept."""
        with self._lock:
            kept = self._kept.get(key)
            self.hits, self.misses = self.hits + (kept is not None), self.misses + (kept is None)
        if kept is not None:
            return cast("T", kept[0])
        found = find()
        if _bytes_of(found) <= self._largest:
            with self._lock:
                self._kept.setdefault(key, (found,))
        return found


def _bytes_of(found: object) -> int:
    return max(SMALL, int(found.nbytes)) if isinstance(found, pa.Table) else SMALL
