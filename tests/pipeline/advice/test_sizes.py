"""Advice on sizes, by hand and by plain Python: what a smaller request saves, what it costs, what it risks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.advice.proposal import Proposal
from pipeline.advice.runs import quantile
from pipeline.advice.sizes import (
    HEADROOM,
    MOST_RISK,
    SHARES,
    amount_effect,
    cores_effect,
    fit_amount,
    fit_cores,
    fit_gpus,
    gpus_effect,
)
from tests.pipeline.advice.runs import PER_CORE, runs


def test_memory_beyond_what_goes_with_the_core_holds_other_cores() -> None:
    # 16 GiB hold 8 cores, 4 GiB hold 2: six core hours a run
    effect = amount_effect("memory_mib", runs(10, memory_mib=16_384, memory_used_mib=3000), Proposal(4096), PER_CORE)
    assert (effect.hours, effect.runs, effect.measured, effect.exceeded) == (60, 10, 10, 0)


def test_less_memory_than_goes_with_the_cores_saves_nothing() -> None:
    found = runs(10, cores=4, memory_mib=8192, memory_used_mib=100)
    assert amount_effect("memory_mib", found, Proposal(128), PER_CORE).hours == 0
    assert fit_amount("memory_mib", found, PER_CORE) is None


def test_a_run_that_needs_more_is_lost_and_run_again() -> None:
    # nine save 6 h each; the tenth runs an hour on two cores for nothing
    used = [3000.0] * 9 + [9000.0]
    effect = amount_effect("memory_mib", runs(10, memory_mib=16_384, memory_used_mib=used), Proposal(4096), PER_CORE)
    assert (effect.hours, effect.exceeded, effect.risk) == (52, 1, 0.1)


def test_a_run_whose_peak_is_not_known_saves_nothing_and_is_no_evidence() -> None:
    found = runs(3, memory_mib=16_384, memory_used_mib=[3000.0, None, None])
    effect = amount_effect("memory_mib", found, Proposal(4096), PER_CORE)
    assert (effect.hours, effect.runs, effect.measured) == (6, 3, 1)


def test_the_request_has_headroom_and_a_retry_with_what_all_needed() -> None:
    used = [1000.0] * 95 + [7000.0] * 5
    proposal = fit_amount("memory_mib", runs(100, memory_mib=65_536, memory_used_mib=used), PER_CORE)
    # 1000 x 1.1 in steps of 128 is 1152, 7000 x 1.1 is 7808: five that run again cost less than 95 that ask for it
    assert proposal == Proposal(1152, retry=7808)


def test_no_more_than_one_in_ten_may_need_more_whatever_it_saves() -> None:
    used = [100.0] * 80 + [7000.0] * 20
    proposal = fit_amount("memory_mib", runs(100, memory_mib=65_536, memory_used_mib=used), PER_CORE)
    assert proposal == Proposal(7808)


def test_cores_that_nothing_keeps_busy_are_given_up() -> None:
    found = runs(10, cores=8, cores_busy=1.02)
    assert fit_cores(found, PER_CORE) == Proposal(1)
    assert cores_effect(found, Proposal(1), PER_CORE).hours == pytest.approx(10 * (8 - 1.02))


def test_cores_that_most_runs_keep_busy_stay() -> None:
    assert fit_cores(runs(10, cores=8, cores_busy=7.8), PER_CORE) is None
    assert fit_cores(runs(10, cores=8, cores_busy=[0.5] * 8 + [7.9] * 2), PER_CORE) is None
    assert fit_cores(runs(10, cores=8, cores_busy=None), PER_CORE) is None


def test_gpus_that_were_never_busy_are_given_up_and_those_not_measured_are_not() -> None:
    idle = runs(10, gpus=2, gpus_busy=0.0)
    assert fit_gpus(idle, PER_CORE) == Proposal(0)
    assert gpus_effect(idle, Proposal(0), PER_CORE).hours == 20
    assert fit_gpus(runs(10, gpus=2, gpus_busy=0.7), PER_CORE) == Proposal(1)
    assert fit_gpus(runs(10, gpus=1, gpus_busy=None), PER_CORE) is None


AMOUNTS = st.one_of(st.none(), st.integers(1, 40_000).map(float))


@settings(deadline=None, max_examples=150)
@given(st.lists(AMOUNTS, min_size=1, max_size=60), st.sampled_from(SHARES))
def test_a_quantile_is_the_smallest_value_that_so_many_do_not_exceed(values: list[float | None], share: float) -> None:
    known = sorted(value for value in values if value is not None)
    found = quantile(np.array([np.nan if value is None else value for value in values]), share)
    if not known:
        assert math.isnan(found)
        return
    enough = [value for value in known if sum(other <= value for other in known) >= share * len(known) - 1e-9]
    assert found == min(enough)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(1, 64), AMOUNTS, st.integers(0, 9), st.integers(1, 8)), min_size=1, max_size=40))
def test_the_proposal_is_the_one_that_plain_python_finds_best(given: list[tuple[int, float | None, int, int]]) -> None:
    asked = [1024.0 * gib for gib, _, _, _ in given]
    used = [None if peak is None else min(peak, 1024.0 * gib) for gib, peak, _, _ in given]
    wall, cores = [3600.0 * hours for _, _, hours, _ in given], [float(count) for _, _, _, count in given]
    found = runs(len(given), memory_mib=asked, memory_used_mib=used, wall_s=wall, cores=cores)
    rows = [row for row in zip(asked, used, wall, cores, strict=True) if row[1] is not None]

    def saved(value: float) -> tuple[float, int, int]:
        about = [row for row in rows if row[0] > value]
        hours = 0.0
        for request, peak, seconds, count in about:
            after = max(count, value / 2048)
            hours += seconds / 3600 * (-after if peak > value else max(count, request / 2048) - after)  # type: ignore[operator]
        return hours, len(about), sum(peak > value for _, peak, _, _ in about)  # type: ignore[operator]

    peaks = sorted(row[1] for row in rows)  # type: ignore[type-var]
    best: tuple[float, float] | None = None
    for share in SHARES if peaks else ():
        at = max(math.ceil(share * len(peaks) - 1e-9), 1) - 1
        value = math.ceil(peaks[at] * HEADROOM / 128) * 128.0  # type: ignore[operator]
        hours, about, short = saved(value)
        if short <= MOST_RISK * about and hours > 1e-9 and (best is None or hours > best[0] + 1e-9):
            best = hours, value
    proposal = fit_amount("memory_mib", found, PER_CORE)
    effect = None if proposal is None else amount_effect("memory_mib", found, proposal, PER_CORE)
    if best is None:
        assert effect is None or effect.hours == pytest.approx(0, abs=1e-6)
    else:
        assert effect is not None
        assert effect.hours == pytest.approx(best[0])
