"""The bytes that a row was made of: what a receipt shows.

A record is archived under the id of the first row that was made of it; a transfer record can have several.
"""

import duckdb

from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.schema import ARCHIVE, TRANSFER, Table

SAME_RECORD = (
    *("pool", "ap", "cluster", "proc", "run_instance", "record_type", "write_utc"),
    *("source", "offset_bytes", "read_utc"),
)
"""Columns of `transfer` that all rows of one record share, and rows of two records do not."""
_SAME = " AND ".join(f"asked.{name} IS NOT DISTINCT FROM sibling.{name}" for name in SAME_RECORD)
_SIBLINGS = f"""
    SELECT sibling.record_id
    FROM {{rows}} AS asked
    JOIN {{rows}} AS sibling ON {_SAME}
    WHERE asked.record_id = $id
"""


def original(lake: Lake, table: Table, record_id: int) -> bytes | None:
    """The record, its banner included, as it was read; None if its bytes were not kept, or no longer are.

    Raises LakeError if the lake cannot be read.
    """
    files = list(lake.snapshot(ARCHIVE).files)
    if not files:
        return None
    ids = _siblings(lake, record_id) if table is TRANSFER else [record_id]
    sql = f"SELECT content FROM {scan(ARCHIVE, '$files')} WHERE made = $made AND list_contains($ids, record_id) LIMIT 1"
    with lake_errors("table archive cannot be read"), duckdb.connect() as con:
        found = con.sql(sql, params={"files": files, "made": table.name, "ids": ids}).fetchall()
    return bytes(found[0][0]) if found else None


def _siblings(lake: Lake, record_id: int) -> list[int]:
    """Ids of all rows that were made of the record of which that row was made."""
    files = list(lake.snapshot(TRANSFER).files)
    if not files:
        return []
    sql = _SIBLINGS.format(rows=scan(TRANSFER, "$files"))
    with lake_errors("table transfer cannot be read"), duckdb.connect() as con:
        return [row[0] for row in con.sql(sql, params={"files": files, "id": record_id}).fetchall()]
