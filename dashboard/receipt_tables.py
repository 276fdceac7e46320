"""Tables of one receipt, for downloads: its attempts, its charges, its records. Text of strangers stays text."""

from typing import Any

import pyarrow as pa

from pipeline.receipt.parts import Receipt

RUNS = pa.schema(
    [
        *((name, pa.string()) for name in ("job", "pool")),
        ("run_instance", pa.int64()),
        ("basis", pa.string()),
        *((name, pa.int64()) for name in ("start_utc", "end_utc", "wall_s", "cores_milli", "gpus", "memory_mib")),
        *((name, pa.string()) for name in ("cores_basis", "site", "resource", "slot", "outcome", "rule", "why")),
    ]
)
CHARGES = pa.schema(
    [
        *((name, pa.string()) for name in ("job", "pool", "for", "day")),
        *((name, pa.int64()) for name in ("wall_s", "mcore_s", "gpu_s", "memory_mib_s")),
    ]
)
RECORDS = pa.schema(
    [
        *((name, pa.string()) for name in ("job", "pool", "record_type")),
        *((name, pa.int64()) for name in ("run_instance", "record_utc", "offset_bytes")),
        ("path", pa.string()),
        ("is_counted", pa.bool_()),
        *((name, pa.string()) for name in ("rule", "why", "record_id")),
    ]
)


def runs(receipt: Receipt) -> pa.Table:
    """One row per attempt; times in Unix seconds."""
    rows = [_of(receipt) | vars(run) | {"rule": run.why.rule, "why": run.why.text} for run in receipt.runs]
    return _table(rows, RUNS)


def charges(receipt: Receipt) -> pa.Table:
    """One row per attempt (or residual) and day."""
    parts = [(f"run {run.run_instance}", each) for run in receipt.runs for each in run.charges]
    if receipt.residual is not None:
        parts += [("residual", each) for each in receipt.residual.charges]
    return _table([_of(receipt) | {"for": what} | vars(each) for what, each in parts], CHARGES)


def records(receipt: Receipt) -> pa.Table:
    """One row per record of the lake, without its bytes."""
    found = [_of(receipt) | vars(one) | {"rule": one.why.rule, "why": one.why.text} for one in receipt.records]
    return _table(found, RECORDS)


def _of(receipt: Receipt) -> dict[str, Any]:
    return {"job": receipt.name, "pool": receipt.pool}


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema=schema)
