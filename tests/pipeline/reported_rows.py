"""A pool that a facility and an access point report on, by hand: two years of a few jobs, slots, a queue, a schedd.

Days are whole days after 2026-11-01. Each job ran an hour on two cores unless it says otherwise. `JOBS` is what a plain
count over them has to find again.
"""

from typing import Any

from pipeline.lake import Lake
from pipeline.schema import JOB, QUEUE_JOB, SCHEDD_AD, SLOT_AD, SOURCE_FILE
from tests.pipeline.ledger_rows import MIDNIGHT, job, rows, source_file

POOL, AP, OTHER_AP = "reported", "ap1.pool.test", "ap2.pool.test"
DAY, HOUR = 86_400, 3_600
SEEN = MIDNIGHT + 9 * DAY + 50_000
"""When the queue was asked, the schedd heard, the slots seen: on the tenth day."""

RAN: tuple[tuple[str, int, str, str | None, str], ...] = (
    (AP, -400, "alice", "A", "Alpha"),
    (AP, -340, "alice", "A", "Alpha"),
    (AP, -340, "bob", "B", "Beta"),
    (AP, -20, "bob", "B", "Beta"),
    (OTHER_AP, 0, "alice", "A", "Alpha"),
    (AP, 1, "carol", "C", "Alpha"),
    (AP, 1, "alice", "A", "Alpha"),
    (AP, 2, "carol", "C", "Beta"),
    (OTHER_AP, 3, "dave", None, "Beta"),
    (AP, 9, "alice", "A", "Alpha"),
)
"""Access point, day of submission, start and end, user, project, site."""


def reported_pool(lake: Lake) -> None:
    """The jobs of RAN; on the access point a DAGMan job, a local one, a failed, a killed and a removed one, all of day
    2; three jobs in its queue; a schedd with transfers that wait; a slot of ten cores, seen for half an hour."""
    _append(lake, JOB, *(_ran(number, *one) for number, one in enumerate(RAN, start=1)), *_odd())
    _append(lake, QUEUE_JOB, _queued(200, 2), _queued(201, 1), _queued(202, 5, hold_code=34, hold_reason="memory"))
    schedd = {"pool": POOL, "name": AP, "machine": AP, "running": 1, "idle": 1, "held": 1, "max_running": 500}
    waits = {"uploads_waiting": 12, "downloads_waiting": 3, "duty_cycle_milli": 250, "seen_utc": SEEN, "read_utc": SEEN}
    _append(lake, SCHEDD_AD, schedd | waits)
    _append(lake, SLOT_AD, *(_slot(SEEN + 600 * number) for number in range(4)))
    read = [source_file(POOL, ap, source=f"history:{ap}", last_utc=SEEN, read_utc=SEEN) for ap in (AP, OTHER_AP)]
    _append(lake, SOURCE_FILE, *read)


def _ran(cluster: int, ap: str, day: int, user: str, project: str | None, site: str) -> dict[str, Any]:
    start = MIDNIGHT + day * DAY + 10_000
    return job(POOL, ap, cluster, start, start + HOUR, user=f"{user}@pool.test", project=project, site=site)


def _odd() -> list[dict[str, Any]]:
    start = MIDNIGHT + 2 * DAY + 20_000
    at_ap = {"site": None, "cpus_milli": 1000, "cpu_user_us": None, "cpu_sys_us": None}

    def one(cluster: int, **more: Any) -> dict[str, Any]:
        return job(POOL, AP, cluster, start, start + HOUR, **more)

    return [
        one(101, universe=7, command="/usr/bin/condor_dagman", **at_ap),
        one(102, universe=12, command="/bin/sh", **at_ap),
        one(103, universe=7, command="/bin/cron", **at_ap),
        one(104, exit_code=1),
        one(105, exit_code=None, exit_by_signal=True),
        one(106, status=3, completion_utc=None, exit_code=None),
    ]


def _queued(cluster: int, status: int, **more: Any) -> dict[str, Any]:
    """A job that was submitted on the tenth day."""
    submitted = MIDNIGHT + 9 * DAY + 300
    name = {"pool": POOL, "ap": AP, "global_job_id": f"{AP}#{cluster}.0#{submitted}", "cluster": cluster, "proc": 0}
    whose = {"universe": 5, "user": "alice@pool.test", "project": "A", "status": status, "submit_utc": submitted}
    asks = {"status_utc": submitted + 60, "request_cpus_milli": 2000, "request_memory_mib": 1024, "seen_utc": SEEN}
    return name | whose | asks | more


def _slot(seen: int) -> dict[str, Any]:
    return {
        "pool": POOL,
        "name": "slot1@glidein@host",
        "machine": "host",
        "is_partitionable": True,
        "slot_type": "Partitionable",
        "state": "Unclaimed",
        "cpus_milli": 8_000,
        "total_cpus_milli": 10_000,
        "site": "Alpha",
        "seen_utc": seen,
        "read_utc": seen,
    }


def _append(lake: Lake, table: Any, *given: dict[str, Any]) -> None:
    lake.writer(table).append(rows(table, *given), {})
