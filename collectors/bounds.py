"""Bounds: what no true record can say. One that breaks a bound is kept whole as a reject and is in no total.

Only values that the ledger counts are looked at: real ads hold stale odd ones in others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.schema import ATTEMPT_RECORD, JOB, Table

DAY_S = 86_400
OLDEST_UTC = 946_684_800
"""2000-01-01 00:00 UTC."""
LONGEST_S = 3_653 * DAY_S
"""Ten years."""
MOST_MEMORY_MIB = 1 << 30
"""One PiB."""
MILLI, MICRO = 1000, 1_000_000

Value = str | int | bool | None


class Row(Protocol):
    """A row, by column name."""

    def get(self, name: str) -> Value:
        """The value; None if it is unknown or the table has no such column."""
        ...


_SIZES = ("cpus_milli", "request_cpus_milli")
_GPUS = ("gpus", "request_gpus")
_MEMORIES = ("memory_mib", "request_memory_mib")
_CPU_TIMES = ("cpu_user_us", "cpu_sys_us", "cpu_user_all_us", "cpu_sys_all_us")
_INSTANTS = (
    "submit_utc",
    "first_start_utc",
    "start_utc",
    "completion_utc",
    "status_utc",
    "vacate_utc",
    "write_utc",
    "shadow_start_utc",
    "seen_utc",
)


@dataclass(frozen=True)
class Limits:
    """What is compared with: the present moment and the largest slot there can be."""

    now_utc: int
    largest_slot_cpus: int


@dataclass(frozen=True)
class Bound:
    """`broken` returns what is wrong, as a sentence without its beginning, or None if the row holds."""

    rule: str
    broken: Callable[[Row, Limits], str | None]


def broken_bound(table: Table, row: Row, limits: Limits) -> tuple[str, str] | None:
    """Rule and reason of the first bound that the row breaks; None if it holds all."""
    for bound in BOUNDS if table in (JOB, ATTEMPT_RECORD) else TIMES:
        found = bound.broken(row, limits)
        if found:
            return bound.rule, found
    return None


def _out_of(row: Row, names: tuple[str, ...], least: int, most: int) -> tuple[str, int] | None:
    for name in names:
        value = row.get(name)
        if isinstance(value, int) and not least <= value <= most:
            return name, value
    return None


def _cpus(row: Row, limits: Limits) -> str | None:
    found = _out_of(row, _SIZES, 0, limits.largest_slot_cpus * MILLI)
    most = limits.largest_slot_cpus
    return found and f"{found[0]} is {found[1] / MILLI:g} cores, no slot has more than {most} (largest_slot_cpus)"


def _gpus(row: Row, limits: Limits) -> str | None:
    found = _out_of(row, _GPUS, 0, limits.largest_slot_cpus)
    return found and f"{found[0]} is {found[1]}, no slot has more than {limits.largest_slot_cpus} (largest_slot_cpus)"


def _memory(row: Row, limits: Limits) -> str | None:
    found = _out_of(row, _MEMORIES, 0, MOST_MEMORY_MIB)
    return found and f"{found[0]} is {found[1]} MiB, more than a PiB or negative"


def _end_before_start(row: Row, limits: Limits) -> str | None:
    if row.get("record_type") == "STARTD":
        return None  # two hosts' clocks
    start = row.get("start_utc")
    end = row.get("write_utc") or row.get("completion_utc") or row.get("status_utc")
    if isinstance(start, int) and isinstance(end, int) and end < start:
        return f"it ends at {end}, before it starts at {start}"
    return None


def _time(row: Row, limits: Limits) -> str | None:
    found = _out_of(row, _INSTANTS, OLDEST_UTC, limits.now_utc + DAY_S)
    return found and f"{found[0]} is {found[1]}: before the year 2000, or more than a day in the future"


def _cpu_time(row: Row, limits: Limits) -> str | None:
    found = _out_of(row, _CPU_TIMES, 0, LONGEST_S * limits.largest_slot_cpus * MICRO)
    return found and f"{found[0]} is {found[1] / MICRO:g} s: negative, or more than the largest slot has in ten years"


def _wall(row: Row, limits: Limits) -> str | None:
    found = _out_of(row, ("wall_s",), 0, LONGEST_S)
    return found and f"{found[0]} is {found[1]}: negative, or more than ten years"


TIMES = (Bound("time-bound", _time),)
BOUNDS = (
    Bound("cpus-bound", _cpus),
    Bound("gpus-bound", _gpus),
    Bound("memory-bound", _memory),
    *TIMES,
    Bound("end-before-start", _end_before_start),
    Bound("cpu-time-bound", _cpu_time),
    Bound("wall-bound", _wall),
)
