"""What the lake holds of one job: rows of its records, the bytes behind them, and records of it that were rejected.

Files are read with the job's ids as filters, so that DuckDB skips what cannot hold them; bytes by the records' times.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.receipt.naming import Named
from pipeline.schema import ARCHIVE, ATTEMPT_RECORD, JOB, REJECT, SOURCE_FILE, TRANSFER, Table

Row = Mapping[str, Any]
TABLES = (JOB, ATTEMPT_RECORD, TRANSFER)
_FOUND = ("record_type", "record_id", "source", "offset_bytes", "read_utc", "global_job_id")
_WANTED = (
    *("run_instance", "write_utc", "shadow_start_utc", "start_utc", "status_utc", "completion_utc", "submit_utc"),
    *("wall_s", "shadow_starts", "status", "last_status", "exit_code", "exit_by_signal", "exit_signal"),
    *("success_exit_code", "hold_code", "hold_reason", "remove_reason", "vacate_code", "vacate_reason", "command"),
)
REJECTS_SHOWN = 20
BYTES_LOOKED_AT = 65_536


def records_of(lake: Lake, named: Named) -> list[Row]:
    """Every record of the job, with its `table`, `path` and `time_utc`; older jobs of the same ids are left out."""
    found = [row for table in TABLES for row in _rows(lake, table, named)]
    found = _once(found)
    paths = _paths(lake, {row["source"] for row in found if row["source"]})
    return [{**row, "path": paths.get(row["source"])} for row in found]


def _once(rows: Iterable[Row]) -> list[Row]:
    """A transfer record has a row for each file: one of them, with the `ids` of all; of other records just the row."""
    records: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        place = (
            (row["source"], row["offset_bytes"], row["time_utc"]) if row["table"] == TRANSFER.name else row["record_id"]
        )
        key = (row["table"], row["record_type"], row.get("run_instance"), place)
        first = records.get(key, {**row, "ids": []})
        records[key] = {**first, "ids": [*first["ids"], row["record_id"]]}
    return list(records.values())


def bytes_of(lake: Lake, rows: Iterable[Row]) -> dict[tuple[str, int], bytes]:
    """(table, its `record_id`) -> the record as it was read, its banner included; what was not kept is left out."""
    wanted = list(rows)
    files = list(lake.snapshot(ARCHIVE).files)
    if not files or not wanted:
        return {}
    times = [row["time_utc"] for row in wanted]
    known = [moment for moment in times if moment is not None]
    values: dict[str, Any] = {"files": files, "ids": [number for row in wanted for number in row["ids"]]}
    bound = ""
    if len(known) == len(times):
        bound = "AND record_utc BETWEEN $low AND $high"
        values |= {"low": min(known), "high": max(known)}
    sql = f"""
        SELECT made, record_id, content FROM {scan(ARCHIVE, "$files")}
        WHERE list_contains($ids, record_id) {bound}
    """
    kept = {(row["made"], row["record_id"]): row["content"] for row in _ask(ARCHIVE, sql, values)}
    return {
        (row["table"], row["record_id"]): kept[row["table"], number]
        for row in wanted
        for number in row["ids"]
        if (row["table"], number) in kept
    }


def rejects_of(lake: Lake, ap: str | None, cluster: int, proc: int) -> list[Row]:
    """Rejected records that name those ids, of that access point or of none that is known; with their first 64 KiB."""
    files = list(lake.snapshot(REJECT).files)
    if not files:
        return []
    sql = f"""
        SELECT pool, ap, path, source, kind, offset_bytes, rule, reason, record_id, read_utc,
               content[1:{BYTES_LOOKED_AT}] AS content
        FROM {scan(REJECT, "$files")}
        WHERE ($ap IS NULL OR ap IS NULL OR ap = $ap)
            AND regexp_matches(decode(content[1:{BYTES_LOOKED_AT}], 'replace'), $cluster)
            AND regexp_matches(decode(content[1:{BYTES_LOOKED_AT}], 'replace'), $proc)
        ORDER BY read_utc DESC, offset_bytes
        LIMIT {REJECTS_SHOWN}
    """
    values = {"files": files, "ap": ap, "cluster": says("cluster", cluster), "proc": says("proc", proc)}
    return _ask(REJECT, sql, values)


def says(column: str, number: int) -> str:
    """A pattern for an ad, in any of its forms, that says that number for a column of `job`."""
    return _line(JOB.column(column).attributes, str(number))


def _line(attributes: Iterable[str], value: str) -> str:
    return f'(?im)^[ \\t"]*(?:{"|".join(attributes)})"?[ \\t]*[=:][ \\t]*{value}[ \\t]*,?\\r?$'


def _rows(lake: Lake, table: Table, named: Named) -> list[Row]:
    files = list(lake.snapshot(table).files)
    if not files:
        return []
    known = {column.name for column in table.columns}
    columns = [name for name in (*_FOUND, *_WANTED) if name in known]
    sql = f"""
        SELECT '{table.name}' AS "table", "{table.time}" AS time_utc, {", ".join(f'"{name}"' for name in columns)}
        FROM {scan(table, "$files")}
        WHERE cluster = $cluster AND proc = $proc AND ap = $ap AND pool = $pool
            AND (global_job_id IS NULL OR global_job_id IS NOT DISTINCT FROM $id)
        ORDER BY time_utc NULLS LAST, record_id
    """
    values = {"files": files, "cluster": named.cluster, "proc": named.proc, "ap": named.ap, "pool": named.pool}
    return _ask(table, sql, values | {"id": named.global_job_id})


def _paths(lake: Lake, sources: set[str]) -> dict[str, str]:
    files = list(lake.snapshot(SOURCE_FILE).files)
    if not files or not sources:
        return {}
    sql = f"""
        SELECT source, arg_max(path, read_utc) AS path FROM {scan(SOURCE_FILE, "$files")}
        WHERE list_contains($sources, source) GROUP BY source
    """
    found = _ask(SOURCE_FILE, sql, {"files": files, "sources": sorted(sources)})
    return {row["source"]: row["path"] for row in found}


def _ask(table: Table, sql: str, values: dict[str, Any]) -> list[Row]:
    with lake_errors(f"table {table.name} cannot be read"), duckdb.connect() as con:
        rows: list[Row] = con.sql(sql, params=values).to_arrow_table().to_pylist()
    return rows
