"""The lake: Delta tables in one folder. With `part`, `commit` and `rewrite` all that knows Delta and Parquet.

`<root>/tables/<name>` holds one Delta table per table of the schema. Writing is exactly-once by two means:

* **offsets**: a commit carries, as Delta application transactions, how far each source was consumed. They are read
  and written through one handle, so that of two writers the second fails (`LakeRace`): of one source by its offset,
  of any two sources by a transaction that all appends share, because both may bring the same record.
* **keys**: a row whose `record_id` the lake has already (same pool, same time) is not written again, whatever
  source it came from. So a file, its rotation, a copy and a remote query of one record are one row.

A lake that an older version made is brought up to today's schema when it is written to; reading does without.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable, Schema
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from pipeline.commit import ALL_APPENDS, ALL_REWRITES, commit, forget, stored_files
from pipeline.courtesy import courteously
from pipeline.errors import LakeError, LakeRace
from pipeline.lake_errors import FAILURES, lake_errors
from pipeline.part import Part, PartWriter
from pipeline.schema import TABLES, Table
from pipeline.schema.column import DUCKDB_TYPES

_TRIES = 5


@dataclass(frozen=True)
class Appended:
    """What came of an append: rows that were new (also by source), and rows that lake or batch had already."""

    new: int
    known: int
    new_by_source: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """One table at one version: what a build reads, however many commits come meanwhile.

    A table that the lake does not have yet, because an older version made it, has version -1 and no files.
    """

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
        """Make the folder, and what tables and columns it lacks. Raises LakeError where that is not possible."""
        with lake_errors(f"cannot create the lake in {self.root}", "Is the folder writable?"):
            (self.root / "tables").mkdir(parents=True, exist_ok=True)
            for table in TABLES:
                self._create(table)

    def require(self) -> None:
        """Raise LakeError if there is no lake: before anything else is written beside it."""
        if not self.exists:
            raise self._missing()

    @property
    def exists(self) -> bool:
        """Whether any table is there; those that an older version did not know are made when they are written to."""
        with lake_errors(f"the lake in {self.root} cannot be read"):
            return any((self.folder(table) / "_delta_log").is_dir() for table in TABLES)

    def writer(self, table: Table) -> "TableWriter":
        """A handle on the table as it is now; take a new one after a LakeRace."""
        return TableWriter(self.open(table), table, self.folder(table))

    def open(self, table: Table) -> DeltaTable:
        """The table at its newest version, with today's columns. Raises LakeError."""
        self.require()
        with lake_errors(f"table {table.name} cannot be opened"):
            return self._create(table)

    def snapshot(self, table: Table, version: int | None = None) -> Snapshot:
        """The table's newest version and its files, or those of an older one, while the log knows it."""
        self.require()
        if version == -1:
            return Snapshot(table, -1, ())
        with lake_errors(f"table {table.name} cannot be read"):
            try:
                delta = DeltaTable(self.folder(table), version=version)
            except TableNotFoundError:
                return Snapshot(table, -1, ())
            return Snapshot(table, delta.version(), tuple(sorted(paths_of(delta))))

    def read(self, table: Table, columns: list[str] | None = None) -> pa.Table:
        """All rows of a table's newest version, in no order: for small tables and for tests."""
        return query_files(self.snapshot(table), columns)

    def count(self, table: Table) -> int:
        """Rows of a table's newest version, from the files' metadata."""
        snapshot = self.snapshot(table)
        if not snapshot.files:
            return 0
        with lake_errors(f"table {table.name} cannot be read"), duckdb.connect() as con:
            counted = con.sql("SELECT count(*) FROM read_parquet($files)", params={"files": list(snapshot.files)})
            return int(counted.fetchall()[0][0])

    def committing(self) -> AbstractContextManager[bool]:
        """Let other processes of this host wait while one commits; they go on without after half a minute."""
        return courteously(self.root / "commit.lock")

    def folder(self, table: Table) -> Path:
        """Where the table's files are."""
        return self.root / "tables" / table.name

    def _create(self, table: Table) -> DeltaTable:
        """The table, made or brought up to today's schema if need be, whoever does the same at this moment."""
        for _ in range(_TRIES):
            try:
                return self._evolved(table)
            except CommitFailedError:  # another process was faster: look again
                continue
        raise LakeRace(f"table {table.name}: others change it all the time", "Run it again.")

    def _evolved(self, table: Table) -> DeltaTable:
        folder = self.folder(table)
        if not (folder / "_delta_log" / f"{0:020}.json").exists() and not DeltaTable.is_deltatable(folder):
            DeltaTable.create(
                folder, table.arrow, mode="ignore", description=table.grain, configuration=_properties(table)
            )
        delta = DeltaTable(folder)
        known = {field.name for field in delta.schema().fields}
        missing = [column.arrow for column in table.columns if column.name not in known]
        if missing:
            delta.alter.add_columns(Schema.from_arrow(pa.schema(missing)).fields)
        if not _properties(table).items() <= delta.metadata().configuration.items():
            delta.alter.set_table_properties(_properties(table))
        return delta

    def _missing(self) -> LakeError:
        hint = "`htc-ledger ingest` makes it, HTC_LEDGER_LAKE or `lake` in ledger.toml chooses it."
        return LakeError(f"there is no lake in {self.root}", hint)


