"""A lake in which every text that a stranger can choose is hostile: in jobs, runs, queue, slots, transfers, ads.

Found by the schema: a text column that is added is hostile here, too. One job is well named, for pages about one job.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.closing.closing import Reason, close
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import (
    ACCOUNTING_AD,
    ATTEMPT_RECORD,
    JOB,
    NEGOTIATOR_AD,
    QUEUE_JOB,
    REJECT,
    SCHEDD_AD,
    SLOT_AD,
    SOURCE_FILE,
    SUBMITTER_AD,
    TRANSFER,
    Table,
)
from pipeline.settings import Settings
from tests.dashboard.made_lake import ARABIC, END, FORMULA, LINK, LONG, MARKUP, OCTOBER, RIGHT_TO_LEFT, TEMPLATE
from tests.pipeline.ledger_rows import job, rows, source_file

POOL, AP = "hostile", "ap1.hostile.test"
TEXTS = (MARKUP, FORMULA, RIGHT_TO_LEFT, LINK, TEMPLATE, ARABIC, LONG, "line\nbreak\tand tab", "\x1b[31mred", "   ")
NAMED = f"{AP}#1.0#{END - 90_060}"
OURS = frozenset(
    {
        "pool",
        "ap",
        "global_job_id",
        "record_type",
        "source",
        "routed_from",
        "routed_to",
        "slot_type",
        "state",
        "match_ad",
    }
)
"""Columns that are not a stranger's to choose, or whose value says what the record is."""


def make(root: Path) -> Path:
    """Build the lake and publish its cube; the root is returned."""
    lake = Lake(root)
    lake.create()
    for table, made in _tables().items():
        lake.writer(table).append(rows(table, *made), {})
    settings = Settings(lake=root)
    publish(lake, settings, lambda step: None)
    close(lake, settings, OCTOBER, Reason(f"report {MARKUP}{RIGHT_TO_LEFT}", even_so=True), datetime.now(UTC))
    return root


def _tables() -> dict[Table, list[dict[str, Any]]]:
    now = {"pool": POOL, "seen_utc": END - 60, "read_utc": END - 50}
    jobs = [_job(number) for number in range(len(TEXTS))]
    slot = {"is_partitionable": True, "slot_type": "Partitionable", "state": "Unclaimed", "cpus_milli": 4000}
    slot |= {"total_cpus_milli": 8000, "memory_mib": 8192, "total_memory_mib": 16_384, "gpus": 1, "total_gpus": 2}
    schedd = {"running": 3, "idle": 2, "held": 1, "uploads_waiting": 4}
    cycle = {"cycle_end_utc": END - 90, "cycle_s": 12, "matches": 3}
    account = {"priority_milli": 500_000, "cores_used_milli": 4000, "core_use_s": 7200}
    return {
        JOB: [*jobs, _plain(), _of_october()],
        ATTEMPT_RECORD: [
            one | {"record_type": "EPOCH", "run_instance": 0, "write_utc": one["status_utc"]} for one in jobs
        ],
        QUEUE_JOB: [_queued(number) for number in range(len(TEXTS))],
        SLOT_AD: _hostile(SLOT_AD, now | slot),
        SCHEDD_AD: _hostile(SCHEDD_AD, now | schedd),
        SUBMITTER_AD: _hostile(SUBMITTER_AD, now | schedd),
        NEGOTIATOR_AD: _hostile(NEGOTIATOR_AD, now | cycle),
        ACCOUNTING_AD: _hostile(ACCOUNTING_AD, now | account),
        TRANSFER: [_moved(number) for number in range(len(TEXTS))],
        REJECT: _hostile(
            REJECT, {"pool": POOL, "ap": AP, "read_utc": END, "content": MARKUP.encode(), "kind": "history"}
        ),
        SOURCE_FILE: [source_file(POOL, AP, last_utc=END, read_utc=END)],
    }


def _hostile(table: Table, one: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each text, with it in every text column."""
    columns = [column.name for column in table.columns if column.type == "text" and column.name not in OURS]
    return [one | dict.fromkeys(columns, text) for text in TEXTS]


def _job(number: int) -> dict[str, Any]:
    """A job that was held and removed: it has a hold reason and a remove reason; its access point is hostile, too."""
    start, wall = END - 80_000 + number * 60, 7200 * (len(TEXTS) - number)
    text = TEXTS[number]
    made = job(POOL, text, number + 2, start, start + wall, gpus=number % 2)
    if number % 2:
        made |= {"status": 3, "last_status": 5, "exit_code": None, "completion_utc": None, "hold_code": 34}
    return _hostile(JOB, made)[number] | {"run_instance": 0}


def _plain() -> dict[str, Any]:
    return job(POOL, AP, 1, END - 90_000, END - 80_000, command=MARKUP, batch_name=FORMULA, hold_reason=RIGHT_TO_LEFT)


def _of_october() -> dict[str, Any]:
    """What there is to close."""
    return job(POOL, AP, 500, END - 40 * 86_400, END - 40 * 86_400 + 600, project=MARKUP, user=FORMULA)


def _queued(number: int) -> dict[str, Any]:
    name = {"pool": POOL, "ap": AP, "global_job_id": f"{AP}#{900 + number}.0#{END - 500}", "cluster": 900 + number}
    asked = {"proc": 0, "universe": 5, "request_cpus_milli": 1000, "request_memory_mib": 1024, "seen_utc": END - 60}
    state = {"status": (1, 2, 5)[number % 3], "submit_utc": END - 500, "status_utc": END - 400, "hold_code": 34}
    running = {"start_utc": END - 400, "shadow_starts": 1, "cpus_milli": 1000} if number % 3 == 1 else {}
    return _hostile(QUEUE_JOB, name | asked | state | running)[number]


def _moved(number: int) -> dict[str, Any]:
    one = _job(number)
    owner = {name: one[name] for name in ("pool", "ap", "global_job_id", "cluster", "proc")}
    run = {"record_type": "INPUT", "run_instance": 0, "write_utc": one["status_utc"], "file_index": 0}
    size = {"success": number % 2 == 0, "file_bytes": 10**9, "moved_bytes": 10**9}
    times = {"file_start_utc": one["start_utc"], "file_end_utc": one["start_utc"] + 60}
    return _hostile(TRANSFER, owner | run | size | times)[number]
