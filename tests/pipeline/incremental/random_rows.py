"""Random rows of a lake, as adverse as they come: one cluster id of several jobs, runs without ids, routed jobs,
late and corrected records, runs over many days, pictures of the queue that come and go, imported hours in versions.
"""

from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, COVERAGE, JOB, QUEUE_JOB, SOURCE_FILE, USAGE_RECORD, Table
from pipeline.schema.usage_record import AP

EPOCH = 1_790_000_000
DAY = 86_400
TIMES = st.one_of(st.integers(EPOCH, EPOCH + DAY), st.integers(EPOCH, EPOCH + 60 * DAY))
INSTANTS = st.one_of(st.none(), TIMES)
WHO = {
    "pool": st.sampled_from(["pool", "pool", "other"]),
    "ap": st.sampled_from(["ap1", "ap1", "ap2"]),
    "cluster": st.integers(1, 4),
    "proc": st.sampled_from([0, 0, 1]),
    "birth": st.integers(0, 1),
    "nameless": st.sampled_from([False] * 9 + [True]),
}
SAID = {
    "submit_utc": st.sampled_from([None, EPOCH, EPOCH + 50_000]),
    "project": st.sampled_from([None, "A", "B"]),
    "user": st.sampled_from([None, "u@x", "v@x"]),
    "universe": st.sampled_from([5, 5, 5, 7, None]),
    "site": st.sampled_from([None, "Alpha", "Beta"]),
    "start_utc": INSTANTS,
    "status_utc": INSTANTS,
    "shadow_starts": st.sampled_from([None, 1, 2, 3]),
    "wall_s": st.one_of(st.none(), st.integers(0, 30 * DAY)),
    "cpus_milli": st.sampled_from([None, 1000, 500, 3333]),
    "request_cpus_milli": st.sampled_from([None, 1000]),
    "gpus": st.sampled_from([None, 0, 2]),
    "memory_mib": st.sampled_from([None, 128]),
    "cpu_user_us": st.one_of(st.none(), st.integers(0, 10**12)),
    "routed_from": st.sampled_from([None] * 6 + ["1.0", "2.0"]),
    "routed_to": st.sampled_from([None] * 6 + ["3.0", "4.0"]),
    "at_ce": st.sampled_from([None, None, True]),
}
FINALS = st.fixed_dictionaries(
    WHO
    | SAID
    | {
        "status": st.sampled_from([3, 4]),
        "status_utc": TIMES,  # an ad without any time is rejected
        "last_status": st.sampled_from([1, 2, 5]),
        "completion_utc": INSTANTS,
        "first_start_utc": INSTANTS,
        "exit_code": st.sampled_from([None, 0, 3]),
        "committed_s": st.sampled_from([None, 0, 100]),
    }
)
RUNS = st.fixed_dictionaries(
    WHO
    | SAID
    | {
        "record_type": st.sampled_from(["EPOCH", "EPOCH", "SPAWN", "STARTD"]),
        "status_utc": TIMES,
        "run_instance": st.integers(0, 2),
        "write_utc": INSTANTS,
        "shadow_start_utc": TIMES,
        "vacate_code": st.sampled_from([None, None, 1022, 13, 1008]),
        "hold_reason": st.sampled_from([None, None, "memory usage exceeded request_memory", "new"]),
        "hold_code": st.sampled_from([None, 34, 15]),
        "exit_code": st.sampled_from([None, 0, 3]),
    }
)
QUEUED = st.fixed_dictionaries(WHO | SAID | {"status": st.sampled_from([1, 2, 5])})
TOLD = st.fixed_dictionaries(
    {
        "pool": st.sampled_from(["pool", "other"]),
        "cluster": st.integers(1, 3),
        "record_type": st.sampled_from(["RECORD", "SUMMARY"]),
        "begin_utc": TIMES,
        "span_s": st.sampled_from([0, 1, 3600, 31 * DAY + 7]),
        "version_utc": st.sampled_from([None, EPOCH, EPOCH + 1]),
        "submit_host": st.sampled_from([None, "ce1", "ce2"]),
        "project": st.sampled_from([None, "A"]),
        "user": st.sampled_from([None, "u@x"]),
        "site": st.sampled_from([None, "Alpha"]),
        "jobs": st.sampled_from([0, 1, 100]),
        "exit_code": st.sampled_from([None, 0, 3]),
        "wall_s": st.integers(0, 10**9),
        "mcore_s": st.one_of(st.none(), st.integers(0, 10**13)),
        "cpu_used_us": st.one_of(st.none(), st.integers(0, 10**15)),
        "gpu_s": st.sampled_from([None, 0, 1001]),
        "memory_mib_s": st.sampled_from([None, 77]),
        "at_ce": st.sampled_from([False, True]),
    }
)
BATCHES = st.fixed_dictionaries(
    {
        "told": st.lists(TOLD, max_size=4),
        "finals": st.lists(FINALS, max_size=5),
        "runs": st.lists(RUNS, max_size=6),
        "queues": st.lists(st.tuples(st.sampled_from(["ap1", "ap2"]), st.lists(QUEUED, max_size=3)), max_size=2),
        "again": st.booleans(),
        "is_compacted": st.sampled_from([False, False, True]),
    }
)


