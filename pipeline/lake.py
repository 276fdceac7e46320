"""The lake: Delta tables in one folder. The only file that knows Delta and Parquet.

`<root>/tables/<name>` holds one Delta table per table of the schema. Writing is exactly-once by two means:

* **offsets**: a commit carries, as Delta application transactions, how far each source was consumed. They are read
  and written through one handle, so that of two writers the second fails (`LakeRace`): of one source by its offset,
  of any two sources by a transaction that all appends share, because both may bring the same record.
* **keys**: a row whose `record_id` the lake has already (same pool, same time) is not written again, whatever
  source it came from. So a file, its rotation, a copy and a remote query of one record are one row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from pipeline.errors import LakeError, LakeRace
from pipeline.schema import TABLES, Table

BLOBS = tuple(column.name for table in TABLES for column in table.columns if column.type == "blob")
WRITER = WriterProperties(
    compression="ZSTD",
    compression_level=3,
    max_row_group_size=122_880,
    # a rejected record can have 64 MiB: dictionary and statistics would copy it again and again
    column_properties={name: ColumnProperties(dictionary_enabled=False, statistics_enabled="NONE") for name in BLOBS},
)

ALL_APPENDS = "append"
"""Application id that every append carries: of two at a time the second fails and looks again for what is known."""


@dataclass(frozen=True)
class Appended:
    """What came of an append: rows that were new (also by source), and rows that lake or batch had already."""

    new: int
    known: int
    new_by_source: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """One table at one version: what a build reads, however many commits come meanwhile."""

    table: Table
    version: int
    files: tuple[str, ...]


class Lake:
    """A folder of Delta tables, one per table of the schema."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def cubes(self) -> Path:
        """Folder of the published cubes."""
        return self.root / "cubes"

    def create(self) -> None:
        """Make the folder and those tables that it lacks. Raises LakeError where that is not possible."""
        try:
            (self.root / "tables").mkdir(parents=True, exist_ok=True)
            for table in TABLES:
                DeltaTable.create(self._path(table), schema=table.arrow, mode="ignore", description=table.grain)
        except (OSError, DeltaError) as error:
            raise LakeError(f"cannot create the lake in {self.root}: {error}", "Is the folder writable?") from error

    def require(self) -> None:
        """Raise LakeError if there is no lake: before anything else is written beside it."""
        if not all(DeltaTable.is_deltatable(str(self._path(table))) for table in TABLES):
            raise self._missing()

    def writer(self, table: Table) -> "TableWriter":
        """A handle on the table as it is now; take a new one after a LakeRace."""
        return TableWriter(self._open(table), table)

    def snapshot(self, table: Table) -> Snapshot:
        """The table's newest version and its files."""
        delta = self._open(table)
        return Snapshot(table, delta.version(), tuple(sorted(delta.file_uris())))

    def read(self, table: Table, columns: list[str] | None = None) -> pa.Table:
        """All rows of a table's newest version, in no order: for small tables and for tests."""
        return query_files(self.snapshot(table), columns)

    def count(self, table: Table) -> int:
        """Rows of a table's newest version, from the files' metadata."""
        snapshot = self.snapshot(table)
        if not snapshot.files:
            return 0
        with duckdb.connect() as con:
            counted = con.sql("SELECT count(*) FROM read_parquet($files)", params={"files": list(snapshot.files)})
            return int(counted.fetchall()[0][0])

    def _open(self, table: Table) -> DeltaTable:
        try:
            return DeltaTable(self._path(table))
        except TableNotFoundError as error:
            raise self._missing() from error

    def _missing(self) -> LakeError:
        hint = "`htc-ledger ingest` makes it, HTC_LEDGER_LAKE or `lake` in ledger.toml chooses it."
        return LakeError(f"there is no lake in {self.root}", hint)

    def _path(self, table: Table) -> Path:
        return self.root / "tables" / table.name


def query_files(snapshot: Snapshot, columns: list[str] | None = None) -> pa.Table:
    """The rows of a snapshot as Arrow."""
    wanted = columns or [column.name for column in snapshot.table.columns]
    schema = pa.schema([snapshot.table.column(name).arrow for name in wanted])
    if not snapshot.files:
        return schema.empty_table()
    names = ", ".join(f'"{name}"' for name in wanted)
    with duckdb.connect() as con:
        relation = con.sql(f"SELECT {names} FROM read_parquet($files)", params={"files": list(snapshot.files)})
        return relation.to_arrow_table().cast(schema)


class TableWriter:
    """One table at one version, through one handle: an append is checked against the offsets that were read here."""

    def __init__(self, delta: DeltaTable, table: Table) -> None:
        self._delta = delta
        self.table = table

    def consumed(self, source: str) -> int:
        """Bytes of that source that this table has taken in; 0 for a source that it has not seen."""
        return self._delta.transaction_version(source) or 0

    def append(self, rows: pa.Table, consumed: Mapping[str, int]) -> Appended:
        """Add the rows that are not there yet, and note how far each source was consumed, in one commit.

        Raises LakeRace if another writer committed the same source meanwhile: take a new writer and start again
        from its `consumed`. Without new rows and without offsets nothing is committed.
        """
        fresh = self._unknown(rows.cast(self.table.arrow))
        if not fresh.num_rows and not consumed:
            return Appended(0, rows.num_rows)
        marks = [Transaction(source, offset) for source, offset in consumed.items()]
        marks.append(Transaction(ALL_APPENDS, self._delta.version() + 1))
        try:
            write_deltalake(
                self._delta,
                fresh,
                mode="append",
                writer_properties=WRITER,
                commit_properties=CommitProperties(app_transactions=marks),
            )
        except CommitFailedError as error:
            raise LakeRace(f"table {self.table.name}: another writer committed first") from error
        except (OSError, DeltaError) as error:
            hint = "Nothing was half-written: mend the cause and run the same command again."
            raise LakeError(f"table {self.table.name} cannot be written: {error}", hint) from error
        by_source = {one["values"]: one["counts"] for one in fresh.column("source").value_counts().to_pylist()}
        return Appended(fresh.num_rows, rows.num_rows - fresh.num_rows, by_source)

    def _unknown(self, rows: pa.Table) -> pa.Table:
        """The rows whose record_id is neither in the lake nor earlier in the batch."""
        if not rows.num_rows:
            return rows
        ids = rows.column("record_id").combine_chunks()
        first = pc.index_in(ids, value_set=ids)  # index of the first row with that id
        fresh = pc.equal(first, pa.array(range(rows.num_rows), pa.int32()))
        known = self._known(rows)
        if len(known):
            fresh = pc.and_(fresh, pc.invert(pc.is_in(ids, value_set=known)))
        return rows if pc.all(fresh).as_py() else rows.filter(fresh)

    def _known(self, rows: pa.Table) -> pa.Array:
        """Ids that the lake holds for the batch's pools and span of time."""
        files = self._delta.file_uris()
        if not files:
            return pa.array([], pa.int64())
        span = pc.min_max(rows.column(self.table.time)).as_py()
        with duckdb.connect() as con:
            found = con.sql(
                f"SELECT DISTINCT record_id FROM read_parquet($files) WHERE list_contains($pools, pool) "
                f'AND ("{self.table.time}" IS NULL OR "{self.table.time}" BETWEEN $low AND $high)',
                params={
                    "files": files,
                    "pools": rows.column("pool").unique().to_pylist(),
                    "low": span["min"],
                    "high": span["max"],
                },
            )
            return found.to_arrow_table().column("record_id").combine_chunks()
