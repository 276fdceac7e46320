"""Gauges of now: what is published, how new and how complete what is known of each pool is, its slots and queue."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, get_args

import pyarrow as pa

from dashboard.metrics.gauges import Family, Gauges
from pipeline.completeness import Freshness
from pipeline.cube import Cube
from pipeline.state import State
from pipeline.viewer import Viewer

STATES: tuple[State, ...] = get_args(State)
FAMILIES: tuple[Family, ...] = (
    Family(
        "cube_info",
        "What is published: the cube's version, the reporting zone, and the version of HTC Ledger that serves it.",
        ("version", "zone", "software"),
        adds=False,
    ),
    Family("cube_built_timestamp_seconds", "When the published cube was built.", unit="seconds", adds=False),
    Family("cube_rules_held", "Rules that were checked before the cube was published; all of them held.", adds=False),
    Family("pool_info", "The pools that are known. simulated: no machine ran its jobs.", ("pool", "simulated")),
    Family(
        "pool_data_state",
        "1 for the state of the pool's data, 0 for the others: complete, partial, unknown, stale or simulated.",
        ("pool", "state"),
        adds=False,
    ),
    Family(
        "pool_newest_record_timestamp_seconds", "Time of the newest record that was read.", ("pool",), "seconds", False
    ),
    Family(
        "pool_proven_timestamp_seconds",
        "Up to then a poll proves that every record was read.",
        ("pool",),
        "seconds",
        adds=False,
    ),
    Family("pool_slots", "Slots that the pool offers now, by state.", ("pool", "state", "backfill")),
    Family(
        "pool_cores",
        "Cores that the pool offers now, by state; what a partitionable slot gave away is claimed. Backfill slots "
        "offer the same cores again.",
        ("pool", "state", "backfill"),
    ),
    Family("pool_gpus", "GPUs that the pool offers now, by state.", ("pool", "state", "backfill")),
    Family("pool_seen_timestamp_seconds", "When the slots were seen.", ("pool",), "seconds", adds=False),
    Family("pool_queued_jobs", "Jobs in the queues when they were last asked, by status.", ("pool", "status")),
    Family("pool_queued_cores", "Cores that those jobs ask for, by status.", ("pool", "status")),
    Family("pool_queue_asked_timestamp_seconds", "When a queue was last asked.", ("pool",), "seconds", adds=False),
)


def put_cube(gauges: Gauges, cube: Cube, software: str) -> None:
    """Note what is published."""
    made = cube.published
    gauges.put("cube_info", 1, made.version, made.zone, software)
    gauges.put("cube_built_timestamp_seconds", datetime.fromisoformat(made.built_utc).timestamp())
    gauges.put("cube_rules_held", made.checks)


def put_knowledge(gauges: Gauges, pool: str, known: Freshness, state: State) -> None:
    """Note how new and how complete what is known of a pool is."""
    gauges.put("pool_newest_record_timestamp_seconds", known.newest_record_utc, pool)
    gauges.put("pool_proven_timestamp_seconds", known.proven_utc, pool)
    gauges.put("pool_queue_asked_timestamp_seconds", known.queue_utc, pool)
    for one in STATES:
        gauges.put("pool_data_state", one == state, pool, one)


def put_present(gauges: Gauges, cube: Cube, viewer: Viewer, pools: tuple[str, ...]) -> None:
    """Note slots, cores, GPUs and jobs in the queue, as last collected."""
    for row, labels in _offered(cube.capacity(("pool", "state", "is_backfill"), pools, viewer)):
        gauges.put("pool_slots", row["slots"], *labels)
        gauges.put("pool_cores", row["cores"], *labels)
        gauges.put("pool_seen_timestamp_seconds", row["seen_utc"], row["pool"])
    for row, labels in _offered(cube.gpus(pools, viewer)):
        gauges.put("pool_gpus", row["gpus"], *labels)
    for row in cube.queue(("pool", "status"), pools, viewer).to_pylist():
        gauges.put("pool_queued_jobs", row["jobs"], row["pool"], row["status"])
        gauges.put("pool_queued_cores", row["cores_asked"], row["pool"], row["status"])


def _offered(found: pa.Table) -> Iterator[tuple[Mapping[str, Any], tuple[str, str, str]]]:
    """Each row, and its labels."""
    for row in found.to_pylist():
        yield row, (row["pool"], row["state"], "true" if row["is_backfill"] else "false")
