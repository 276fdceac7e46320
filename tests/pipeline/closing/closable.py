"""A ledger whose October 2026 can be closed: two projects, a job over the month's end, and what can come later."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.closing.closed_cube import ClosedCube
from pipeline.closing.closing import Reason, close
from pipeline.closing.diff import Difference, DiffQuery, diff
from pipeline.closing.journal import Act
from pipeline.closing.month import Month
from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.rewrite import Rewrite, rows_of
from pipeline.schema import JOB, SOURCE_FILE, Table
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.pipeline.ledger_rows import MIDNIGHT, job, source_file

POOL, AP = "pool", "ap1.pool.test"
OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
READ = MIDNIGHT + 7200
"""When the collector read what was there at the closing: after the month was over."""


def append(lake: Lake, table: Table, *given: dict[str, Any], read_utc: int = READ) -> None:
    """Add rows that name their own record_id; columns that are not given are null."""
    complete = [
        {column.name: row.get(column.name) for column in table.columns}
        | {"source": row.get("source", "history"), "read_utc": row.get("read_utc", read_utc)}
        for row in given
    ]
    writer = lake.writer(table)
    writer.append(pa.Table.from_pylist(complete, schema=table.arrow), {f"batch {given[0]['record_id']}": 1})


def october_job(cluster: int, day: int, hours: int, **more: Any) -> dict[str, Any]:
    """A job on two cores that starts at noon of that day of October; record id and place are made of its cluster."""
    start = MIDNIGHT - (32 - day) * 86_400 + 43_200
    place = {"record_id": cluster, "source": "history", "offset_bytes": cluster * 1000}
    return job(POOL, AP, cluster, start, start + hours * 3600) | place | more


def october(lake: Lake, settings: Settings) -> None:
    """Project A: 4 h on the 5th, 24 h over the month's end; B: 2 h on the 6th; all on two cores. Built."""
    append(
        lake,
        JOB,
        october_job(1, 5, 4),
        october_job(2, 6, 2, project="B"),
        october_job(3, 31, 24),
    )
    append(lake, SOURCE_FILE, source_file(POOL, AP) | {"record_id": 1, "read_utc": READ})
    build(lake, settings)


def build(lake: Lake, settings: Settings) -> Cube:
    """Publish what the lake holds now."""
    with patch("pipeline.publish.now_utc", return_value=NOW):
        publish(lake, settings, lambda step: None)
    return Cube.open(lake.root)


def close_october(lake: Lake, settings: Settings) -> Act:
    """Close it, on 20 November."""
    return close(lake, settings, OCTOBER, Reason("monthly report"), NOW)


def changes(lake: Lake, settings: Settings, by: tuple[str, ...] = ("project",), **more: Any) -> list[tuple[Any, ...]]:
    """Group, cause, jobs and difference in core seconds of each row of the difference to the live month."""
    found = difference(lake, settings, by, **more)
    return [
        (*(row[name] for name in by), row["cause"], row["jobs"], row["mcore_s_difference"] // 1000)
        for row in found.rows.to_pylist()
    ]


def difference(lake: Lake, settings: Settings, by: tuple[str, ...] = ("project",), **more: Any) -> Difference:
    """The difference from the newest closed version to the live month."""
    closed = ClosedCube.find(lake, "2026-10")
    return diff(lake, settings, closed, Cube.open(lake.root), DiffQuery(by, **more), LOCAL)


def epoch(cluster: int, day: int, hours: int, run: int, **more: Any) -> dict[str, Any]:
    """The EPOCH ad of a run of the job of that cluster."""
    row = october_job(cluster, day, hours, **more)
    return row | {"run_instance": run, "record_type": "EPOCH", "write_utc": row["start_utc"] + hours * 3600} | more


def reject(cluster: int, rule: str = "cpus-bound") -> dict[str, Any]:
    """The refused record of the job of that cluster, at its place."""
    return {
        "pool": POOL,
        "ap": AP,
        "path": "/history",
        "source": "history",
        "kind": "history",
        "offset_bytes": cluster * 1000,
        "length_bytes": 10,
        "rule": rule,
        "reason": "Too many cores.",
        "digest": str(cluster),
        "record_id": 10_000 + cluster,
        "read_utc": READ,
    }


def drop(lake: Lake, table: Table, record_id: int) -> None:
    """Remove one row, as a replay does."""
    rewrite = Rewrite(lake, table)
    kept = [
        rows.filter(pc.not_equal(rows.column("record_id"), record_id))
        for path in rewrite.paths()
        for rows in rows_of(Path(path), table)
    ]
    rewrite.replace(rewrite.files, kept, is_new=True)
