"""One family after a poll -> statements about the time since the last one. Pure.

If the file that was being written at the last statement is found again, under its own or a rotated name, and all is
read from there on, nothing written since escaped. If it is gone, others that followed it may be gone, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from collectors.coverage import Span
from collectors.sources.family import Family, FamilyFile, Held
from collectors.sources.links import Begins, broken_links

ROTATIONS = {"epochs": "MAX_EPOCH_HISTORY_ROTATIONS"}
_ROTATIONS_OF_OTHERS = "MAX_HISTORY_ROTATIONS"


class Hole(NamedTuple):
    """A time in which something was written that was not read, and why."""

    from_utc: int
    to_utc: int
    why: str


@dataclass(frozen=True)
class Known:
    """What else is known: breaks in each stream's chain since the last statement, the newest time in each stream, and
    when a file's first record was written."""

    now_utc: int
    breaks: Mapping[str, int]
    last_utc: Mapping[str, int]
    begins: Begins


@dataclass(frozen=True)
class Judge:
    """Makes the spans of one family. `who` begins each sentence; `stream` is the word for its records; `mark` is what
    the next judgement needs."""

    who: str
    stream: str
    mark: str
    known: Known

    def judge(self, family: Family, last: Span | None, held: Held | None) -> list[Span]:
        """What is proven or lost since the last statement; nothing where this poll cannot tell."""
        if last is None or held is None or held.stream is None:
            return self._at_first(family, 0 if last is None else last.to_utc)
        position = family.position(held.stream)
        if position is None:
            return self._after_loss(family, last, held)
        return self._since(family, position, last, held)

    def _at_first(self, family: Family, not_before_utc: int) -> list[Span]:
        """From the oldest record on; of files before one that cannot be read nothing is said."""
        if not family.has_begun:
            return []
        unreadable = [n for n, file in enumerate(family.files) if file.read is None]
        files = [file for file in family.files[max(unreadable, default=-1) + 1 :] if file.has_stream]
        began = self.known.begins(files[0]) if files else None
        if began is None:
            return []
        why = "all its files were read, from the oldest record that is there on"
        return self._spans(max(began.utc, not_before_utc), self._holes(files, 0), why)

    def _since(self, family: Family, position: int, last: Span, held: Held) -> list[Span]:
        found = family.files[position]
        if not family.has_begun or any(file.read is None for file in family.files[position:]):
            return []
        known_left = held.left if not found.place.is_current else 0
        holes = self._holes(family.files, position, known_left)
        if any(place.order > found.place.order for place in family.lost):
            why = f"a rotation was removed before it could be read; {self._more_rotations}"
            holes.append(Hole(last.to_utc, self.known.now_utc, why))
        again = "is the same" if found.place.is_current else "was found again, rotated"
        return self._spans(last.to_utc, holes, f"the file of {_when(last.to_utc)} {again}, and all is read since")

    def _after_loss(self, family: Family, last: Span, held: Held) -> list[Span]:
        if not family.is_readable:
            return []  # it may be the one that is missed
        files = [file for file in family.files if file.has_stream]
        newer = [n for n, file in enumerate(files) if self._began_after(file, last.to_utc)]
        began = self.known.begins(files[newer[0]]) if newer and family.has_begun else None
        until = self.known.now_utc if began is None else began.utc
        holes = [Hole(last.to_utc, until, self._loss(files, last, held))]
        holes += self._holes(files, newer[0]) if newer else []
        return self._spans(last.to_utc, holes, "all its files were read, from the oldest record that is left on")

    def _began_after(self, file: FamilyFile, utc: int) -> bool:
        began = self.known.begins(file)
        return began is not None and began.utc >= utc

    def _loss(self, files: Iterable[FamilyFile], last: Span, held: Held) -> str:
        changed = [file.path for file in files if file.read is not None and file.read.first == held.first]
        what = f"the file that was being read at {_when(last.to_utc)}"
        if changed:
            return f"{what} was cut or changed ({changed[-1]}): what was in it may be lost; only HTCondor may write it"
        return f"{what} is gone: its rest and whatever was rotated away after it is lost; {self._more_rotations}"

    def _holes(self, files: Sequence[FamilyFile], start: int, known_left: int = 0) -> list[Hole]:
        """What is missing in and between the files from `start` on; `known_left` bytes at the first one's end were
        told before."""
        holes = []
        for number, file in enumerate(files[start:]):
            why = self._broken(file, 0 if number else known_left)
            if why:
                holes.append(Hole(*self._span_of(file), why))
        for link in broken_links(files, start, self.known.begins, self.stream):
            why = f"a rotation between {link.earlier.path} and {link.later.path} is missing; {self._more_rotations}"
            holes.append(Hole(self.known.last_utc.get(link.earlier.stream, 0), link.began_utc, why))
        return holes

    def _broken(self, file: FamilyFile, known_left: int) -> str:
        """Why the file was not read whole; empty if it was."""
        if file.read is None or not file.has_stream:
            return ""
        breaks = self.known.breaks.get(file.stream, 0)
        reasons = []
        if breaks:
            times = "1 break" if breaks == 1 else f"{breaks:,} breaks"
            reasons.append(f"{times} in the chain of banners of {file.path}: records between are missing; restore it")
        if file.read.left > known_left and not file.place.is_current:
            reasons.append(
                f"{file.path} ends with {file.read.left:,} bytes that are no whole record: was its disk full?"
            )
        return "; ".join(reasons)

    def _span_of(self, file: FamilyFile) -> tuple[int, int]:
        """From the file's first record to its last; a current one reaches to now."""
        began = self.known.begins(file)
        newest = None if file.place.is_current else self.known.last_utc.get(file.stream)
        return 0 if began is None else began.utc, self.known.now_utc if newest is None else newest

    def _spans(self, from_utc: int, holes: Sequence[Hole], why: str) -> list[Span]:
        """The gaps, and what is proven between them up to now."""
        now = self.known.now_utc
        gaps, proven, reached = [], [], from_utc
        for hole in sorted(holes):
            start, end = (min(max(utc, from_utc), now) for utc in (hole.from_utc, hole.to_utc))
            gaps.append(self._span("gap", min(start, end), max(start, end), hole.why))
            if start > reached:
                proven.append(self._span("proven", reached, start, why))
            reached = max(reached, start, end)
        if now > reached or (now == reached and not gaps):
            proven.append(self._span("proven", reached, now, why))
        return [*gaps, *proven]

    def _span(self, state: Literal["proven", "gap"], from_utc: int, to_utc: int, why: str) -> Span:
        return Span(state, from_utc, to_utc, f"{self.who}: {why}.", self.mark)

    @property
    def _more_rotations(self) -> str:
        return f"keep more rotations ({ROTATIONS.get(self.stream, _ROTATIONS_OF_OTHERS)})"


def _when(instant_utc: int) -> str:
    return datetime.fromtimestamp(instant_utc, UTC).strftime("%Y-%m-%d %H:%M UTC")
