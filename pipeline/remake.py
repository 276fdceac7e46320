"""A table made anew: rows that were made of archived records give way to those that are made of them today.

In: the table, the archive at one version, files with the rows that its records give today. Out: one commit, after
which the table holds these, and the rows whose bytes are not archived as they were. Rows that collectors append
meanwhile stay. Nothing is committed where nothing would change.

A row was made of an archived record if it has its id; a transfer record's further rows are told by its first one.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.archive import SAME_RECORD
from pipeline.commit import Stored
from pipeline.errors import LakeRace
from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.part import Part
from pipeline.rewrite import Rewrite, rows_of
from pipeline.schema import ARCHIVE, TRANSFER, Table

_TRIES = 10
_IDS = """
    WITH archived AS (SELECT made AS archived_made, record_id AS archived_id FROM {archive}),
    ids AS (
        SELECT archived_id AS record_id FROM archived WHERE archived_made = '{made}'
        UNION ALL
        SELECT record_id FROM {made_ids} SEMI JOIN archived USING (archived_made, archived_id) WHERE made = '{made}'
    )
"""
_AS_THEY_WERE = _IDS + "SELECT {columns} FROM {rows} ANTI JOIN ids USING (record_id)"
_SAME = " AND ".join(f"row.{name} IS NOT DISTINCT FROM first.{name}" for name in SAME_RECORD)
_AS_THEY_WERE_OF_SEVERAL = f"""{_IDS}
    SELECT {{columns}} FROM {{rows}} AS row
    ANTI JOIN (SELECT {", ".join(SAME_RECORD)} FROM {{rows}} SEMI JOIN ids USING (record_id)) AS first ON {_SAME}