def _properties(table: Table) -> dict[str, str]:
    """The log's end is what a reader and a racing writer need; its past, and other columns' spans, are of no use."""
    return {"delta.logRetentionDuration": "interval 48 hours", "delta.dataSkippingStatsColumns": table.time}


def scan(table: Table, files: str | None) -> str:
    """A FROM item with the table's columns, each of its type; `files` is SQL (a list of names, or a parameter) or None.

    Columns that a file lacks, because it was written before they were, are null.
    """
    nulls = ", ".join(f'NULL::{DUCKDB_TYPES[column.type]} AS "{column.name}"' for column in table.columns)
    rows = "" if files is None else f" UNION ALL BY NAME SELECT * FROM read_parquet({files}, union_by_name = true)"
    return f"(SELECT {nulls} WHERE false{rows})"


def paths_of(delta: DeltaTable, when: str | None = None) -> list[str]:
    """Paths of the table's files, or of those that can hold such rows; delta-rs writes a space as %20."""
    return [unquote(uri) for uri in delta.file_uris(file_pruning_predicate=when)]


def listed(files: Sequence[str]) -> str | None:
    """File names as an SQL list; None where there are none."""
    return f"[{', '.join(map(quoted, files))}]" if files else None


def quoted(path: str) -> str:
    """A file name as an SQL string, where SQL takes no parameters. The names are those that the lake itself gave."""
    return "'" + path.replace("'", "''") + "'"


def column_names(table: Table) -> str:
    """The table's columns, to be selected."""
    return ", ".join(f'"{column.name}"' for column in table.columns)


def query_files(snapshot: Snapshot, columns: list[str] | None = None) -> pa.Table:
    """The rows of a snapshot as Arrow."""
    table = snapshot.table
    wanted = columns or [column.name for column in table.columns]
    schema = pa.schema([table.column(name).arrow for name in wanted])
    if not snapshot.files:
        return schema.empty_table()
    names = ", ".join(f'"{name}"' for name in wanted)
    with lake_errors(f"table {table.name} cannot be read"), duckdb.connect() as con:
        relation = con.sql(f"SELECT {names} FROM {scan(table, '$files')}", params={"files": list(snapshot.files)})
        return relation.to_arrow_table().cast(schema)


