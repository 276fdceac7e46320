"""Rows on their way into the lake, and the one place where they are committed.

A batch holds rows of all tables, rejects, and how far which stream was read. It is committed table by table: a
record's bytes before its rows, `coverage` and `source_file` last: only then are a proof and a stream's new offset in
force. A process that dies in between leaves rows that the next reading brings again, and the lake drops those it has
by their record_id.
"""

import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.schema import ARCHIVE, COVERAGE, REJECT, SOURCE_FILE, TABLES, Table

MOST_ROWS = 50_000
MOST_BYTES = 32 << 20
MOST_HELD = 16 << 20
"""Bytes of rejected records, which are held as they are."""
_BLOCK_ROWS = 2_000
_TRIES = 20
_LONGEST_PAUSE_S = 0.5
_LAST = (COVERAGE, SOURCE_FILE)
_ORDER = (REJECT, ARCHIVE, *(table for table in TABLES if table not in (REJECT, ARCHIVE, *_LAST)), COVERAGE)
_UNCOUNTED = (REJECT, ARCHIVE, COVERAGE)
"""Tables whose rows are no new records."""

Value = str | int | bool | bytes | None


@dataclass
class Reading:
    """What came of one stretch of one stream: becomes a row of `source_file`."""

    source: str
    path: str
    label: str
    pool: str
    ap: str | None
    size: int
    read_utc: int
    consumed: int
    prefix_digest: str = ""
    ads: int = 0
    rows: int = 0
    new: int = 0
    rejects: int = 0
    skipped: int = 0
    chain_breaks: int = 0
    first_utc: int | None = None
    last_utc: int | None = None

    def saw(self, moment: int | None) -> None:
        """Widen the span of time that the records cover."""
        if moment is not None:
            self.first_utc = moment if self.first_utc is None else min(self.first_utc, moment)
            self.last_utc = moment if self.last_utc is None else max(self.last_utc, moment)


@dataclass
class Batch:
    """Rows, rejects and readings that are not in the lake yet; `new`: rows that were new to it when committed."""

    rows: int = 0
    new: int = 0
    bytes: int = 0
    held: int = 0
    readings: list[Reading] = field(default_factory=list)
    _open: dict[str, list[Sequence[Value]]] = field(default_factory=lambda: defaultdict(list))
    _blocks: dict[str, list[pa.RecordBatch]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_full(self) -> bool:
        return self.rows >= MOST_ROWS or self.bytes >= MOST_BYTES or self.held >= MOST_HELD

    def add(self, table: Table, values: Sequence[Value]) -> None:
        """Add one row, its values in the table's order."""
        rows = self._open[table.name]
        rows.append(values)
        self.rows += table is not ARCHIVE  # its bytes are counted instead
        if len(rows) >= _BLOCK_ROWS:
            self._close(table)

    def table(self, table: Table) -> pa.Table:
        """All rows of that table."""
        self._close(table)
        return pa.Table.from_batches(self._blocks[table.name], schema=table.arrow)

    def settled(self, table: Table) -> int:
        """How many blocks of columns there are of that table, after the rows added so far became one."""
        self._close(table)
        return len(self._blocks[table.name])

    def join(self, table: Table, columns: Sequence[pa.RecordBatch], since: int) -> None:
        """Put rows of one source between those added since there were `since` blocks, by their place in the source.

        They do not count as `rows`: who brings columns counts them as they come.
        """
        self._close(table)
        blocks = self._blocks[table.name]
        joined = pa.Table.from_batches([*columns, *blocks[since:]], schema=table.arrow)
        if len(columns) + len(blocks) - since > 1:
            joined = joined.take(pc.sort_indices(joined.column("offset_bytes")))
        blocks[since:] = joined.combine_chunks().to_batches()

    def _close(self, table: Table) -> None:
        """Turn the rows held as lists into columns, which take a fraction of the memory."""
        rows = self._open.pop(table.name, [])
        if rows:
            columns = zip(zip(*rows, strict=True), table.arrow, strict=True)
            arrays = [pa.array(values, field.type) for values, field in columns]
            self._blocks[table.name].append(pa.record_batch(arrays, schema=table.arrow))


def commit(lake: Lake, batch: Batch) -> None:
    """Bring the batch into the lake and note in its readings how many rows were new.

    Of several processes that bring the same streams at once each tries again after another was faster. Raises
    LakeRace if that happens too often, LakeError if the lake cannot be written.
    """
    tries = _TRIES if batch.readings or batch.rows else 0
    while tries:
        tries -= 1
        try:
            with lake.committing():
                _commit(lake, batch)
        except LakeRace:
            if not tries:
                raise
            time.sleep(random.uniform(0, _LONGEST_PAUSE_S))
        else:
            tries = 0


def _commit(lake: Lake, batch: Batch) -> None:
    last = lake.writer(SOURCE_FILE)
    readings = {reading.source: reading for reading in batch.readings}
    marks = {source: reading.consumed for source, reading in readings.items()}
    for table in _ORDER:
        rows = batch.table(table)
        if rows.num_rows:
            writer = lake.writer(table)
            appended = writer.append(_unknown_rejects(lake, rows) if table is REJECT else rows, marks)
            if table not in _UNCOUNTED:
                batch.new += appended.new
                for source in readings.keys() & appended.new_by_source.keys():
                    readings[source].new += appended.new_by_source[source]
    fresh = [reading for reading in batch.readings if last.consumed(reading.source) < reading.consumed]
    if fresh:
        rows = pa.Table.from_pylist([_source_file(reading) for reading in fresh], schema=SOURCE_FILE.arrow)
        last.append(rows, {reading.source: reading.consumed for reading in fresh})


def _unknown_rejects(lake: Lake, rows: pa.Table) -> pa.Table:
    """The rejects that the lake has not: they are found again by their id alone, as their time is that of reading."""
    known = lake.read(REJECT, ["record_id"]).column("record_id")
    if not len(known):
        return rows
    return rows.filter(pc.invert(pc.is_in(rows.column("record_id"), value_set=known.combine_chunks())))


def _source_file(reading: Reading) -> dict[str, Value]:
    return {
        "pool": reading.pool,
        "ap": reading.ap,
        "path": reading.path,
        "source": reading.source,
        "kind": reading.label,
        "size_bytes": reading.size,
        "read_bytes": reading.consumed,
        "prefix_digest": reading.prefix_digest,
        "ads": reading.ads,
        "rows": reading.new,
        "known": reading.rows - reading.new,
        "rejects": reading.rejects,
        "skipped": reading.skipped,
        "chain_breaks": reading.chain_breaks,
        "first_utc": reading.first_utc,
        "last_utc": reading.last_utc,
        "record_id": id_of(reading.pool, reading.source, str(reading.consumed)),
        "read_utc": reading.read_utc,
    }


def id_of(*parts: str) -> int:
    """A signed 64-bit hash over those texts."""
    digest = blake2b("\n".join(parts).encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
