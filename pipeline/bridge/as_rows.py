"""Bridges as a flat table: for CSV, JSON and downloads. One row per total and step, in the order of the walk."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from pipeline.bridge.asked import TARGETS, Target
from pipeline.bridge.foreign import ForeignLine
from pipeline.bridge.walk import Bridge, Step

SCHEMA = pa.schema(
    [
        ("group", pa.string()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("label", pa.string()),
        ("mcore_s", pa.decimal128(38, 0)),
        ("core_h", pa.float64()),
        ("jobs", pa.int64()),
        ("receipts", pa.string()),
    ]
)
"""kind: total, step or unexplained; receipts: the largest parts, `AP#CLUSTER.PROC mcore_s`, separated by semicolons."""


def as_table(bridges: Sequence[Bridge], target: Target) -> pa.Table:
    """From as used to the target."""
    return _table([row for bridge in bridges for row in _rows(bridge, target)])


def foreign_table(pairs: Sequence[tuple[ForeignLine, Bridge]], target: Target) -> pa.Table:
    """From each foreign total to ours: the same steps, walked back, with their signs turned."""
    return _table([row for line, bridge in pairs for row in _back(line, bridge, target)])


def not_explained(line: ForeignLine, bridge: Bridge) -> int:
    """What by their rule our records make, less what they publish: no cause of ours explains it."""
    return bridge.target_mcore_s - line.mcore_s


def named(line: ForeignLine) -> str:
    """Period, project and site of a foreign line, as far as it gives them."""
    return " · ".join(part for part in (line.period, line.project, line.site) if part) or "all"


def _rows(bridge: Bridge, target: Target) -> Iterator[dict[str, Any]]:
    yield _total(bridge.group, "used", "as used", bridge.used_mcore_s)
    yield from (_step(bridge.group, step, 1) for step in bridge.steps_to("ended"))
    yield _total(bridge.group, "ended", "as ended", bridge.ended_mcore_s)
    if target != "ended":
        yield from (_step(bridge.group, step, 1) for step in bridge.steps_to("published"))
        yield _total(bridge.group, target, TARGETS[target], bridge.target_mcore_s)
    yield _row(bridge.group, "unexplained", "unexplained", "unexplained", bridge.unexplained_mcore_s)


def _back(line: ForeignLine, bridge: Bridge, target: Target) -> Iterator[dict[str, Any]]:
    group = named(line)
    yield _total(group, "foreign", "theirs", line.mcore_s)
    yield _row(group, "unexplained", "not_explained", "not explained", not_explained(line, bridge))
    yield _total(group, target, f"our records, {TARGETS[target]}", bridge.target_mcore_s)
    if target != "ended":
        yield from (_step(group, step, -1) for step in reversed(bridge.steps_to("published")))
        yield _total(group, "ended", "as ended", bridge.ended_mcore_s)
    yield from (_step(group, step, -1) for step in reversed(bridge.steps_to("ended")))
    yield _total(group, "used", "as used", bridge.used_mcore_s)


def _total(group: str, name: str, label: str, mcore_s: int) -> dict[str, Any]:
    return _row(group, "total", name, label, mcore_s)


def _step(group: str, step: Step, sign: int) -> dict[str, Any]:
    receipts = "; ".join(f"{one.name} {sign * one.mcore_s}" for one in step.witnesses)
    return _row(group, "step", step.cause.name, step.cause.label, sign * step.mcore_s, step.jobs, receipts)


def _row(
    group: str, kind: str, name: str, label: str, mcore_s: int, jobs: int | None = None, receipts: str | None = None
) -> dict[str, Any]:
    return {
        "group": group,
        "kind": kind,
        "name": name,
        "label": label,
        "mcore_s": mcore_s,
        "core_h": mcore_s / 3_600_000,
        "jobs": jobs,
        "receipts": receipts,
    }


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    from decimal import Decimal

    return pa.Table.from_pylist([row | {"mcore_s": Decimal(row["mcore_s"])} for row in rows], schema=SCHEMA)
