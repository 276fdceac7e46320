"""The tables of the published cube as they are of one month -> Parquet files, each with its hash.

By day where a table has days, by job where it has jobs, else whole. Tables of the present are left empty: they say
nothing of a month, but questions may name them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from pipeline.closing.durable import seal
from pipeline.closing.manifest import ClosedFile, digest
from pipeline.closing.month import Month
from pipeline.closing.records import RECORD_SQL, RECORDS, REJECT_SQL, REJECTS
from pipeline.lake_errors import lake_errors
from pipeline.serving.rollups import MADE_TO_SERVE

OF_NOW = frozenset(
    {
        *("slot_now", "capacity", "capacity_gpu", "ce_site", "provisional", "queue_now", "reject_example"),
        *("idle_group", "slot_offer", "account_now", "schedd_now", "negotiation"),
    }
)
LIVE = "live"
WIDE = ("HUGEINT", "UHUGEINT")
"""Integers that Parquet has no type for (DuckDB would write rounded ones): they are written as text."""
FACTS = ("wall_s", "mcore_s", "gpu_s", "memory_mib_s", "cpu_used_us", "cpu_measured_us", "mcore_measured_s")


@dataclass(frozen=True)
class Copied:
    """A query to be written, the name of what it is, and its columns with their SQL types."""

    table: str
    sql: str
    columns: dict[str, str]


@contextmanager
def workbench(memory_mib: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to nothing, with bounded memory and a place to spill to."""
    with TemporaryDirectory(prefix="htc-ledger-") as spill:
        config: dict[str, Any] = {"memory_limit": f"{memory_mib}MiB", "temp_directory": spill}
        with duckdb.connect(config=config) as con:
            yield con


def attach(con: duckdb.DuckDBPyConnection, cube: Path, name: str = LIVE) -> None:
    """Open a cube's file for reading, under that name."""
    quoted = str(cube).replace("'", "''")
    with lake_errors(f"{cube} cannot be opened", "Run `htc-ledger build`, and this again."):
        con.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")


def tables_of(con: duckdb.DuckDBPyConnection, database: str = LIVE) -> dict[str, dict[str, str]]:
    """Table -> column -> SQL type of an attached cube; a month is closed in the ledger's own zone."""
    rows = con.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = ? "
        "AND schema_name = 'main' ORDER BY table_name, column_index",
        [database],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, type_ in rows:
        found.setdefault(table, {})[column] = type_
    return found


def what_to_copy(con: duckdb.DuckDBPyConnection, month: Month) -> Iterator[Copied]:
    """Every table of the attached cube, and the records behind it, restricted to the month."""
    _name_jobs(con, month)
    for table, columns in tables_of(con).items():
        if table in MADE_TO_SERVE:
            continue
        sql = f'SELECT {_written(columns)} FROM {LIVE}."{table}" WHERE {_condition(table, columns)}'
        yield Copied(table, sql, columns)
    for name, sql in ((RECORDS, RECORD_SQL.format(ledger=LIVE)), (REJECTS, REJECT_SQL)):
        columns = {row[0]: row[1] for row in con.execute(f"DESCRIBE {sql}").fetchall()}
        condition = "job_id IN (SELECT job_id FROM month_job)" if "job_id" in columns else "true"
        yield Copied(name, f"SELECT {_written(columns)} FROM ({sql}) WHERE {condition}", columns)


def write(con: duckdb.DuckDBPyConnection, copied: Copied, folder: Path) -> ClosedFile:
    """Write one table, its rows in a fixed order; on the disk and read-only when this returns. Raises LakeError."""
    path = folder / f"{copied.table}.parquet"
    with lake_errors(f"{path} cannot be written"):
        quoted = str(path).replace("'", "''")
        con.execute(f"COPY ({copied.sql} ORDER BY ALL) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
        seal(path)
        counted = con.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall()
        return ClosedFile(
            table=copied.table,
            name=path.name,
            rows=counted[0][0],
            size=path.stat().st_size,
            sha256=digest(path),
            columns=copied.columns,
        )


def view(file: ClosedFile, folder: Path) -> str:
    """A FROM item with a written table's rows, each column of the type that it had."""
    quoted = str(folder / file.name).replace("'", "''")
    columns = ", ".join(f'"{name}"::{type_} AS "{name}"' for name, type_ in file.columns.items())
    return f"(SELECT {columns} FROM read_parquet('{quoted}'))"


def totals(con: duckdb.DuckDBPyConnection, source: str) -> dict[str, dict[str, dict[str, int | None]]]:
    """booking -> pool -> fact -> sum over a table of days."""
    sums = ", ".join(f"sum({fact}) AS {fact}" for fact in FACTS)
    rows = con.execute(f"SELECT booking, pool, {sums} FROM {source} GROUP BY ALL ORDER BY ALL").fetchall()
    found: dict[str, dict[str, dict[str, int | None]]] = {}
    for booking, pool, *values in rows:
        found.setdefault(booking, {})[pool] = dict(zip(FACTS, values, strict=True))
    return found


def _name_jobs(con: duckdb.DuckDBPyConnection, month: Month) -> None:
    """Table `month_job`: the jobs that are charged on a day of the month, in either booking."""
    con.execute("SET VARIABLE first = ?", [month.first])
    con.execute("SET VARIABLE last = ?", [month.last])
    con.execute(
        f"""
        CREATE TEMP TABLE month_job AS
        SELECT job_id FROM {LIVE}.charge WHERE day BETWEEN getvariable('first') AND getvariable('last')
        UNION
        SELECT job_id FROM {LIVE}.charge_ended WHERE day BETWEEN getvariable('first') AND getvariable('last')
        """
    )


def _condition(table: str, columns: dict[str, str]) -> str:
    if table in OF_NOW:
        return "false"
    if "day" in columns:
        return "day BETWEEN getvariable('first') AND getvariable('last')"
    if "job_id" in columns:
        return "job_id IN (SELECT job_id FROM month_job)"
    if {"pool", "ap", "global_job_id"} <= columns.keys():
        return "md5_number(concat_ws(chr(31), pool, ap, global_job_id)) IN (SELECT job_id FROM month_job)"
    return "true"


def _written(columns: dict[str, str]) -> str:
    return ", ".join(
        f'"{name}"::VARCHAR AS "{name}"' if type_ in WIDE else f'"{name}"' for name, type_ in columns.items()
    )
