"""Whatever daemons, people and crashes do to files in whatever order: every whole record that was there at a poll is in
the lake once, and what was never seen is never called proven.
"""

import os
import tempfile
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.lake import Lake, TableWriter
from tests.collectors.sources.conftest import FilesAt
from tests.collectors.sources.lake_view import jobs, statements
from tests.collectors.sources.spool import NOON, Spool, pack

STEP_S = 7


class KilledError(BaseException):
    """The process dies here."""


@dataclass
class Model:
    """The slow and obvious account: which records are whole in which file, and which a poll can have seen."""

    current: list[int] = field(default_factory=list)
    rotations: list[tuple[Path, list[int]]] = field(default_factory=list)
    written: dict[int, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    was_harmed: bool = False

    @property
    def on_disk(self) -> set[int]:
        return {*self.current, *(cluster for _, clusters in self.rotations for cluster in clusters)}

    @property
    def lost(self) -> dict[int, int]:
        """Records that no poll can have seen and no file holds -> when they were written."""
        return {cluster: at for cluster, at in self.written.items() if cluster not in self.seen | self.on_disk}


class World:
    """A spool, a lake and a poller; `do` makes one thing happen, a few seconds after the one before."""

    def __init__(self, folder: Path) -> None:
        self.lake = Lake(folder / "lake")
        self.lake.create()
        self.spool = Spool(folder / "spool")
        self.poll_at = FilesAt(self.lake, folder / "spool" / "history*")
        self.model = Model()
        self.now = NOON
        self._cluster = 0
        self._rest = b""

    def do(self, what: str, number: int) -> None:
        self.now += STEP_S
        getattr(self, what)(number)

    def write(self, number: int) -> None:
        """Append records, after the rest of one that was begun."""
        for _ in range(1 + number % 3):
            self._begin_or_end()
            self._end()

    def begin(self, number: int) -> None:
        """Append the beginning of a record."""
        self._end()
        self._begin_or_end(1 + number * 37)

    def rotate(self, number: int) -> None:
        """As HTCondor does: a record in a new file, the old one under the name of this second."""
        self._end()
        if self.model.current:
            self.model.rotations.append((self.spool.rotate(self.now), self.model.current))
            self.model.current = []
        self.write(0)

    def pack(self, number: int) -> None:
        if self.model.rotations:
            at = number % len(self.model.rotations)
            path, clusters = self.model.rotations[at]
            if path.suffix not in (".gz", ".zst"):
                self.model.rotations[at] = pack(path, ("gz", "zst")[number % 2]), clusters

    def remove(self, number: int) -> None:
        """Remove a rotation: the oldest, as HTCondor does, or any, as people do."""
        if self.model.rotations:
            path, _ = self.model.rotations.pop(number % len(self.model.rotations) if number % 2 else 0)
            path.unlink()
            self.model.was_harmed = True

    def cut(self, number: int) -> None:
        """Empty the file that is being written."""
        if self.spool.current.exists():
            os.truncate(self.spool.current, 0)
            self.spool.start_anew()
            self._rest = b""
            self.model.current = []
            self.model.was_harmed = True

    def forget(self, number: int) -> None:
        """Lose what is remembered of files."""
        for path in (self.lake.root / "collect" / "files").glob("*.json"):
            path.unlink()

    def poll(self, number: int) -> None:
        there_is_something = bool(self.model.on_disk)
        with nullcontext() if there_is_something else suppress(SourceError):
            self.poll_at(self.now)
        self.model.seen |= self.model.on_disk
        assert jobs(self.lake) == sorted(self.model.seen)
        self._look_at_evidence()

    def die(self, number: int) -> None:
        """Be killed before or after one of the commits of a poll."""
        commits = [1 + number % 12]
        append = TableWriter.append

        def deadly(writer: TableWriter, *given: object) -> object:
            commits[0] -= 1
            if commits[0] == 0 and number % 2:
                raise KilledError
            done = append(writer, *given)  # type: ignore[arg-type]
            if commits[0] == 0:
                raise KilledError
            return done

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TableWriter, "append", deadly)
            with suppress(KilledError, SourceError):
                self.poll_at(self.now)
        found = jobs(self.lake)
        assert len(found) == len(set(found))
        assert set(found) <= self.model.seen | self.model.on_disk
        self.model.seen |= set(found)
        self._look_at_evidence()

    def _begin_or_end(self, size: int | None = None) -> None:
        """Begin the next record, or all of it; what is not written yet is written by `_end`."""
        if not self._rest:
            self._cluster += 1
            self._rest = self.spool.record(self._cluster, self.now)
        first = self._rest[:size]
        self.spool.append(first)
        self._rest = self._rest[len(first) :]
        if not self._rest:
            self._whole()

    def _end(self) -> None:
        if self._rest:
            self.spool.append(self._rest)
            self._rest = b""
            self._whole()

    def _whole(self) -> None:
        self.model.current.append(self._cluster)
        self.model.written[self._cluster] = self.now

    def _look_at_evidence(self) -> None:
        said = statements(self.lake)
        gaps = [one for one in said if one.state == "gap"]
        proven = [one for one in said if one.state == "proven"]
        assert self.model.was_harmed or not gaps, gaps
        for cluster, at in self.model.lost.items():
            told = any(gap.from_utc <= at <= gap.to_utc for gap in gaps)
            # of the second in which a span begins, an older file may hold a part
            claimed = any(span.from_utc < at <= span.to_utc for span in proven)
            assert told or not claimed, (cluster, at - NOON, said)


WHAT = ("write", "write", "begin", "rotate", "rotate", "pack", "remove", "cut", "forget", "poll", "poll", "poll", "die")
HAPPENINGS = st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 11)), min_size=5, max_size=40)


@settings(max_examples=30)
@given(HAPPENINGS)
def test_every_record_that_was_there_at_a_poll_is_in_the_lake_once_and_no_loss_is_called_proven(
    happenings: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for what, number in happenings:
            world.do(what, number)
        world.do("poll", 0)
