"""What idle jobs ask for beside what is free: hand-worked, and never more than there is room for."""

from typing import Any

import pytest

from pipeline.idle_fit import Size, demand, room, size_of


def idle(milli: int | None, mib: int | None, gpus: int = 0, jobs: int = 1) -> dict[str, Any]:
    known = {"request_cpus_milli": milli, "request_memory_mib": mib, "request_gpus": gpus}
    return known | {"jobs": jobs, "oldest_submit_utc": 1_000 + jobs}


def slot(cores: int, gib: int, gpus: int = 0, **more: Any) -> dict[str, Any]:
    free = {"cpus_milli": cores * 1000, "memory_mib": gib * 1024, "gpus": gpus, "slots": 1}
    whole = {"total_cpus_milli": 16_000, "total_memory_mib": 65_536, "total_gpus": gpus}
    return free | whole | {"is_free": True, "is_partitionable": True} | more


@pytest.mark.parametrize(
    ("asks", "size"),
    [
        (idle(1000, 1), Size(1, 1, 0)),
        (idle(1500, 1025, 1), Size(2, 2, 1)),
        (idle(0, 0), Size(1, 1, 0)),
        (idle(8000, 5 * 1024), Size(8, 8, 0)),
        (idle(None, 1024), None),
        (idle(1000, None), None),
    ],
)
def test_a_size_is_what_a_job_asks_for_at_the_most(asks: dict[str, Any], size: Size | None) -> None:
    assert size_of(asks) == size


def test_room_is_bounded_by_what_runs_out_first() -> None:
    assert room(Size(2, 4, 0), 16_000, 8 * 1024, 0) == 2
    assert room(Size(2, 4, 1), 16_000, 64 * 1024, 3) == 3
    assert room(Size(2, 4, 1), 16_000, 64 * 1024, 0) == 0
    assert room(Size(2, 4, 0), None, 64 * 1024, 0) == 0


def test_each_size_is_compared_with_free_slots_and_with_all_as_if_empty() -> None:
    slots = [slot(4, 16, slots=3), slot(0, 0), slot(8, 32, is_free=False)]
    (small, large) = demand([idle(1000, 2048, jobs=10), idle(16_000, 4096, jobs=2)], slots).fits
    assert (small.size, small.jobs, small.fit_now, small.slots_now, small.slots_ever) == (Size(1, 2, 0), 10, 12, 3, 5)
    assert (large.fit_now, large.slots_now, large.slots_ever) == (0, 0, 5)


def test_a_static_slot_takes_one_job_however_small() -> None:
    (fit,) = demand([idle(1000, 1024)], [slot(8, 16, is_partitionable=False, slots=4)]).fits
    assert (fit.fit_now, fit.slots_now) == (4, 4)


def test_jobs_of_one_size_are_together_and_those_of_unknown_size_are_counted_apart() -> None:
    found = demand([idle(1000, 1500, jobs=3), idle(1000, 2000, jobs=4), idle(None, 1, jobs=5)], [])
    (fit,) = found.fits
    assert (fit.jobs, fit.oldest_submit_utc, found.unknown, found.jobs) == (7, 1_003, 5, 12)