class TableWriter:
    """One table at one version, through one handle: an append is checked against the offsets that were read here."""

    def __init__(self, delta: DeltaTable, table: Table, folder: Path) -> None:
        self._delta = delta
        self._folder = folder
        self.table = table

    def consumed(self, source: str) -> int:
        """Bytes of that source that this table has taken in; 0 for a source that it has not seen."""
        return self._delta.transaction_version(source) or 0

    def append(self, rows: pa.Table, consumed: Mapping[str, int]) -> Appended:
        """Add the rows that are not there yet, and note how far each source was consumed, in one commit.

        Raises LakeRace if another writer committed meanwhile: take a new writer and start again from its `consumed`;
        LakeError if it cannot be written. Without new rows and without offsets nothing is committed.
        """
        with lake_errors(f"table {self.table.name} cannot be written"):
            fresh = self._unknown(rows.cast(self.table.arrow))
            if not fresh.num_rows and not consumed:
                return Appended(0, rows.num_rows)
            parts = write_parts(self._folder, self.table, fresh)
        marks = {**consumed, ALL_APPENDS: self._delta.version() + 1}
        try:
            commit(self._delta, self.table, parts, (), marks)
        except LakeError:
            forget(self._folder, self.table, parts)
            raise
        by_source = {one["values"]: one["counts"] for one in fresh.column("source").value_counts().to_pylist()}
        return Appended(fresh.num_rows, rows.num_rows - fresh.num_rows, by_source)

    def replace(self, rows: pa.Table, pool: str, ap: str) -> None:
        """Put the rows, all of one access point, in the place of those that the table has of it, in one commit.

        For a table that is written by nothing else: each of its files then holds one access point. Raises LakeRace if
        another writer committed meanwhile, LakeError if it cannot be written.
        """
        with lake_errors(f"table {self.table.name} cannot be written"):
            files = stored_files(self._delta, self.table)
            old = {Path(name).name for name in self._files_of(pool, ap)}
            parts = write_parts(self._folder, self.table, rows.cast(self.table.arrow))
        version = self._delta.version() + 1
        gone = [file for file in files if file.name in old]
        try:
            commit(self._delta, self.table, parts, gone, {ALL_APPENDS: version, ALL_REWRITES: version})
        except LakeError:
            forget(self._folder, self.table, parts)
            raise

    def _files_of(self, pool: str, ap: str) -> list[str]:
        files = paths_of(self._delta)
        if not files:
            return []
        with duckdb.connect() as con:
            found = con.execute(
                "SELECT DISTINCT filename FROM read_parquet($files, union_by_name = true, filename = true) "
                "WHERE pool = $pool AND ap = $ap",
                {"files": files, "pool": pool, "ap": ap},
            )
            return [row[0] for row in found.fetchall()]

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
        span = pc.min_max(rows.column(self.table.time)).as_py()
        when = f"{self.table.time} IS NULL"
        if span["min"] is not None:
            when += f" OR {self.table.time} BETWEEN {span['min']:d} AND {span['max']:d}"
        pools = rows.column("pool").unique()
        files = paths_of(self._delta, when)
        found = [ids for file in files for ids in _ids_in(file, self.table, pools, span["min"], span["max"])]
        return pa.chunked_array(found, pa.int64()).unique()


def _ids_in(file: str, table: Table, pools: pa.Array, first: int | None, last: int | None) -> Iterator[pa.Array]:
    """Ids of a file's rows of those pools whose time is in that span or not known; a row group at a time."""
    with pq.ParquetFile(file) as parquet:
        for group in range(parquet.num_row_groups):
            rows = parquet.read_row_group(group, ["record_id", "pool", table.time], use_threads=False)
            times = rows.column(table.time)
            wanted = pc.is_null(times)
            if first is not None:
                within = pc.and_(pc.greater_equal(times, first), pc.less_equal(times, last))
                wanted = pc.or_(wanted, pc.fill_null(within, False))
            chosen = pc.and_(wanted, pc.is_in(rows.column("pool"), value_set=pools))
            yield rows.column("record_id").filter(chosen).combine_chunks()


def write_parts(folder: Path, table: Table, rows: pa.Table) -> list[Part]:
    """The rows as files in the table's folder that no commit names yet. Raises OSError; nothing is left then."""
    writer = PartWriter(folder, table)
    try:
        writer.write(rows)
        return writer.close()
    except FAILURES:
        writer.abandon()
        raise
