"""Closed months as people ask for them: which there are, who did what to them, and what changed since one was closed.

The list looks at manifests and at the journal; the files of a version are looked at when it is compared.
"""

from collections import defaultdict
from dataclasses import dataclass

from pipeline.closing.closed_cube import ClosedCube
from pipeline.closing.diff import Difference, DiffQuery, diff
from pipeline.closing.journal import Act
from pipeline.closing.shelf import Shelf
from pipeline.closing.states import ClosedState, states
from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.viewer import Viewer

MEMORY_MIB = 512
"""A comparison that a reader asks for takes no more of the server; larger ones spill to disk."""


@dataclass(frozen=True)
class ClosedBook:
    """Every closed version, the newest month first, and every act, the newest first.

    trouble   what is wrong with the journal, in a sentence; empty if nothing is. Then no act is believed
    """

    versions: tuple[ClosedState, ...]
    acts: tuple[Act, ...]
    trouble: str

    def newest(self) -> ClosedState | None:
        """The newest version of the newest month; None if no month was ever closed."""
        return self.versions[0] if self.versions else None


@dataclass(frozen=True)
class Changes:
    """What changed since that version was closed; `by_cause`: cause -> core seconds x 1000 more (or less) now."""

    difference: Difference
    closed: ClosedCube
    by_cause: dict[str, int]


def closed_book(lake: Lake) -> ClosedBook:
    """Closed versions and acts of a lake. Raises LakeError if the folder cannot be read."""
    shelf = Shelf.of(lake)
    found = states(shelf, each_file=False)
    newest_first = sorted(found.versions, key=lambda one: (one.month, one.version), reverse=True)
    acts = () if found.journal else tuple(reversed(shelf.journal.acts()))
    return ClosedBook(tuple(newest_first), acts, found.journal)


def changes(cube: Cube, viewer: Viewer, written: str, query: DiffQuery) -> Changes:
    """What differs between `2026-10:1` and the live month. Raises UsageError, and LakeError for a damaged version."""
    closed = ClosedCube.find(cube.lake, written)
    settings = Settings(lake=cube.lake.root, build_memory_mib=MEMORY_MIB)
    found = diff(cube.lake, settings, closed, cube, query, viewer)
    sums: dict[str, int] = defaultdict(int)
    for row in found.rows.to_pylist():
        sums[row["cause"]] += row["mcore_s_difference"]
    return Changes(found, closed, dict(sums))