def write(lake: Lake, batch: dict[str, Any], number: int) -> None:
    """Append a batch; ids are counted up over the batches."""
    for table, given, offset in ((JOB, batch["finals"], 0), (ATTEMPT_RECORD, batch["runs"], 500)):
        rows = [_row(table, said, 1000 * number + offset + place) for place, said in enumerate(given)]
        for repeat in range(1 + batch["again"]):
            _append(lake, table, rows, f"{number} {repeat}")
    for place, (ap, said) in enumerate(batch["queues"]):
        rows = [
            _row(QUEUE_JOB, job | {"pool": "pool", "ap": ap}, 1000 * number + 900 + 10 * place + n)
            for n, job in enumerate(said)
        ]
        for row in rows:
            row["seen_utc"] = EPOCH + number * 3600
        lake.writer(QUEUE_JOB).replace(_table(QUEUE_JOB, rows), "pool", f"{ap}.pool")
    told = [_told(said, 1000 * number + 700 + place) for place, said in enumerate(batch["told"])]
    _append(lake, USAGE_RECORD, told, str(number))
    file = {
        "pool": "pool",
        "ap": "ap1.pool",
        "source": "history",
        "kind": "history",
        "read_bytes": number,
        "size_bytes": number,
    }
    _append(lake, SOURCE_FILE, [file | {"record_id": number, "read_utc": EPOCH + number}], str(number))
    proof = {
        "pool": "pool",
        "ap": "ap1.pool",
        "source": "s",
        "stream": "history",
        "state": "proven",
        "evidence": "All read.",
    }
    _append(lake, COVERAGE, [proof | {"from_utc": EPOCH, "to_utc": EPOCH + number * DAY}], str(number))


def _row(table: Table, said: dict[str, Any], record_id: int) -> dict[str, Any]:
    said = said | {"ap": f"{said['ap']}.{said['pool']}"}
    birth = EPOCH + said["birth"]
    spawned = said.get("record_type") == "SPAWN"
    named = {
        "record_id": record_id,
        "source": "history",
        "offset_bytes": record_id,
        "read_utc": EPOCH + record_id,
        "global_job_id": f"{said['ap']}#{said['cluster']}.{said['proc']}#{birth}",
        "record_type": said.get("record_type", "JOB"),
    }
    if spawned:
        named["global_job_id"] = None
    elif said["nameless"]:  # an ad that does not say its cluster
        named |= {"cluster": None, "proc": None}
    if said.get("write_utc") is None and said["start_utc"] is None:  # an ad without its time is rejected
        named["write_utc"] = said.get("shadow_start_utc")
    return {column.name: (said | named).get(column.name) for column in table.columns}


def _told(said: dict[str, Any], record_id: int) -> dict[str, Any]:
    """A version of one of three usage records of a pool."""
    return said | {
        "ap": AP,
        "global_job_id": f"apel#{said['cluster']}.0#x",
        "proc": 0,
        "end_utc": said["begin_utc"] + said["span_s"],
        "record_id": record_id,
        "source": "file",
        "offset_bytes": record_id,
        "read_utc": EPOCH + record_id,
        "turn": 0,
    }


def _append(lake: Lake, table: Table, rows: list[dict[str, Any]], batch: str) -> None:
    if rows:
        lake.writer(table).append(_table(table, rows), {f"{table.name} {batch}": 1})


def _table(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(
        [{column.name: row.get(column.name) for column in table.columns} for row in rows], schema=table.arrow
    )
