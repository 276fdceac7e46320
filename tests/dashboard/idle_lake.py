"""A lake of one pool with runs to give advice on, idle jobs that cannot run, slots, and a negotiator's accounts.

Project Bio: ann asks for 64 GiB and uses 2; bob's jobs on eight cores keep one busy; cat's were evicted without a
checkpoint. Its idle jobs: 40 that ask for more memory than any slot has, 3 whose clause no slot fulfils, 2 that only
wait. The project that is called MARKUP, and all it says, is hostile.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import ACCOUNTING_AD, JOB, QUEUE_JOB, SLOT_AD, SOURCE_FILE, Table
from pipeline.settings import Settings
from tests.dashboard.made_lake import MARKUP, RIGHT_TO_LEFT
from tests.pipeline.ledger_rows import job, rows, source_file

POOL, AP, PROJECT, QUIET = "campus", "ap1.campus.test", "Bio", "Quiet"
DAY = 86_400
END = 1_795_219_200  # 2026-11-21 00:00:00 UTC
DEMAND = (
    'requirements = (TARGET.Arch == "X86_64") && (TARGET.OpSys == "LINUX") && (TARGET.Disk >= RequestDisk) && '
    "(TARGET.Memory >= RequestMemory) && (TARGET.HasFileTransfer)"
)
TYPO = "TARGET.HasSingularty == true"
HOSTILE = f'TARGET.Arch == "{MARKUP}{RIGHT_TO_LEFT}"'
OFFERED = (
    'start = true\nopsys = "LINUX"\nhasfiletransfer = true\nhassingularity = true\nhassingularty = undefined\n'
    "totalslotdisk = 200000000.0"
)


def make(root: Path) -> Path:
    """Build the lake and publish its cube; the root is returned."""
    lake = Lake(root)
    lake.create()
    _append(lake, JOB, *_runs())
    _append(lake, QUEUE_JOB, *_queue())
    _append(lake, SLOT_AD, *_slots())
    _append(lake, ACCOUNTING_AD, *_accounts())
    _append(lake, SOURCE_FILE, source_file(POOL, AP, last_utc=END, read_utc=END))
    publish(lake, Settings(lake=root), lambda step: None)
    return root


def _append(lake: Lake, table: Table, *given: dict[str, Any]) -> None:
    made: pa.Table = rows(table, *given)
    lake.writer(table).append(made, {})


def _runs() -> list[dict[str, Any]]:
    """60 runs of each of three users, two a day, and ten of a project that needs no advice."""
    made = []
    for number in range(60):
        start = END - 30 * DAY + number * DAY // 2
        ann = {
            "request_memory_mib": 65_536,
            "memory_used_mib": 1_500 + 10 * number,
            "batch_name": "align",
            "request_cpus_milli": 1000,
            "cpus_milli": 1000,
            "request_disk_kib": 4_000_000,
            "disk_used_kib": 3_500_000,
        }
        bob = {
            "request_cpus_milli": 8000,
            "cpus_milli": 8000,
            "request_memory_mib": 4096,
            "memory_used_mib": 3500,
            "batch_name": f"fold {MARKUP}",
        }
        cat = {"status": 3, "last_status": 1, "completion_utc": None, "exit_code": None, "batch_name": None}
        made += [
            _job(1000 + number, start, 4 * 3600, user="ann@campus.test", **ann),
            _job(2000 + number, start, 2 * 3600, user="bob@campus.test", **bob),
            _job(3000 + number, start, 6 * 3600, user="cat@campus.test", command="/home/cat/sim.sh", **cat),
        ]
    made += [_job(4000 + number, END - DAY, 600, user="dan@campus.test", project=QUIET) for number in range(10)]
    made.append(_job(5000, END - DAY, 600, user=MARKUP, project=MARKUP))
    return made


def _job(cluster: int, start: int, wall: int, **more: Any) -> dict[str, Any]:
    same = {"project": PROJECT, "first_start_utc": start, "submit_utc": start - 1800, "cpu_user_us": wall * 900_000}
    return job(POOL, AP, cluster, start, start + wall, **(same | more))


def _queue() -> list[dict[str, Any]]:
    clause = f"{DEMAND} && ({TYPO})"
    return [
        *(_queued(6000 + number, 400_000, DEMAND) for number in range(40)),
        *(_queued(6100 + number, 1024, clause) for number in range(3)),
        *(_queued(6200 + number, 1024, DEMAND) for number in range(2)),
        _queued(6300, 2048, DEMAND, status=2, start_utc=END - 600),
        _queued(6301, 2048, None, status=5, hold_code=34, hold_reason="too much memory"),
        _queued(6400, 1024, f"{DEMAND} && ({HOSTILE})", project=MARKUP, user=MARKUP),
    ]


def _queued(cluster: int, memory: int, demand: str | None, **more: Any) -> dict[str, Any]:
    return {
        "pool": POOL,
        "ap": AP,
        "global_job_id": f"{AP}#{cluster}.0#{END - 7200}",
        "cluster": cluster,
        "proc": 0,
        "universe": 5,
        "user": "ann@campus.test",
        "project": PROJECT,
        "status": 1,
        "submit_utc": END - 7200,
        "status_utc": END - 7200,
        "request_cpus_milli": 1000,
        "request_memory_mib": memory,
        "request_disk_kib": 1_000_000,
        "match_ad": demand,
        "seen_utc": END,
        "read_utc": END,
    } | more


def _slots() -> list[dict[str, Any]]:
    """Four machines of 32 cores and 128 GiB, all of it in use."""
    return [
        {
            "pool": POOL,
            "name": f"slot1@node{number}.test",
            "machine": f"node{number}.test",
            "is_partitionable": True,
            "slot_type": "Partitionable",
            "state": "Unclaimed",
            "cpus_milli": 0,
            "total_cpus_milli": 32_000,
            "memory_mib": 512,
            "total_memory_mib": 131_072,
            "disk_kib": 150_000_000,
            "gpus": 0,
            "total_gpus": 0,
            "arch": "X86_64",
            "os": "Debian12",
            "match_ad": OFFERED,
            "seen_utc": END,
            "read_utc": END,
        }
        for number in range(4)
    ]


def _accounts() -> list[dict[str, Any]]:
    same = {"pool": POOL, "is_group": False, "seen_utc": END, "read_utc": END}
    return [
        same | {"name": "ann@campus.test", "priority_milli": 12_500, "cores_used_milli": 32_000},
        same | {"name": "bob@campus.test", "priority_milli": 500, "cores_used_milli": 96_000},
    ]