"""
_NO_IDS = "(SELECT '' AS made, 0 AS record_id, '' AS archived_made, 0 AS archived_id WHERE false)"
_ROWS_AT_A_TIME = 10_000


@dataclass(frozen=True)
class Remade:
    """What came of a table: its rows, those of them that stayed as they were, and whether anything changed."""

    table: str
    rows: int
    as_they_were: int
    changed: bool


@dataclass(frozen=True)
class Archived:
    """The archive at one version, and the files with further ids of rows that were made of its records."""

    files: list[str]
    made_ids: list[str]


def remake(
    lake: Lake, table: Table, archive: Archived, remade: Sequence[Path], con: duckdb.DuckDBPyConnection
) -> Remade:
    """Put the rows in `remade` in the place of those that were made of the archive's records.

    Raises LakeRace if another process rewrites the table, LakeError if it cannot be read or written; the table is
    then as it was.
    """
    return _Remaking(lake, table, archive, [str(path) for path in remade], con).go()


class _Remaking:
    """One table being made anew."""

    def __init__(
        self, lake: Lake, table: Table, archive: Archived, remade: list[str], con: duckdb.DuckDBPyConnection
    ) -> None:
        self._lake, self._table, self._archive, self._remade, self._con = lake, table, archive, remade, con
        self._base = Rewrite(lake, table)
        self._as_they_were = 0

    def go(self) -> Remade:
        parts = self._base.write(self._rows())
        rows = sum(part.rows for part in parts)
        made = [str(self._base.folder / part.name) for part in parts]
        if self._digest(self._base.paths()) == self._digest(made):
            self._base.forget(parts)
            return Remade(self._table.name, rows, self._as_they_were, changed=False)
        try:
            self._put_in_force(parts, made)
        except BaseException:
            self._base.forget(parts)
            raise
        return Remade(self._table.name, rows, self._as_they_were, changed=True)

    def _rows(self) -> Iterator[pa.Table]:
        """The rows that stay as they were, then today's of the archived records, each once."""
        once = _Once(self._twice())
        for rows in self._without_bytes():
            self._as_they_were += rows.num_rows
            yield once(rows)
        for path in self._remade:
            for rows in rows_of(path, self._table):
                yield once(rows)

    def _without_bytes(self) -> Iterator[pa.Table]:
        """The rows that were made of no archived record."""
        if self._base.files:
            sql, params = self._without_bytes_of(", ".join(f'"{column.name}"' for column in self._table.columns))
            with lake_errors(f"table {self._table.name} cannot be read"):
                for batch in self._con.sql(sql, params=params).to_arrow_reader(_ROWS_AT_A_TIME):
                    yield pa.Table.from_batches([batch]).cast(self._table.arrow)

    def _without_bytes_of(self, columns: str) -> tuple[str, dict[str, list[str]]]:
        """Those columns of the rows that were made of no archived record, as SQL with its parameters."""
        archive, made_ids = self._archive.files, self._archive.made_ids
        given = {"archive": archive, "made_ids": made_ids, "files": self._base.paths()}
        sql = (_AS_THEY_WERE_OF_SEVERAL if self._table is TRANSFER else _AS_THEY_WERE).format(
            archive=scan(ARCHIVE, "$archive" if archive else None),
            made_ids="read_parquet($made_ids)" if made_ids else _NO_IDS,
            rows=scan(self._table, "$files"),
            columns=columns,
            made=self._table.name,
        )
        return sql, {name: files for name, files in given.items() if files}

    def _twice(self) -> set[int]:
        """Ids that come more than once: of records that differed in what is no longer read, or were read again."""
        if not self._remade:
            return set()
        remade = scan(self._table, "$remade")
        found = self._ids(f"SELECT record_id FROM {remade} GROUP BY record_id HAVING count(*) > 1", remade=self._remade)
        if self._base.files:
            sql, params = self._without_bytes_of("record_id")
            sql = f"SELECT record_id FROM ({sql}) SEMI JOIN {remade} USING (record_id)"
            found |= self._ids(sql, remade=self._remade, **params)
        return found

    def _put_in_force(self, parts: Sequence[Part], made: Sequence[str]) -> None:
        """Swap the files; what was appended since the beginning stays, less what the new files have, too."""
        for _ in range(_TRIES):
            with self._lake.committing():
                now = Rewrite(self._lake, self._table)
                late = [file for file in now.files if file not in self._base.files]
                if len(now.files) - len(late) < len(self._base.files):
                    raise LakeRace(f"table {self._table.name}: another process rewrote it meanwhile", "Run it again.")
                more = self._late_rows(now, late, made)
                try:
                    removed = [*self._base.files, *(late if more is not None else ())]
                    now.commit(removed, [*parts, *(more or ())], is_new=True, before_appends=True)
                except LakeRace:
                    now.forget(more or ())
                else:
                    return
        raise LakeRace(f"table {self._table.name}: others write it all the time", "Stop the collectors meanwhile.")

    def _late_rows(self, now: Rewrite, late: Sequence[Stored], made: Sequence[str]) -> list[Part] | None:
        """New files for those that were appended meanwhile, if they hold a row that is made anew, too; else None."""
        if not late or not made:
            return None
        appended, again = scan(self._table, "$late"), scan(self._table, "$made")
        sql = f"SELECT record_id FROM {appended} SEMI JOIN {again} USING (record_id)"
        known = self._ids(sql, late=now.paths(late), made=list(made))
        once = _Once(known, seen=known)
        files = (rows_of(now.path(file), self._table) for file in late) if known else ()
        return now.write(once(rows) for file in files for rows in file) if known else None

    def _ids(self, sql: str, **files: list[str]) -> set[int]:
        with lake_errors(f"table {self._table.name} cannot be read"):
            return set(self._con.sql(sql, params=files).to_arrow_table().column(0).to_pylist())

    def _digest(self, files: list[str]) -> tuple[int, int | None]:
        """The same for equal rows, in whatever order and files: their number, and the sum of their hashes."""
        if not files:
            return 0, None
        names = ", ".join(f'"{column.name}"' for column in self._table.columns)
        sql = f"SELECT count(*), sum(hash({names})) FROM {scan(self._table, '$files')}"
        with lake_errors(f"table {self._table.name} cannot be read"):
            rows, total = self._con.sql(sql, params={"files": files}).fetchall()[0]
        return int(rows), None if total is None else int(total)


class _Once:
    """Lets each row through once, of those whose ids are named; all others as they are."""

    def __init__(self, ids: set[int], seen: Collection[int] = ()) -> None:
        self._ids, self._seen = pa.array(sorted(ids), pa.int64()), set(seen)

    def __call__(self, rows: pa.Table) -> pa.Table:
        column = rows.column("record_id")
        if not len(self._ids) or not pc.any(pc.is_in(column, value_set=self._ids)).as_py():
            return rows
        named = pc.is_in(column, value_set=self._ids).to_pylist()
        fresh = [
            not is_named or self._is_first(record_id)
            for is_named, record_id in zip(named, column.to_pylist(), strict=True)
        ]
        return rows.filter(pa.array(fresh))

    def _is_first(self, record_id: int) -> bool:
        first = record_id not in self._seen
        self._seen.add(record_id)
        return first
