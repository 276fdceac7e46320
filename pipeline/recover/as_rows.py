"""A recovery as a table, one row a job without a success, for programs."""

import pyarrow as pa

from pipeline.recover.failures import Failure
from pipeline.recover.parts import Again, Job, Recovery

SCHEMA = pa.schema(
    [
        ("job", pa.string()),
        ("pool", pa.string()),
        ("user", pa.string()),
        ("project", pa.string()),
        ("class", pa.string()),
        ("blame", pa.string()),
        ("why", pa.string()),
        ("message", pa.string()),
        ("attempts", pa.int64()),
        ("lost_h", pa.float64()),
        ("action", pa.string()),
        ("changes", pa.string()),
        ("reason", pa.string()),
    ]
)


def as_table(found: Recovery) -> pa.Table:
    """`action` is run_again or the kind of `Left`, then with its `reason`; `changes` are commands."""
    rows = [
        _row(found.pool, each.job, each.failure) | {"action": "run_again", "changes": changed(each)}
        for each in found.again
    ]
    rows += [
        _row(found.pool, each.job, each.failure) | {"action": each.kind, "reason": each.why} for each in found.left
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def changed(again: Again) -> str:
    """The changed commands as they are written."""
    return "; ".join(f"{change.command} = {change.value}" for change in again.changes)


def _row(pool: str, job: Job, failure: Failure | None) -> dict[str, object]:
    row: dict[str, object] = {"job": job.name, "pool": pool, "user": job.user, "project": job.project}
    row |= {"attempts": job.attempts, "lost_h": job.lost_h}
    if failure is not None:
        row |= {"class": failure.name, "blame": failure.blame, "why": failure.why, "message": failure.message[:500]}
    return row
