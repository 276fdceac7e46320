"""Lake rows of a pool that is polled, by hand: what is proven, what is lost, what is in the queue, what it offers."""

from typing import Any

from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, COVERAGE, JOB, QUEUE_JOB, REJECT, SLOT_AD, SOURCE_FILE
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows, source_file

POOL, AP, CE = "polled", "ap9.pool.test", "ce1.alpha.test"
ASKED = MIDNIGHT + 20_000
"""When the queue was asked, and the slots were seen; everything else was read right after."""
DAY = 86_400


def statement(stream: str, state: str, first: int, last: int, evidence: str, **more: Any) -> dict[str, Any]:
    """A statement about a stream of the access point: `first` and `last` are seconds after midnight."""
    span = {"from_utc": MIDNIGHT + first, "to_utc": MIDNIGHT + last, "read_utc": MIDNIGHT + last}
    owner = {"pool": POOL, "ap": AP, "source": f"mine: {stream} of ap9", "mark": ""}
    return owner | {"stream": stream, "state": state, "evidence": evidence} | span | more


def queued(cluster: int, status: int, **more: Any) -> dict[str, Any]:
    """A job in the queue, of alice and project A, that asks for two cores."""
    return {
        "pool": POOL,
        "ap": AP,
        "global_job_id": f"{AP}#{cluster}.0#{MIDNIGHT}",
        "cluster": cluster,
        "proc": 0,
        "universe": 5,
        "user": "alice@pool.test",
        "project": "A",
        "status": status,
        "submit_utc": MIDNIGHT + 300,
        "status_utc": MIDNIGHT + 400,
        "request_cpus_milli": 2000,
        "request_memory_mib": 1024,
        "seen_utc": ASKED,
    } | more


def slot(name: str, cores: int, free: int, **more: Any) -> dict[str, Any]:
    """A partitionable slot of a glidein at Alpha, which the CE started."""
    return {
        "pool": POOL,
        "name": name,
        "is_partitionable": True,
        "slot_type": "Partitionable",
        "state": "Unclaimed",
        "cpus_milli": free * 1000,
        "total_cpus_milli": cores * 1000,
        "memory_mib": 1024,
        "total_memory_mib": 8192,
        "site": "Alpha",
        "resource": "Alpha-CE1",
        "gatekeeper": f"{CE} {CE}:9619",
        "seen_utc": ASKED,
        "read_utc": ASKED,
    } | more


def polled_pool(lake: Lake) -> None:
    """An access point of which a job and an hour are lost, its queue, a CE's pilot that is told twice, three slots.

    Job 2.1 left the queue without a final ad. Job 5.0 runs on two cores since 10,000 s after midnight; 6.0 is held;
    7.0, of bob and project B, is idle. The pilot ran 1,000 s on eight cores.
    """
    _append(lake, JOB, *_jobs())
    running = queued(5, 2, start_utc=MIDNIGHT + 10_000, shadow_starts=1, cpus_milli=2000, site="Alpha")
    spawned = {"record_type": "SPAWN", "run_instance": 0, "write_utc": MIDNIGHT + 10_000}
    _append(lake, ATTEMPT_RECORD, {name: running[name] for name in ("pool", "ap", "cluster", "proc")} | spawned)
    held = queued(6, 5, hold_code=34, hold_reason="memory usage exceeded request_memory", project="A")
    _append(lake, QUEUE_JOB, running, held, queued(7, 1, user="bob@pool.test", project="B", request_gpus=1))
    gpus = {"gpus": 1, "total_gpus": 4, "gpu_model": "A100"}
    _append(lake, SLOT_AD, slot("slot1@g1@host", 16, 6), slot("slot1@g2@host", 8, 8, **gpus))
    _append(
        lake,
        COVERAGE,
        statement("history", "proven", -3 * DAY, 25_000, "the chain of banners is unbroken"),
        statement("epochs", "proven", -2 * DAY, 3_600, "the chain of banners is unbroken"),
        statement("epochs", "gap", 3_600, 7_200, "a rotation is gone: keep more of them (MAX_EPOCH_HISTORY_ROTATIONS)"),
        statement("epochs", "proven", 7_200, 25_000, "the chain of banners is unbroken"),
    )
    read = source_file(POOL, AP, read_utc=MIDNIGHT + 25_000, last_utc=MIDNIGHT + 9_000)
    _append(lake, SOURCE_FILE, read)


def rejected(lake: Lake, pool: str, ap: str, content: bytes, **more: Any) -> None:
    """A record of that access point that broke a bound."""
    given = {
        "pool": pool,
        "ap": ap,
        "path": "/var/lib/condor/spool/history",
        "source": f"{pool}-history",
        "kind": "history",
        "offset_bytes": 4096,
        "length_bytes": len(content),
        "rule": "cpus-bound",
        "reason": "request_cpus_milli is 1073741824 cores, no slot has more than 4096 (largest_slot_cpus)",
        "content": content,
        "read_utc": MIDNIGHT + 2000,
    }
    _append(lake, REJECT, given | more)


def _jobs() -> list[dict[str, Any]]:
    start = MIDNIGHT + 500
    whole = [job(POOL, AP, 1, start, start + 100, cluster_jobs=1, status_utc=MIDNIGHT + 100)]
    for proc in (0, 2):
        name = f"{AP}#2.{proc}#{start}"
        more = {"proc": proc, "cluster_jobs": 3, "global_job_id": name, "submit_utc": MIDNIGHT + 200}
        whole.append(job(POOL, AP, 2, start, start + 100, **more))
    pilot = {"project": None, "site": None, "wall_s": 1000, "cpus_milli": 8000, "cpu_user_us": None}
    routed_to, routed_from = {"at_ce": True, "routed_to": "9.0"}, {"routed_from": "4.0", "ap": CE}
    original = job(POOL, CE, 4, start, start + 1000, **pilot, **routed_to)
    return [*whole, original, job(POOL, CE, 9, start, start + 1000, **pilot) | routed_from]


def _append(lake: Lake, table: Any, *given: dict[str, Any]) -> None:
    lake.writer(table).append(rows(table, *given), {})
