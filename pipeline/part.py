"""One Parquet file of a lake table: rows in, a file in the table's folder and what the Delta log says of it out.

A part counts only once a commit names it. One that no commit names, because its writer was killed, is removed by
`htc-ledger lake maintain`.
"""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.schema import Table

if TYPE_CHECKING:
    from deltalake.transaction import AddAction

QUICK, THOROUGH = 3, 9
"""Zstandard levels, of what is appended and of what is kept for long: docs/decisions/2026-11-21-archive.md."""
LARGEST_PART = 128 << 20
"""Bytes at which the next part is begun."""
_ROWS_OF_GROUP = 122_880
_BLOBS_OF_GROUP = 8_192
"""One record is looked up by unpacking its row group."""
_BYTES_HELD = 32 << 20
_BLOB_PAGE = 4 << 20
"""Pages are compressed one by one: in a large one the next ad finds the one that it resembles."""
_BLOBS_AT_A_TIME = 64


@dataclass(frozen=True)
class Part:
    """A written file: its name in the table's folder, bytes, rows, and the span and nulls of the table's time."""

    name: str
    size: int
    rows: int
    first: int | None
    last: int | None
    timeless: int

    def added(self, table: Table, *, is_new: bool) -> "AddAction":
        """What the log says of it; `is_new`: its rows were not in the table before."""
        from deltalake.transaction import AddAction

        stats: dict[str, Any] = {"numRecords": self.rows, "nullCount": {table.time: self.timeless}}
        if self.first is not None:
            stats |= {"minValues": {table.time: self.first}, "maxValues": {table.time: self.last}}
        return AddAction(self.name, self.size, {}, int(1000 * time.time()), is_new, json.dumps(stats))


class PartWriter:
    """Writes rows into one part after the other. Raises OSError where the disk is full or cannot be written."""

    def __init__(self, folder: Path, table: Table, level: int = QUICK) -> None:
        self._folder, self._table, self._level = folder, table, level
        self._parts: list[Part] = []
        self._held: list[pa.Table] = []
        self._name = ""
        self._writer: pq.ParquetWriter | None = None
        self._rows = self._timeless = 0
        self._first: int | None = None
        self._last: int | None = None

    def write(self, rows: pa.Table) -> None:
        """Add rows, in the table's columns; they are held until they fill a row group."""
        self._held.append(rows)
        held = sum(table.num_rows for table in self._held)
        if held >= _ROWS_OF_GROUP or sum(table.nbytes for table in self._held) >= _BYTES_HELD:
            self._write_group()

    def close(self) -> list[Part]:
        """Finish the files: all parts that were written."""
        self._write_group()
        self._finish()
        return self._parts

    def abandon(self) -> None:
        """Remove what was written; of a process that has no time for that, `maintain` does."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with suppress(OSError):  # the disk is full: that is why it is abandoned
                writer.close()
        if self._name:
            self._path.unlink(missing_ok=True)
        remove(self._folder, self._parts)

    @property
    def _path(self) -> Path:
        return self._folder / self._name

    def _write_group(self) -> None:
        rows = pa.concat_tables(self._held) if self._held else None
        self._held.clear()
        if rows is None or not rows.num_rows:
            return
        if self._writer is None:
            self._name = f"part-{uuid4()}.zstd.parquet"
            self._writer = pq.ParquetWriter(self._path, self._table.arrow, **_settings(self._table, self._level))
        self._writer.write_table(rows, row_group_size=_BLOBS_OF_GROUP if blobs(self._table) else _ROWS_OF_GROUP)
        self._saw(rows.column(self._table.time))
        if self._path.stat().st_size >= LARGEST_PART:
            self._finish()

    def _saw(self, times: pa.ChunkedArray) -> None:
        self._rows += len(times)
        self._timeless += times.null_count
        span = pc.min_max(times).as_py()
        if span["min"] is not None:
            self._first = span["min"] if self._first is None else min(self._first, span["min"])
            self._last = span["max"] if self._last is None else max(self._last, span["max"])

    def _finish(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        size = self._path.stat().st_size
        self._parts.append(Part(self._name, size, self._rows, self._first, self._last, self._timeless))
        self._writer, self._name = None, ""
        self._rows, self._timeless, self._first, self._last = 0, 0, None, None


def remove(folder: Path, parts: Sequence[Part]) -> None:
    """Delete parts that no commit names."""
    for part in parts:
        (folder / part.name).unlink(missing_ok=True)


def blobs(table: Table) -> list[str]:
    """The columns that hold records of any size."""
    return [column.name for column in table.columns if column.type == "blob"]


def _settings(table: Table, level: int) -> dict[str, Any]:
    """How its files are written: for wide tables of which a file has few rows, and for records of any size.

    Only texts repeat themselves; numbers are near their neighbours'; only some columns are ever looked for. A blob
    has neither dictionary nor statistics, which would copy it again and again.
    """
    shared: dict[str, Any] = {
        "compression": "zstd",
        "compression_level": level,
        "use_dictionary": [column.name for column in table.columns if column.type == "text"],
        "column_encoding": {
            column.name: "DELTA_BINARY_PACKED"
            for column in table.columns
            if column.type in ("int", "instant") and column.name != "record_id"
        },
        "write_statistics": ["pool", table.time, "record_id"],
        "store_schema": False,
    }
    return shared | ({"data_page_size": _BLOB_PAGE, "write_batch_size": _BLOBS_AT_A_TIME} if blobs(table) else {})
