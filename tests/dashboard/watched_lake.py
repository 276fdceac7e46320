"""A lake of a pool that is being collected: polls, gaps, rejects, a queue, slots, pilots, sources in trouble.

Made up row by row, through the real lake, models, checks and cube; times are counted back from now. Strangers' texts
(reasons, records, names) are hostile.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.health import Health, write_health
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.schema import COVERAGE, JOB, QUEUE_JOB, REJECT, SLOT_AD, SOURCE_FILE, Table
from pipeline.settings import Settings
from tests.dashboard.made_lake import FIELDS, FORMULA, LINK, MARKUP, RIGHT_TO_LEFT
from tests.pipeline.ledger_rows import job, rows, source_file

POOL, DAY = "campus", 86_400
APS = ("ap1.campus.test", "ap2.campus.test", "ap3.campus.test")
SITES = ("Purdue", "UCSD", "Nebraska", "Wisconsin", None)
DAYS = 45
HOSTILE_RECORD = f'ProjectName = "{MARKUP}"\nOwner = "{RIGHT_TO_LEFT}"\x1b[31m\nRequestCpus = 1073741824\n'.encode()


@dataclass(frozen=True)
class Made:
    """The lake, and the moment that its times are counted back from."""

    root: Path
    now_utc: int


def make(root: Path) -> Made:
    """Build the lake and publish its cube."""
    lake = Lake(root)
    lake.create()
    now = int(datetime.now(UTC).timestamp())
    chance = random.Random(11)
    _append(lake, JOB, *_jobs(chance, now))
    _append(lake, QUEUE_JOB, *_queue(chance, now))
    _append(lake, SLOT_AD, *_slots(now))
    _append(lake, COVERAGE, *_coverage(now))
    _append(
        lake,
        SOURCE_FILE,
        *(source_file(POOL, ap, source=f"history:{ap}", last_utc=now - 200, read_utc=now - 60) for ap in APS),
    )
    _append(lake, REJECT, *_rejects(now))
    for health in _sources(now):
        write_health(root, health)
    publish(lake, Settings(lake=root), lambda step: None)
    return Made(root, now)


def _append(lake: Lake, table: Table, *given: dict[str, Any]) -> None:
    lake.writer(table).append(rows(table, *given), {})


def _jobs(chance: random.Random, now: int) -> list[dict[str, Any]]:
    """Jobs of 45 days; cluster 500 of ap1 lacks its third job; a CE's pilots, each told twice."""
    made = []
    for number in range(600):
        end = now - 300 - int(chance.random() * DAYS * DAY)
        wall = min(int(chance.lognormvariate(9.2, 0.8)), 6 * 3600)
        more = {"project": f"CA_{chance.choice(FIELDS)}", "user": f"{chance.choice(FIELDS).lower()}@campus.test"}
        size = {"cpus_milli": chance.choice((1, 2, 4, 8)) * 1000, "site": chance.choice(SITES), "cluster_jobs": 1}
        made.append(job(POOL, APS[number % 3], 4800 + number // 3, end - wall, end, **more, **size))
    submitted = now - 3 * DAY
    for proc in (0, 1, 3):
        name = f"{APS[0]}#5000.{proc}#{submitted}"
        times = {"submit_utc": submitted, "proc": proc, "cluster_jobs": 4, "global_job_id": name}
        made.append(job(POOL, APS[0], 5000, submitted + 60, submitted + 900, **times))
    for number in range(40):
        end = now - 3600 - number * 20_000
        pilot = {"site": None, "project": None, "user": "pilot@ce", "cpus_milli": 64_000, "cpu_user_us": None}
        ce = "ce.purdue.test" if number % 2 else "ce.ucsd.test"
        begin = end - 12 * 3600
        made.append(job(POOL, ce, 100 + 2 * number, begin, end, **pilot, at_ce=True, routed_to=f"{101 + 2 * number}.0"))
        made.append(job(POOL, ce, 101 + 2 * number, begin, end, **pilot, routed_from=f"{100 + 2 * number}.0"))
    return made


def _queue(chance: random.Random, now: int) -> list[dict[str, Any]]:
    reasons = [
        (34, f"Job has gone over memory limit of {MARKUP} megabytes"),
        (12, f"Error from slot1@{LINK}: STARTER failed to send file(s)"),
        (1, f"via condor_hold (by user {RIGHT_TO_LEFT})"),
    ]
    made = []
    for number in range(240):
        ap, cluster = APS[number % 2], 5002 + number // 2
        status = chance.choice((1, 1, 1, 2, 2, 2, 2, 5))
        cores = chance.choice((1, 1, 2, 4, 8))
        one: dict[str, Any] = {
            "pool": POOL,
            "ap": ap,
            "global_job_id": f"{ap}#{cluster}.0#{now - 5000}",
            "cluster": cluster,
            "proc": 0,
            "universe": 5,
            "user": f"{chance.choice(FIELDS).lower()}@campus.test",
            "project": f"CA_{chance.choice(FIELDS)}",
            "status": status,
            "submit_utc": now - 5000,
            "status_utc": now - 4000,
            "request_cpus_milli": cores * 1000,
            "request_memory_mib": 2048,
            "seen_utc": now - 180,
        }
        if number % 60 == 0:
            one |= {"project": (MARKUP, FORMULA, RIGHT_TO_LEFT, None)[number // 60]}
        if number % 12 == 0:
            one |= {"request_gpus": 1}
        if status == 2:
            begin = now - 180 - chance.randrange(60, 40_000)
            one |= {"start_utc": begin, "shadow_starts": 1, "cpus_milli": cores * 1000, "site": chance.choice(SITES)}
            one |= {"gpus": one.get("request_gpus", 0)}
        if status == 5:
            code, reason = reasons[number % 3]
            one |= {"hold_code": code, "hold_reason": reason}
        made.append(one)
    return made


def _slots(now: int) -> list[dict[str, Any]]:
    made = []
    for number in range(60):
        site = SITES[number % 5]
        cores = (16, 32, 64, 128)[number % 4]
        free = (number * 7) % (cores // 2)
        models = ("NVIDIA A100-SXM4-40GB", "NVIDIA L40", None)
        has_gpus = number % 6 == 0
        made.append(
            {
                "pool": POOL,
                "name": f"slot1@glidein_{number}@node{number}.test",
                "machine": f"node{number}.test",
                "is_partitionable": True,
                "slot_type": "Partitionable",
                "state": "Drained" if number % 20 == 7 else "Unclaimed",
                "cpus_milli": free * 1000,
                "total_cpus_milli": cores * 1000,
                "memory_mib": free * 2048,
                "total_memory_mib": cores * 2048,
                "gpus": 1 if has_gpus else 0,
                "total_gpus": 4 if has_gpus else 0,
                "gpu_model": models[number // 6 % 3] if has_gpus else None,
                "site": site,
                "resource": f"{site}-CE1" if site else None,
                "gatekeeper": f"ce.{site.lower()}.test ce.{site.lower()}.test:9619" if site else None,
                "seen_utc": now - 120 - number,
                "read_utc": now - 100,
            }
        )
    backfill = made[0] | {"name": "backfill1@glidein_0@node0.test", "is_backfill": True, "state": "Backfill"}
    return [*made, backfill]


def _coverage(now: int) -> list[dict[str, Any]]:
    """ap1 whole but for a gap of an hour; ap2 began to be collected 20 days ago; ap3 was silent for the last two."""

    def say(ap: str, stream: str, state: str, first: int, last: int, why: str) -> dict[str, Any]:
        name = f"mine: {stream} of {ap}"
        owner = {"pool": POOL, "ap": ap, "source": name, "stream": stream, "mark": "", "read_utc": last}
        return owner | {"state": state, "from_utc": first, "to_utc": last, "evidence": f"{stream} of {ap}: {why}."}

    begin, whole = now - DAYS * DAY, "the known records were reached, and all is read since"
    lost = (now - 9 * DAY) // DAY * DAY + 12 * 3600  # at noon: an hour over midnight would be two gaps
    truncated = "HISTORY_HELPER_MAX_HISTORY hid what was written: raise it on the access point"
    made = []
    for stream in ("history", "epochs"):
        made.append(say(APS[0], stream, "proven", begin, lost, whole))
        made.append(say(APS[0], stream, "proven", lost + 3600, now - 60, whole))
        made.append(say(APS[1], stream, "proven", now - 20 * DAY, now - 70, whole))
        made.append(say(APS[2], stream, "proven", begin, now - 2 * DAY, whole))
    made.append(say(APS[0], "history", "gap", lost, lost + 3600, f"{truncated} {MARKUP}"))
    made.append(say(APS[0], "epochs", "proven", lost, lost + 3600, whole))
    made.append(say(APS[0], "queue", "proven", now - 180, now - 180, "the queue was asked"))
    made.append(say("", "pool", "proven", begin, now - 100, "it was asked") | {"ap": None, "source": "slots"})
    return made


def _rejects(now: int) -> list[dict[str, Any]]:
    def one(number: int, rule: str, reason: str, content: bytes, read: int) -> dict[str, Any]:
        place = {"path": f"/var/lib/condor/spool/history.{MARKUP}", "source": f"history:{APS[1]}", "kind": "history"}
        size = {"offset_bytes": number * 4096, "length_bytes": len(content), "content": content}
        return {"pool": POOL, "ap": APS[1], "rule": rule, "reason": reason, "read_utc": read} | place | size

    cpus = "request_cpus_milli is 1073741824 cores, not within 0 and 4096: no slot has more (setting largest_slot_cpus)"
    return [
        *(one(number, "cpus-bound", cpus, HOSTILE_RECORD, now - 5 * DAY) for number in range(5)),
        one(
            9,
            "unreadable",
            f"the line that ends the record is no banner: {LINK}",
            b"\xff\xfe\x00garbage" * 400,
            now - 60,
        ),
    ]


def _sources(now: int) -> list[Health]:
    def one(name: str, kind: str, stream: str, ap: str | None, **more: Any) -> Health:
        known = {
            "name": name,
            "source": "mine",
            "kind": kind,
            "pool": POOL,
            "ap": ap,
            "stream": stream,
            "state": "ok",
            "since_utc": now - 20 * DAY,
            "tried_utc": now - 60,
            "ok_utc": now - 60,
            "failures": 0,
            "error": None,
            "hint": None,
            "new_rows": 3,
            "rejects": 0,
            "interval_s": 300,
            "seconds": 0.4,
        }
        return Health(**(known | more))

    refused = {
        "state": "failing",
        "since_utc": now - 2 * DAY,
        "ok_utc": now - 2 * DAY,
        "failures": 577,
        "error": f"schedd ap3.campus.test: history refused (not authorised) {MARKUP}",
        "hint": "Add this host to ALLOW_READ of the access point, or give the collector a token that it accepts.",
    }
    return [
        one("mine: history of ap1.campus.test", "schedds", "history", APS[0]),
        one("mine: epochs of ap1.campus.test", "schedds", "epochs", APS[0]),
        one("mine: history of ap2.campus.test", "schedds", "history", APS[1]),
        one("mine: history of ap3.campus.test", "schedds", "history", APS[2], **refused),
        one("mine: queue of ap2.campus.test", "schedds", "queue", APS[1], tried_utc=now - 9000, ok_utc=now - 9000),
        one("slots", "pool", "pool", None, source="slots"),
        one("lake: build", "lake", "lake: build", None, source="lake"),
        one("elsewhere: history of ap9", "schedds", "history", "ap9", pool="other", source="elsewhere"),
    ]
