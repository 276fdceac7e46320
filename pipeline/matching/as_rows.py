"""What came of the idle jobs as one table: a row per group and condition, for programs and downloads."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipeline.matching.evaluation import Condition
from pipeline.matching.why_idle import IdleGroup, WhyIdle
from pipeline.matching.wording import said

_TEXTS = ("pool", "ap", "project", "user", "example", "verdict", "answer", "advice", "condition", "is_about")
_WHOLE = ("jobs", "slots", "machines", "matching_slots", "matching_machines", "free_slots", "free_machines")
_OF_CONDITION = ("passing_slots", "passing_machines", "slots_without", "machines_without")
_REAL = ("asked", "most", "priority", "waited_p50_s", "waited_p90_s")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        *((name, pa.int64()) for name in (*_WHOLE, *_OF_CONDITION)),
        *((name, pa.float64()) for name in _REAL),
        ("rank", pa.int64()),
        ("accounts", pa.int64()),
        ("not_collected", pa.string()),
        ("nowhere", pa.string()),
        ("idle_since_utc", pa.int64()),
        ("seen_utc", pa.int64()),
    ]
)
"""`is_about`: clause, request or owner. Amounts are in the units of their attributes (cores, MiB, KiB, devices)."""


def as_table(found: WhyIdle) -> pa.Table:
    """One row per group and condition; one row of a group that could not be evaluated."""
    rows = [row for group in found.groups for row in _rows(group, found)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _rows(group: IdleGroup, whole: WhyIdle) -> Iterator[dict[str, Any]]:
    same = _group(group, whole)
    conditions = group.verdict.conditions if group.verdict else ()
    yield from (same | _condition(one) for one in conditions)
    if not conditions:
        yield same


def _group(group: IdleGroup, whole: WhyIdle) -> dict[str, Any]:
    words, verdict = said(group, whole), group.verdict
    counts = {} if verdict is None else {name: getattr(verdict, name) for name in _WHOLE[1:]}
    standing, wait = group.standing, group.wait
    return counts | {
        "pool": whole.pool,
        "ap": group.ap,
        "project": group.project,
        "user": group.user,
        "example": group.example,
        "verdict": words.kind,
        "answer": words.answer,
        "advice": words.advice,
        "jobs": group.jobs,
        "priority": standing.priority if standing else None,
        "rank": standing.rank if standing else None,
        "accounts": standing.accounts if standing else None,
        "waited_p50_s": wait.p50_s if wait else None,
        "waited_p90_s": wait.p90_s if wait else None,
        "idle_since_utc": group.idle_since_utc,
        "seen_utc": group.seen_utc,
    }


def _condition(one: Condition) -> dict[str, Any]:
    return {
        "condition": " && ".join([one.text, *(f"({text})" for text in one.clauses)]),
        "is_about": one.kind,
        "passing_slots": one.slots,
        "passing_machines": one.machines,
        "slots_without": one.slots_without,
        "machines_without": one.machines_without,
        "asked": one.asked,
        "most": one.most,
        "not_collected": ", ".join(one.not_collected) or None,
        "nowhere": ", ".join(one.nowhere) or None,
    }
