"""Rotations that follow each other without one missing between them: told by when they were rotated. Pure.

HTCondor rotates when it is about to append: the next file's first record is written in the second that is in the
rotated file's name (25.14.1 and 23.9.6: every one of 21 rotations seen). The name has the writer's local time, whose
zone is not known here, but is the same for all files of a family, and whole quarters of an hour from UTC.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from collectors.sources.family import FamilyFile
from collectors.sources.first_record import Began

Begins = Callable[[FamilyFile], Began | None]

TOLERANCE_S = {"epochs": 5}
"""Many shadows write one epoch file; each has taken the time of its record a moment before."""
_TOLERANCE_OF_OTHERS_S = 2
_QUARTER_S = 900
_WIDEST_ZONE_S = 14 * 3600
_SUMMER_S = 3600
_LOOK_BACK = 5
"""Links that were found whole before; the zone is told by them."""


class Link(NamedTuple):
    """Two files that stand side by side; `off_s` is how much later by name than by content the second one began."""

    earlier: FamilyFile
    later: FamilyFile
    began_utc: int
    off_s: int


def broken_links(files: Sequence[FamilyFile], start: int, begins: Begins, stream: str) -> list[Link]:
    """The links from `files[start]` on between which a rotation is missing. What does not tell its time is no link."""
    tolerance_s = TOLERANCE_S.get(stream, _TOLERANCE_OF_OTHERS_S)
    if start + 1 >= len(files):
        return []
    near = files[max(0, start - _LOOK_BACK) :]
    links = [link for pair in pairwise(near) if (link := _link(*pair, begins)) is not None]
    zones = Counter(zone for link in links if (zone := _zone_s(link, tolerance_s)) is not None)
    usual_s = zones.most_common(1)[0][0] if zones else 0
    asked = {id(file) for file in files[start:]}
    return [link for link in links if id(link.earlier) in asked and not _holds(link, usual_s, tolerance_s)]


def _link(earlier: FamilyFile, later: FamilyFile, begins: Begins) -> Link | None:
    rotated = earlier.place.rotated_local
    began = None if rotated is None else begins(later)
    if rotated is None or began is None or not began.is_exact:
        return None
    return Link(earlier, later, began.utc, rotated - began.utc)


def _zone_s(link: Link, tolerance_s: int) -> int | None:
    """The writer's zone, if that is all that name and content differ by."""
    zone_s = round(link.off_s / _QUARTER_S) * _QUARTER_S
    return zone_s if abs(zone_s) <= _WIDEST_ZONE_S and abs(link.off_s - zone_s) <= tolerance_s else None


def _holds(link: Link, usual_s: int, tolerance_s: int) -> bool:
    zone_s = _zone_s(link, tolerance_s)
    return zone_s is not None and zone_s - usual_s in (0, _SUMMER_S, -_SUMMER_S)
