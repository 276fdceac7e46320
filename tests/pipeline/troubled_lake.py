"""A pool with a good site, one with a host that fails jobs at once, and one that began last week; its CEs' pilots."""

import random
from typing import Any

from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import JOB, SLOT_AD, SOURCE_FILE
from pipeline.settings import Settings
from tests.pipeline.ledger_rows import job, rows, source_file

POOL, AP = "campus", "ap1.campus.test"
FIRST, DAYS, DAY = 1_790_812_800, 50, 86_400  # 2026-10-01 00:00:00 UTC; the last day is 2026-11-19
END = FIRST + DAYS * DAY
GOOD, BAD, NEW, SILENT = "Good", "Bad", "New", "Silent"
HOLE = "node2.bad.test"
NEW_FIRST = END - 6 * DAY
MARKUP = "<img src=x onerror=alert(1)>"


def jobs() -> list[dict[str, Any]]:
    """Every payload job: of one run each."""
    chance = random.Random(3)
    made: list[dict[str, Any]] = []

    def add(site: str, host: str, start: int, wall: int, **more: Any) -> None:
        number = len(made) + 1
        place = {"site": site, "machine": host, "slot": f"slot1_{number}@glidein_{number % 7}@{host}"}
        made.append(job(POOL, AP, number, start, start + wall, **(place | more)))

    for _ in range(400):
        fails = chance.random() < 0.04
        start = FIRST + chance.randrange(DAYS * DAY - 20_000)
        add(GOOD, f"node{chance.randrange(4)}.good.test", start, 3600, exit_code=int(fails))
    for number in range(120):
        start = FIRST + 2 * DAY + number * 20_000
        add(BAD, f"node{number % 2}.bad.test", start, 7200, exit_code=1 if number % 30 == 0 else 0)
    for number in range(40):
        add(BAD, HOLE, FIRST + 9 * DAY + number * 60, 20, exit_code=127, project=f"P{number % 3}")
    for number in range(12):
        reason = f"Error from slot1_{number}@glidein_{number}@node0.bad.test: no such file /tmp/{number} {MARKUP}"
        held = {"status": 3, "last_status": 5, "exit_code": None, "completion_utc": None, "hold_reason": reason}
        add(BAD, "node0.bad.test", FIRST + 30 * DAY + number * 9_000, 4000, **held)
    for number in range(6):
        add(NEW, f"{MARKUP}.test", NEW_FIRST + number * 5_000, 600, exit_code=9)
    return made


def make(root: Lake) -> Lake:
    """Write the rows and publish the cube."""
    root.writer(JOB).append(rows(JOB, *jobs(), *_pilots()), {})
    root.writer(SLOT_AD).append(rows(SLOT_AD, *_slots()), {})
    read = source_file(POOL, AP, last_utc=END, read_utc=END)
    root.writer(SOURCE_FILE).append(rows(SOURCE_FILE, read), {})
    publish(root, Settings(lake=root.root), lambda step: None)
    return root


def _pilots() -> list[dict[str, Any]]:
    """Ten pilots of the bad site's CE, told twice each: six well, two short and bad, one removed, one never ran."""
    made = []
    for number in range(10):
        start = FIRST + (3 + number) * DAY
        wall = 300 if number in (6, 7) else 40_000
        more: dict[str, Any] = {"site": None, "project": None, "user": "pilot@ce", "cpus_milli": 8_000}
        more |= {"exit_code": 1} if number in (6, 7) else {}
        if number == 8:
            more |= {"status": 3, "exit_code": None, "completion_utc": None}
        if number == 9:
            more |= {"status": 3, "exit_code": None, "completion_utc": None, "start_utc": None, "wall_s": 0}
        place = 2 * number + 100
        copy = {"routed_to": f"{place + 1}.0", "at_ce": True}
        made.append(job(POOL, "ce.bad.test", place, start, start + wall, **more, **copy))
        made.append(job(POOL, "ce.bad.test", place + 1, start, start + wall, **more, routed_from=f"{place}.0"))
    return made


def _slots() -> list[dict[str, Any]]:
    """Slots of the bad site, whose CE they name, and of one where nothing ever ran; both seen on the last day."""
    return [
        {
            "pool": POOL,
            "name": f"slot1@glidein_{number}@{host}",
            "machine": host,
            "is_partitionable": True,
            "slot_type": "Partitionable",
            "state": "Unclaimed",
            "cpus_milli": 8_000,
            "total_cpus_milli": 8_000,
            "site": site,
            "resource": f"{site}-1",
            "gatekeeper": gatekeeper,
            "seen_utc": END - DAY // 2 + step,
            "read_utc": END - DAY // 2 + step,
        }
        for step in (0, 600)
        for number, (site, host, gatekeeper) in enumerate(
            [(BAD, "node0.bad.test", "ce.bad.test ce.bad.test:9619"), (SILENT, "node.silent.test", None)]
        )
    ]
