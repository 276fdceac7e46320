"""Idle demand against idle supply by size: how many jobs of each size would fit into what is free now. Pure.

In: rows of `Cube.idle_sizes` and `Cube.slot_sizes`. Sizes alone are compared: whether a slot wants a job, and a job a
slot, is what the page Project tells of each. Each size is looked at as if it were alone: what fits is never added up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
MIB = 1024


@dataclass(frozen=True)
class Size:
    """What a job asks for at the most: cores, memory in GiB (the next power of two), GPUs."""

    cores: int
    memory_gib: int
    gpus: int


@dataclass(frozen=True)
class Fit:
    """Idle jobs of one size, and what could take them.

    fit_now    jobs of that size for which there is room in free slots, if no others came first
    slots_now  free slots with room for one; slots_ever: slots that could take one if they were empty
    """

    size: Size
    jobs: int
    oldest_submit_utc: int | None
    fit_now: int
    slots_now: int
    slots_ever: int


@dataclass(frozen=True)
class Demand:
    """Sizes by number of jobs, the most first; `unknown`: idle jobs whose requests are expressions."""

    fits: tuple[Fit, ...]
    unknown: int

    @property
    def jobs(self) -> int:
        return self.unknown + sum(fit.jobs for fit in self.fits)


def demand(idle: Sequence[Row], slots: Sequence[Row]) -> Demand:
    """Each size of idle job beside the slots. A slot that does not say its size takes nothing."""
    sizes: dict[Size, list[Row]] = {}
    unknown = 0
    for row in idle:
        size = size_of(row)
        if size is None:
            unknown += row["jobs"]
        else:
            sizes.setdefault(size, []).append(row)
    fits = [_fit(size, rows, slots) for size, rows in sizes.items()]
    order = sorted(fits, key=lambda fit: (-fit.jobs, fit.size.cores, fit.size.memory_gib, fit.size.gpus))
    return Demand(tuple(order), unknown)


def size_of(row: Row) -> Size | None:
    """The size that an idle job's requests fall into; None where cores or memory are not known numbers."""
    milli, mib = row["request_cpus_milli"], row["request_memory_mib"]
    if milli is None or mib is None or milli < 0 or mib < 0:
        return None
    gib = max(1, -(-mib // MIB))
    return Size(max(1, -(-milli // 1000)), 1 << (gib - 1).bit_length(), row["request_gpus"])


def room(size: Size, milli: int | None, mib: int | None, gpus: int) -> int:
    """How many jobs of that size fit side by side."""
    if milli is None or mib is None:
        return 0
    most = min(milli // (size.cores * 1000), mib // (size.memory_gib * MIB))
    return max(0, min(most, gpus // size.gpus) if size.gpus else most)


def _fit(size: Size, rows: Sequence[Row], slots: Sequence[Row]) -> Fit:
    fit_now = slots_now = slots_ever = 0
    for slot in slots:
        places = room(size, slot["cpus_milli"], slot["memory_mib"], slot["gpus"]) if slot["is_free"] else 0
        # a static slot runs one job, however small
        fit_now += slot["slots"] * (places if slot["is_partitionable"] else min(places, 1))
        slots_now += slot["slots"] * min(places, 1)
        whole = room(size, slot["total_cpus_milli"], slot["total_memory_mib"], slot["total_gpus"])
        slots_ever += slot["slots"] * min(whole, 1)
    oldest = [row["oldest_submit_utc"] for row in rows if row["oldest_submit_utc"] is not None]
    return Fit(
        size=size,
        jobs=sum(row["jobs"] for row in rows),
        oldest_submit_utc=min(oldest, default=None),
        fit_now=fit_now,
        slots_now=slots_now,
        slots_ever=slots_ever,
    )
