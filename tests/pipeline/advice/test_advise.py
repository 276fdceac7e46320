"""Advice is for a user's workflow, worth its hours, tested on days that it was not made of, or is not given."""

import pytest

from pipeline.advice import wording
from pipeline.advice.advise import Advice, advise
from pipeline.advice.habits import bundle_effect, checkpoint_effect, fit_bundle, fit_checkpoint, fit_limit, limit_effect
from pipeline.advice.overview import fit, largest
from pipeline.advice.proposal import FEWEST, Proposal
from pipeline.advice.runs import Runs
from tests.pipeline.advice.runs import PER_CORE, runs

HALF = [0.0] * 40 + [100.0] * 40


def found(given: Runs) -> list[Advice]:
    return advise(given, PER_CORE, 50.0)


def test_advice_that_would_have_lost_hours_when_it_was_tried_is_not_given() -> None:
    used = [1000.0] * 40 + [1200.0] * 40
    kept = found(runs(80, memory_mib=16_384, memory_used_mib=used, end_utc=HALF))
    assert kept == []


def test_a_test_that_holds_says_so() -> None:
    [advice] = found(runs(80, memory_mib=16_384, memory_used_mib=3000, end_utc=HALF))
    assert advice.effect.hours == pytest.approx(80 * (8 - 3328 / 2048))
    assert advice.tested is not None
    assert (advice.tested.value, advice.tested.effect.exceeded) == (3328, 0)
    assert advice.tested.effect.hours == pytest.approx(advice.effect.hours / 2)
    assert "In the second half that would have saved 255 core hours; 0 % needed more." in wording.tested(advice)


def test_with_too_few_runs_in_one_half_it_is_said_that_nothing_was_tested() -> None:
    [advice] = found(runs(80, memory_mib=16_384, memory_used_mib=3000))
    assert advice.tested is None
    assert wording.tested(advice).startswith("Not tested")


def test_nothing_is_said_of_few_runs_or_of_few_hours() -> None:
    assert found(runs(FEWEST - 1, memory_mib=65_536, memory_used_mib=100)) == []
    assert found(runs(80, memory_mib=2200, memory_used_mib=1900)) == []


def test_workflows_have_their_own_advice_and_small_ones_are_put_together() -> None:
    names = ["large"] * 40 + ["a"] * 20 + ["b"] * 20
    given = runs(80, workflow=names, memory_mib=16_384, memory_used_mib=[3000.0] * 40 + [1000.0] * 40)
    assert [(one.workflow, one.proposal.value) for one in found(given)] == [(None, 1152), ("large", 3328)]


def test_the_lines_are_ours_whatever_the_workflow_is_called() -> None:
    [advice] = found(runs(80, memory_mib=16_384, memory_used_mib=3000, workflow="x\nqueue 1000000"))
    assert wording.lines(advice) == "request_memory = 3328 MB"
    assert "queue" not in wording.sentence(advice) + wording.evidence(advice) + wording.risk(advice)


def test_a_checkpoint_an_hour_keeps_all_but_half_an_hour() -> None:
    given = runs(40, outcome="evicted", wall_s=7200, unsaved_s=7200)
    assert fit_checkpoint(given, PER_CORE) == Proposal(3600)
    assert checkpoint_effect(given, Proposal(3600), PER_CORE).hours == 40 * 1.5
    assert fit_checkpoint(runs(40, outcome="evicted", unsaved_s=1000), PER_CORE) is None


def test_short_jobs_share_their_input_in_bundles_of_an_hour() -> None:
    given = runs(40, wall_s=300, staging_s=60)
    assert fit_bundle(given, PER_CORE) == Proposal(12)
    assert bundle_effect(given, Proposal(12), PER_CORE).hours == pytest.approx(40 * 60 / 3600 * 11 / 12)
    assert fit_bundle(runs(40, wall_s=3600), PER_CORE) is None


def test_a_limit_ends_what_comes_to_nothing_and_counts_what_it_would_have_ended_too_early() -> None:
    outcomes, wall = ["succeeded"] * 99 + ["removed"], [3600.0] * 99 + [36_000.0]
    given = runs(100, outcome=outcomes, wall_s=wall)
    assert fit_limit(given, PER_CORE) == Proposal(7200)
    assert limit_effect(given, Proposal(7200), PER_CORE).hours == 8
    good = limit_effect(runs(100, outcome="succeeded", wall_s=wall), Proposal(7200), PER_CORE)
    assert (good.hours, good.exceeded) == (-2, 1)


def test_largest_workflows_have_their_hours_and_what_of_them_was_good() -> None:
    names, outcomes = ["a"] * 3 + ["b"], ["succeeded", "failed", "succeeded", "succeeded"]
    first, second = largest(runs(4, workflow=names, outcome=outcomes, cores_busy=[0.5, 1.0, None, None]))
    assert (first.name, first.runs, first.hours, first.good_hours, first.busy) == ("a", 3, 3, 2, 0.75)
    assert second.busy is None


def test_what_was_used_of_what_was_asked_for_adds_up_and_leaves_the_unknown_out() -> None:
    given = runs(4, memory_mib=1000, memory_used_mib=[100.0, 260.0, 1200.0, None])
    shares = fit(given, "memory")
    assert shares.shares == pytest.approx((1 / 3, 0, 1 / 3, 0, 0, 1 / 3))
    assert (shares.measured, shares.runs) == (3, 4)
    assert fit(given, "disk").shares == ()


def test_a_small_share_never_looks_like_none() -> None:
    assert [wording.percent(share) for share in (0, 0.0001, 0.05, 0.125)] == [
        "0 %",
        "fewer than 0.1 %",
        "5 %",
        "12.5 %",
    ]
