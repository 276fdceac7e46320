"""A banner file in large pieces -> the batch: as columns what the kernel is sure of, record by record all the rest.

What comes of it, and at which record a batch is full, is the same as if every record had been read by itself.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collectors.batch import MOST_BYTES, MOST_HELD, MOST_ROWS
from collectors.chain import Chain
from collectors.classads.fast.piece import PIECE, Kernel, Piece, Rows
from collectors.classads.fast.plan import TABLES
from collectors.classads.text import Oversize, Record, RecordReader
from collectors.intake import StreamIntake
from collectors.kept import archived_columns
from collectors.rows import chosen_ap
from pipeline.errors import SettingsError, SourceError
from pipeline.pools import pool_of
from pipeline.schema import ARCHIVE

_FILLED = (*TABLES, ARCHIVE)

Guard = Callable[[], AbstractContextManager[None]]
"""Turns an error of the disk into one of the file."""


class Pieces:
    """One stream, read in pieces from where its reader stands. `full` commits the batch, as its caller does it."""

    def __init__(
        self,
        taking: StreamIntake,
        reader: RecordReader,
        chain: Chain,
        kernel: Kernel,
        full: Callable[[], None],
        guard: Guard,
    ) -> None:
        self._taking, self._reader, self._chain, self._kernel = taking, reader, chain, kernel
        self._full, self._guard = full, guard
        self._constants = {
            "source": pa.scalar(taking.found.source),
            "read_utc": pa.scalar(taking.found.read_utc, pa.int64()),
            "at_ce": pa.scalar(taking.found.at_ce),
        }

    def take_all(self) -> Record | Oversize | None:
        """Take the records up to one that has to wait, if there is one."""
        while True:
            count, waiting = self._take_ahead()
            if waiting is not None:
                return waiting
            if count:
                continue
            with self._guard():
                record = next(iter(self._reader), None)
            if record is None or not self._taking.take(record, self._chain):
                return record
            del record  # it can have 64 MiB
            if self._taking.intake.batch.is_full:
                self._full()

    def _take_ahead(self) -> tuple[int, Record | Oversize | None]:
        """Take one piece: how many records it has, and the one that has to wait. Then nothing holds its buffer."""
        buffer, begin, base = self._reader.ahead(PIECE)
        piece = self._kernel.read(buffer, begin)
        return piece.count, self._take(piece, base) if piece.count else None

    def _take(self, piece: Piece, base: int) -> Record | Oversize | None:
        """Take the piece's records; the one that has to wait, if there is one."""
        piece.own(self._owner)
        rows = piece.columns(base, self._constants)
        first, at, begun = 0, 0, self._begin()
        for careful in [*piece.careful, piece.count]:
            while at < careful:
                stop = self._filled_by(piece, at, careful)
                self._pass(piece, at, stop)
                at = stop
                if self._taking.intake.batch.is_full:
                    self._settle(piece, rows, first, at, begun)
                    self._full()
                    first, begun = at, self._begin()
            if careful == piece.count:
                break
            record = self._reader.give(int(piece.banner_at[at]), int(piece.end[at]))
            taken = False
            try:
                taken = self._taking.take(record, self._chain)
            finally:
                if not taken:  # it has to wait, or the file cannot be read: what came before counts
                    self._settle(piece, rows, first, at, begun)
            if not taken:
                return record
            at += 1
            if self._taking.intake.batch.is_full:
                self._settle(piece, rows, first, at, begun)
                self._full()
                first, begun = at, self._begin()
        self._settle(piece, rows, first, at, begun)
        return None

    def _begin(self) -> list[int]:
        return [self._taking.intake.batch.settled(table) for table in _FILLED]

    def _filled_by(self, piece: Piece, at: int, last: int) -> int:
        """The end of the records from `at` on that the batch takes before it is full; each is one row."""
        batch = self._taking.intake.batch
        if batch.held >= MOST_HELD:
            return at + 1
        room = max(MOST_BYTES - batch.bytes, 1)
        by_bytes = int(np.searchsorted(piece.end[at:last], piece.start[at] + room)) + at + 1
        return min(last, by_bytes, at + max(MOST_ROWS - batch.rows, 1))

    def _pass(self, piece: Piece, first: int, last: int) -> None:
        """Count records that became rows."""
        taking, reading = self._taking, self._taking.reading
        reading.ads += last - first
        reading.rows += last - first
        batch = taking.intake.batch
        batch.rows += last - first
        batch.bytes += int(piece.end[last - 1] - piece.start[first])
        base = self._reader.pass_over(int(piece.end[last - 1]))
        for at, offset in piece.offsets(first, last):
            reading.chain_breaks += self._chain.broken_by(base + at, offset)
        if not taking.has_owner:
            taking.belongs_to(*piece.owner(first))

    def _settle(self, piece: Piece, rows: list[Rows], first: int, last: int, begun: list[int]) -> None:
        """Put the columns of records first..last into the batch, between what the careful reader made there."""
        batch, archives = self._taking.intake.batch, []
        for found in rows:
            begin, end = np.searchsorted(found.record, [first, last]).tolist()
            if begin == end:
                continue
            table = TABLES[found.table]
            columns = found.columns.slice(begin, end - begin)
            batch.join(table, [columns], begun[found.table])
            span = pc.min_max(columns.column(table.time)).as_py()
            self._taking.reading.saw(span["min"])
            self._taking.reading.saw(span["max"])
            contents = piece.contents(found.record[begin:end])
            archives.append(archived_columns(self._taking.found, contents, columns, table))
        if archives and self._taking.intake.archive:
            batch.join(ARCHIVE, archives, begun[-1])

    def _owner(self, named: str | None) -> tuple[str, str] | None:
        """Pool and access point; None where the careful reader has to tell, or to refuse."""
        origin = self._taking.origin
        try:
            ap = chosen_ap(named, origin)
            in_file = origin.aps_of_file() if ap is None else {ap}
            if len(in_file) != 1:
                return None
            (ap,) = in_file
            return pool_of(ap, origin.pool, origin.default_pool), ap
        except (SettingsError, SourceError):
            return None  # the careful reader raises, or refuses, at the record itself
