"""Bounds, as data: what no true record can say, with the reason. A record that breaks one is kept whole as a reject.

Only values that the ledger counts are bounded: real ads hold stale odd ones in others. The way in applies them
(`collectors/bounds.py`); docs/definitions.md and the page Data health show them.
"""

from dataclasses import dataclass
from typing import Literal

from pipeline.schema import ATTEMPT_RECORD, JOB, SLOT_AD, TABLES, USAGE_RECORD, Table

DAY_S = 86_400
OLDEST_UTC = 946_684_800
"""2000-01-01 00:00 UTC."""
LONGEST_S = 3_653 * DAY_S
"""Ten years."""
MOST_MEMORY_MIB = 1 << 26
MILLI, MICRO = 1_000, 1_000_000


@dataclass(frozen=True)
class Limits:
    """What is only known when a record is read: the present moment and the largest slot there can be."""

    now_utc: int
    largest_slot_cpus: int


@dataclass(frozen=True)
class Edge:
    """A limit in its bound's unit: `number`, times and plus a limit that is known later; `words` for people."""

    words: str
    number: int
    plus: Literal["now_utc"] | None = None
    times: Literal["largest_slot_cpus"] | None = None

    def value(self, limits: Limits) -> int:
        """The limit as a number."""
        scaled = self.number if self.times is None else self.number * limits.largest_slot_cpus
        return scaled if self.plus is None else scaled + limits.now_utc


@dataclass(frozen=True)
class Bound:
    """No value of those columns is less than `least` or more than `most`, both in `unit`; `reason` says why.

    `scale`: stored numbers per unit. Columns that a table does not have are not looked at.
    """

    rule: str
    tables: tuple[Table, ...]
    columns: tuple[str, ...]
    least: Edge
    most: Edge
    unit: str
    reason: str
    scale: int = 1


@dataclass(frozen=True)
class Order:
    """The instant in column `first` is not after that in `last`: the first known one of those columns.

    `but` are record types whose instants come from two clocks.
    """

    rule: str
    tables: tuple[Table, ...]
    first: str
    last: tuple[str, ...]
    but: tuple[str, ...]
    reason: str


_ZERO = Edge("0", 0)
_LARGEST_SLOT = Edge("largest_slot_cpus", 1, times="largest_slot_cpus")
_OF_JOBS = (JOB, ATTEMPT_RECORD)
_SIZED = (*_OF_JOBS, SLOT_AD)
_IMPORTED = (USAGE_RECORD,)

BOUNDS: tuple[Bound | Order, ...] = (
    Bound(
        "cpus-bound",
        (*_SIZED, *_IMPORTED),
        ("cpus_milli", "total_cpus_milli", "request_cpus_milli", "cores_milli"),
        _ZERO,
        _LARGEST_SLOT,
        "cores",
        "no slot has more (setting largest_slot_cpus), and none fewer than none",
        MILLI,
    ),
    Bound(
        "gpus-bound",
        _SIZED,
        ("gpus", "total_gpus", "request_gpus"),
        _ZERO,
        _LARGEST_SLOT,
        "GPUs",
        "no slot has more (setting largest_slot_cpus), and none fewer than none",
    ),
    Bound(
        "memory-bound",
        _SIZED,
        ("memory_mib", "total_memory_mib", "request_memory_mib"),
        _ZERO,
        Edge("64 TiB", MOST_MEMORY_MIB),
        "MiB",
        "no slot has more than 64 TiB of memory, and none less than none",
    ),
    Bound(
        "time-bound",
        TABLES,
        (
            "submit_utc",
            "first_start_utc",
            "start_utc",
            "completion_utc",
            "status_utc",
            "vacate_utc",
            "write_utc",
            "shadow_start_utc",
            "seen_utc",
            "begin_utc",
            "end_utc",
        ),
        Edge("2000-01-01", OLDEST_UTC),
        Edge("now + 1 day", DAY_S, plus="now_utc"),
        "Unix s, UTC",
        "no pool's records are older, and clocks differ by less than a day: a clock is wrong",
    ),
    Order(
        "end-before-start",
        _OF_JOBS,
        "start_utc",
        ("write_utc", "completion_utc", "status_utc"),
        ("STARTD",),
        "a run cannot end before it starts (a startd's record carries two hosts' clocks, and is let pass)",
    ),
    Order(
        "span-bound",
        _IMPORTED,
        "begin_utc",
        ("end_utc",),
        (),
        "what is told of a time cannot end before it begins",
    ),
    Bound(
        "cpu-time-bound",
        (*_OF_JOBS, *_IMPORTED),
        ("cpu_user_us", "cpu_sys_us", "cpu_user_all_us", "cpu_sys_all_us", "cpu_used_us"),
        _ZERO,
        Edge("10 years × largest_slot_cpus", LONGEST_S, times="largest_slot_cpus"),
        "s",
        "the largest slot has no more CPU time in ten years, and none has less than none",
        MICRO,
    ),
    Bound(
        "wall-bound",
        _OF_JOBS,
        ("wall_s",),
        _ZERO,
        Edge("10 years", LONGEST_S),
        "s",
        "no job ran for longer than ten years, or for less than no time",
    ),
    Bound(
        "amount-bound",
        _IMPORTED,
        ("wall_s", "gpu_s"),
        _ZERO,
        Edge("10 years × largest_slot_cpus", LONGEST_S, times="largest_slot_cpus"),
        "s",
        "no record and no summary tells of more time than the largest slot has in ten years",
    ),
    Bound(
        "jobs-bound",
        _IMPORTED,
        ("jobs",),
        _ZERO,
        Edge("10^10", 10_000_000_000),
        "jobs",
        "nobody runs more jobs in a month, or fewer than none",
    ),
    Bound(
        "core-time-bound",
        _IMPORTED,
        ("mcore_s",),
        _ZERO,
        Edge("10 years × largest_slot_cpus", LONGEST_S, times="largest_slot_cpus"),
        "core s",
        "no record and no summary tells of more core time than the largest slot has in ten years",
        MILLI,
    ),
    Bound(
        "memory-time-bound",
        _IMPORTED,
        ("memory_mib_s",),
        _ZERO,
        Edge("10 years × 64 TiB", LONGEST_S * MOST_MEMORY_MIB),
        "MiB s",
        "no record and no summary tells of more memory than 64 TiB for ten years",
    ),
)
"""In the order in which they are looked at: the first that a record breaks is the one that rejects it."""
