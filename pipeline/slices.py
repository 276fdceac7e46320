"""Records cut into slices of whole jobs, so that models of jobs are made in bounded memory, however many there are.

In: the rows of RECORDS, as SQL. Out: Parquet files by slice in a scratch folder, and, one slice at a time, views
`lake_<table>` of them in an empty schema.

A job is its GlobalJobId and its cluster and proc on its access point. An id tells both, so the jobs of a cluster are
in one slice; records whose id tells another place than the record itself, and all of both clusters, are in slice 0.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.lake import listed, quoted, scan
from pipeline.reads import RECORDS, read_by_job
from pipeline.schema import Table
from pipeline.workbench import Workbench

SCHEMA = "slice.main"
"""What is made of one slice is made here."""

_PLACE_OF_ID = "split_part(global_job_id, '#', 2)"
_DISAGREES = f"global_job_id IS NOT NULL AND {_PLACE_OF_ID} IS DISTINCT FROM concat(cluster, '.', proc)"
_ROWS_HELD = 20_000
"""Rows of each slice that are held while the files are written."""


@dataclass(frozen=True)
class Slice:
    """Some whole jobs: per table of RECORDS the rows, as an SQL query, and the folders of their files."""

    rows: Mapping[Table, str]
    number: int
    of: int
    folders: tuple[Path, ...] = ()

    def forget(self) -> None:
        """Remove its files."""
        for folder in self.folders:
            shutil.rmtree(folder)


def cut(con: duckdb.DuckDBPyConnection, rows: Mapping[Table, str], scratch: Path, largest: int) -> list[Slice]:
    """Slices of about `largest` records; where there are no more than that, one of the rows as they are.

    `rows` are SQL queries, that have the columns of their table; `scratch` is a folder for files.
    """
    total = sum(_count(con, query) for query in rows.values())
    if total <= largest:
        return [Slice(rows, 1, 1)]
    parts = -(-total // largest)
    _find_odd_clusters(con, rows)
    con.execute(f"SET partitioned_write_flush_threshold = {_ROWS_HELD}")
    for table, query in rows.items():
        con.execute(
            f"""
            COPY (
                SELECT {", ".join(f'said."{name}"' for name in read_by_job(table))}, {_slice_of("said", parts)} AS slice
                FROM ({query}) AS said
                LEFT JOIN odd_cluster USING (pool, ap, cluster)
            )
            TO {quoted(str(scratch / table.name))} (FORMAT parquet, COMPRESSION snappy, PARTITION_BY (slice))
            """
        )
    con.execute("DROP TABLE odd_cluster")
    return _slices(scratch)


@contextmanager
def mounted(bench: Workbench, part: Slice) -> Iterator[None]:
    """Views `lake_<table>` of the slice in SCHEMA, a database in memory: gone afterwards with what was made in it."""
    bench.con.execute("ATTACH ':memory:' AS slice")
    try:
        for table, query in part.rows.items():
            bench.con.execute(f'CREATE VIEW {SCHEMA}."lake_{table.name}" AS {query}')
        yield
    finally:
        bench.look_in("work.main")
        bench.con.execute("DETACH slice")


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0])


def _find_odd_clusters(con: duckdb.DuckDBPyConnection, rows: Mapping[Table, str]) -> None:
    """Table `odd_cluster`: those of records whose id tells another place, and those that the id tells."""
    said = " UNION ALL ".join(
        f"SELECT pool, ap, global_job_id, cluster FROM ({query}) WHERE {_DISAGREES}" for query in rows.values()
    )
    con.execute(
        f"""
        CREATE TEMP TABLE odd_cluster AS
        WITH said AS ({said})
        SELECT pool, ap, cluster, true AS is_odd FROM said WHERE cluster IS NOT NULL
        UNION
        SELECT pool, ap, named, true
        FROM (SELECT pool, ap, TRY_CAST(split_part({_PLACE_OF_ID}, '.', 1) AS BIGINT) AS named FROM said)
        WHERE named IS NOT NULL
        """
    )


def _slice_of(said: str, parts: int) -> str:
    return (
        f"CASE WHEN is_odd OR {said}.cluster IS NULL OR ({_DISAGREES}) THEN 0 "
        f"ELSE 1 + hash({said}.pool, {said}.ap, {said}.cluster) % {parts} END"
    )


def _slices(scratch: Path) -> list[Slice]:
    names = sorted({folder.name for table in RECORDS for folder in (scratch / table.name).glob("slice=*")})
    return [_slice(scratch, name, number, len(names)) for number, name in enumerate(names, start=1)]


def _slice(scratch: Path, name: str, number: int, of: int) -> Slice:
    folders = {table: scratch / table.name / name for table in RECORDS}
    rows = {}
    for table, folder in folders.items():
        files = sorted(map(str, folder.glob("*.parquet")))
        rows[table] = f"SELECT {', '.join(read_by_job(table))} FROM {scan(table, listed(files))}"
    return Slice(rows, number, of, tuple(folder for folder in folders.values() if folder.exists()))
