"""Answers of one cube that are kept: the same question of the same viewer is not asked twice.

A cube's numbers never change, so what is kept is right until the cube itself is let go: each has its own. Keys hold the
viewer, so that nobody gets what was answered to another. What is longest unused goes first.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

import pyarrow as pa

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
        self._most_bytes, self._largest = most_bytes, largest
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._bytes = 0
        self.hits = 0
        self.misses = 0

    @property
    def bytes(self) -> int:
        """What all kept answers take."""
        return self._bytes

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """The kept answer, or the one that `find` returns. What it raises is raised, and not kept."""
        with self._lock:
            if key in self._kept:
                self.hits += 1
                self._kept.move_to_end(key)
                return cast("T", self._kept[key][0])
            self.misses += 1
        found = find()
        self._keep(key, found, _bytes_of(found))
        return found

    def _keep(self, key: Hashable, found: object, size: int) -> None:
        if size > self._largest:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = (found, size)
            self._bytes += size
            while self._bytes > self._most_bytes:
                _, (_, freed) = self._kept.popitem(last=False)
                self._bytes -= freed


def _bytes_of(found: object) -> int:
    return max(SMALL, int(found.nbytes)) if isinstance(found, pa.Table) else SMALL
