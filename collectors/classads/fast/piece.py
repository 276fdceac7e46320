"""A piece of a banner file -> its records, and the rows of those that the kernel is sure of, as Arrow columns.

`Kernel.read` gives a Piece, good until the next one is read. Whose the rows are is told from outside, by the access
points that they name; then `columns` makes them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from collectors.classads.fast.code import Functions
from collectors.classads.fast.columns import batch_of, integers
from collectors.classads.fast.found import CAREFUL, NOT_SAID, Found, room
from collectors.classads.fast.identity import Labels, labels, record_ids
from collectors.classads.fast.plan import TABLES, WORDS, Ints, plan
from collectors.classads.fast.spellings import no_spellings
from pipeline.bounds import Limits

PIECE = 8 << 20
"""Bytes to be read at a time."""
_RECORDS = 8216
"""No multiple of a memory page: neighbouring columns would push each other out of the processor's cache."""
_ARENA = 4 << 20

Resolve = Callable[[str | None], tuple[str, str] | None]
"""Access point that a record names (None: none) -> its pool and access point; None: the careful reader has to tell."""


@dataclass(frozen=True)
class Rows:
    """The rows of one table, and for each the record that it was made of."""

    table: int
    record: Ints
    columns: pa.RecordBatch


class Kernel:
    """The fast reader for records that are read with those limits; holds room for one piece."""

    def __init__(self, limits: Limits, functions: Functions) -> None:
        self._functions = functions
        self._plan = plan(limits)
        self._found = room(self._plan, _RECORDS)
        self._arena = np.zeros(_ARENA, np.uint8)
        self._spellings = no_spellings()
        self._labels = [labels(table) for table in range(len(TABLES))]

    def read(self, buffer: bytes, begin: int) -> "Piece":
        """The whole records in buffer[begin:], or as many as there is room for."""
        source = np.frombuffer(buffer, np.uint8)
        count, _ = self._functions.read_records(
            source, begin, len(source), self._plan, self._found, self._spellings, self._arena
        )
        return Piece(buffer, source, self._found, self._arena, self._labels, self._functions, count)


class Piece:
    """Records one behind the other, their places counted from the buffer's begin."""

    def __init__(
        self,
        buffer: bytes,
        source: npt.NDArray[np.uint8],
        found: Found,
        arena: npt.NDArray[np.uint8],
        known: Sequence[Labels],
        functions: Functions,
        count: int,
    ) -> None:
        self._buffer, self._source, self._found, self._arena, self._labels = buffer, source, found, arena, known
        self._functions = functions
        self.count = count
        self.start, self.end = found.start[:count], found.end[:count]
        self.banner_at = found.banner_at[:count]
        self._owners: list[tuple[str, str]] = []

    @property
    def careful(self) -> list[int]:
        """The records that are the careful reader's."""
        return np.flatnonzero(self._found.table[: self.count] == CAREFUL).tolist()

    def offsets(self, first: int, last: int) -> list[tuple[int, int | None]]:
        """Of each of those records: where its banner begins, and the offset that it says."""
        said = self._found.offset[first:last].tolist()
        places = self.banner_at[first:last].tolist()
        return [(at, None if number == NOT_SAID else number) for at, number in zip(places, said, strict=True)]

    def own(self, resolve: Resolve) -> None:
        """Set whose the rows are; those of which it cannot be told become the careful reader's."""
        names = [None, *self._named()]
        places = np.full(len(names), -1, np.int64)
        used = np.bincount(np.concatenate([self._aps(table) for table in range(len(TABLES))]) + 1)
        for index in np.flatnonzero(used).tolist():
            owner = resolve(names[index])
            if owner is not None:
                places[index] = len(self._owners)
                self._owners.append(owner)
        for table in range(len(TABLES)):
            owned = places[self._aps(table) + 1]
            if (owned < 0).any():
                self._leave(table, owned >= 0)
                owned = owned[owned >= 0]
            self._aps(table)[:] = owned

    def owner(self, record: int) -> tuple[str, str]:
        """Pool and access point of that record's row."""
        table = int(self._found.table[record])
        row = int(np.searchsorted(self._records(table), record))
        return self._owners[int(self._found.ap[table, row])]

    def columns(self, base: int, constants: Mapping[str, pa.Scalar]) -> list[Rows]:
        """All rows, by table. `base` is where the buffer begins in its file."""
        return [
            Rows(table, self._records(table).copy(), self._columns(table, base, constants))
            for table in range(len(TABLES))
            if self._found.rows[table]
        ]

    def contents(self, records: Ints) -> pa.Array:
        """The bytes of those records, banners included."""
        places = np.concatenate([self.start, self.end[-1:]]).astype(np.int32)
        buffers = [None, pa.py_buffer(places), pa.py_buffer(self._buffer)]
        whole = pa.Array.from_buffers(pa.binary(), self.count, buffers)
        first, last = int(records[0]), int(records[-1])
        if last - first + 1 == len(records):
            return whole.slice(first, len(records))
        return whole.take(integers(records))

    def _columns(self, table: int, base: int, constants: Mapping[str, pa.Scalar]) -> pa.RecordBatch:
        found, rows = self._found, int(self._found.rows[table])
        ids = record_ids(
            self._functions.write_canonical, self._source, self._arena, found, table, self._labels[table], self._owners
        )
        owners = integers(self._aps(table))
        pools, aps = zip(*self._owners, strict=True)
        others = {name: pa.repeat(value, rows) for name, value in constants.items()} | {
            "pool": pa.array(pools, pa.string()).take(owners),
            "ap": pa.array(aps, pa.string()).take(owners),
            "record_type": pa.array(WORDS).take(integers(found.word[table, :rows])),
            "record_id": integers(ids),
            "offset_bytes": integers(self.start[self._records(table)] + base),
        }
        return batch_of(self._functions.gather, self._source, self._arena, found, table, others)

    def _named(self) -> list[str]:
        met = int(self._found.aps[0, 0])
        at, size = self._found.aps[0, 1 : met + 1].tolist(), self._found.aps[1, 1 : met + 1].tolist()
        return [self._buffer[begin : begin + length].decode() for begin, length in zip(at, size, strict=True)]

    def _records(self, table: int) -> Ints:
        return self._found.record[table, : self._found.rows[table]]

    def _aps(self, table: int) -> Ints:
        return self._found.ap[table, : self._found.rows[table]]

    def _leave(self, table: int, keep: npt.NDArray[np.bool_]) -> None:
        """Take rows out: their records are the careful reader's."""
        found, rows, kept = self._found, int(self._found.rows[table]), int(keep.sum())
        found.table[self._records(table)[~keep]] = CAREFUL
        for array in (found.record, found.word, found.ap, found.numbers, found.known, found.text_at, found.text_size):
            array[table, ..., :kept] = array[table, ..., :rows][..., keep]
        found.rows[table] = kept
