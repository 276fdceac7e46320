"""Lake rows for tests of the core, written by hand: two jobs, one evicted once, one with a run that was lost."""

from typing import Any

import pyarrow as pa

from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, SOURCE_FILE, Table

MIDNIGHT = 1_793_491_200  # 2026-11-01 00:00:00 UTC


def rows(table: Table, *given: dict[str, Any]) -> pa.Table:
    """Rows of a table; columns that are not given are null, record ids are counted up."""
    complete = [
        {column.name: row.get(column.name) for column in table.columns} | {"record_id": number}
        for number, row in enumerate(given, start=1)
    ]
    return pa.Table.from_pylist(complete, schema=table.arrow)


def job(pool: str, ap: str, cluster: int, start: int, end: int, **more: Any) -> dict[str, Any]:
    """A completed job of one run on two cores."""
    return {
        "pool": pool,
        "ap": ap,
        "global_job_id": f"{ap}#{cluster}.0#{start - 60}",
        "cluster": cluster,
        "proc": 0,
        "universe": 5,
        "user": "alice@pool.test",
        "project": "A",
        "site": "Alpha",
        "status": 4,
        "exit_code": 0,
        "submit_utc": start - 60,
        "first_start_utc": start,
        "start_utc": start,
        "completion_utc": end,
        "status_utc": end,
        "shadow_starts": 1,
        "wall_s": end - start,
        "cpus_milli": 2000,
        "memory_mib": 2048,
        "cpu_user_us": 1_000_000 * (end - start),
        "cpu_sys_us": 0,
    } | more


def small_ledger(lake: Lake, pool: str = "pool", ap: str = "ap1.pool.test") -> None:
    """A job over midnight, an evicted one that ran again elsewhere, and one with 100 s that no attempt explains."""
    evicted = job(pool, ap, 2, MIDNIGHT + 1000, MIDNIGHT + 1600, site="Beta", project="B", shadow_starts=2, wall_s=900)
    first = evicted | {
        "run_instance": 0,
        "record_type": "EPOCH",
        "start_utc": MIDNIGHT + 500,
        "write_utc": MIDNIGHT + 800,
        "site": "Alpha",
        "vacate_code": 1022,
        "exit_code": None,
        "completion_utc": None,
    }
    second = evicted | {"run_instance": 1, "record_type": "EPOCH", "write_utc": MIDNIGHT + 1600}
    lake.writer(JOB).append(
        rows(
            JOB,
            job(pool, ap, 1, MIDNIGHT - 600, MIDNIGHT + 300),
            evicted,
            job(pool, ap, 3, MIDNIGHT + 50, MIDNIGHT + 60, first_start_utc=MIDNIGHT - 90, wall_s=110, project=None),
        ),
        {f"{pool}-jobs": 1},
    )
    lake.writer(ATTEMPT_RECORD).append(rows(ATTEMPT_RECORD, first, second), {f"{pool}-epochs": 1})
    lake.writer(SOURCE_FILE).append(
        rows(SOURCE_FILE, source_file(pool, ap)),
        {f"{pool}-jobs": 1},
    )


def source_file(pool: str, ap: str, **more: Any) -> dict[str, Any]:
    """A file that was read to its end."""
    return {
        "pool": pool,
        "ap": ap,
        "path": "/history",
        "source": f"{pool}-history",
        "kind": "history",
        "size_bytes": 100,
        "read_bytes": 100,
        "chain_breaks": 0,
        "last_utc": MIDNIGHT + 1600,
        "read_utc": MIDNIGHT + 2000,
    } | more
