"""The rows that keep a record's bytes: of `archive` where it became rows, of `reject` where it did not."""

from dataclasses import dataclass

import pyarrow as pa

from collectors.batch import Value, id_of
from collectors.rows import Reject, Row
from pipeline.schema import ARCHIVE, REJECT, Table
from pipeline.schema.record import OWNER

_POOL, _AP = (column.name for column in OWNER)


@dataclass(frozen=True, slots=True)
class Found:
    """Where records were found: stream, path and label for people, form of their bytes, and when they were read."""

    source: str
    path: str
    label: str
    form: str
    at_ce: bool
    read_utc: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that is not counted: its place, size, digest and bytes, and whose it is as far as that is known."""

    pool: str
    ap: str | None
    offset: int
    length: int
    digest: str
    content: bytes
    why: Reject


def archived(found: Found, offset: int, content: bytes, row: Row) -> list[Value]:
    """A row of `archive`; `row` is the first that was made of the record."""
    values: dict[str, Value] = {
        _POOL: row.of(_POOL),
        _AP: row.of(_AP),
        "made": row.table.name,
        "record_type": row.of("record_type"),
        "form": found.form,
        "content": content,
        "record_id": row.of("record_id"),
        "source": found.source,
        "offset_bytes": offset,
        "at_ce": found.at_ce,
        "record_utc": row.time_utc,
        "read_utc": found.read_utc,
    }
    return [values[column.name] for column in ARCHIVE.columns]


def archived_columns(found: Found, contents: pa.Array, rows: pa.RecordBatch, table: Table) -> pa.RecordBatch:
    """The same for rows that are columns already, `contents` the bytes of each."""
    same = {"made": table.name, "form": found.form}
    arrays = {name: pa.repeat(value, rows.num_rows) for name, value in same.items()}
    arrays |= {"content": contents, "record_utc": rows.column(table.time)}
    names = ARCHIVE.arrow.names
    columns = [arrays[name] if name in arrays else rows.column(name) for name in names]
    return pa.record_batch(columns, schema=ARCHIVE.arrow)


def refused(found: Found, record: Refused) -> list[Value]:
    """A row of `reject`."""
    values: dict[str, Value] = {
        _POOL: record.pool,
        _AP: record.ap,
        "path": found.path,
        "source": found.source,
        "kind": found.label,
        "form": found.form,
        "offset_bytes": record.offset,
        "length_bytes": record.length,
        "rule": record.why.rule,
        "reason": record.why.reason,
        "digest": record.digest,
        "content": record.content,
        "record_id": id_of(record.pool, found.source, str(record.offset), record.why.rule, record.digest),
        "read_utc": found.read_utc,
        "at_ce": found.at_ce,
    }
    return [values[column.name] for column in REJECT.columns]
