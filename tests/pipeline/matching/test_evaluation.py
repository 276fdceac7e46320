"""A verdict on idle jobs is what evaluating every pair of ads says; what is not collected is not counted as false."""

import random

import pytest

from pipeline.matching.evaluation import Condition, Job, Request, Slots, Verdict, judge
from pipeline.matching.sides import Side
from tests.pipeline.matching.sides import obviously_matches, random_job, random_slots

SLOT: dict[str, int | str] = {"memory": 8000, "disk": 1000, "arch": "X86_64"}
LINES = "start = true\nhassingularity = true\nhastypo = undefined"


def slot(number: int = 0, lines: str | None = LINES, *, is_free: bool = True) -> Slots:
    side = Side(SLOT, lines)
    return Slots(side, side, is_free, (number,), 1)


def job(demand: str | None, memory: int | None = 1000) -> Job:
    lines = None if demand is None else f"requirements = {demand}"
    return Job(Side({"requestmemory": memory}, lines), (Request("RequestMemory", "memory", memory),))


def condition(verdict: Verdict, text: str) -> Condition:
    (found,) = [one for one in verdict.conditions if one.text == text]
    return found


@pytest.mark.parametrize("seed", range(25))
def test_counts_are_those_of_evaluating_every_pair(seed: int) -> None:
    chance = random.Random(seed)
    slots, asked = random_slots(chance, 40), random_job(chance)
    verdict = judge(asked, slots)
    matching = [one for one in slots if obviously_matches(asked, one.whole)]
    free = [one for one in matching if one.is_free and obviously_matches(asked, one.now)]
    assert (verdict.matching_slots, verdict.free_slots) == (len(matching), len(free))
    assert all(not one.not_collected for one in verdict.conditions)


@pytest.mark.parametrize("seed", range(15))
def test_giving_one_clause_up_matches_what_the_job_without_it_matches(seed: int) -> None:
    chance = random.Random(seed)
    slots = random_slots(chance, 30)
    texts = ['TARGET.Arch == "X86_64"', "TARGET.HasSingularity is true", "TARGET.Total - TARGET.Used > 2"]

    def asked(kept: list[str]) -> Job:
        return job(" && ".join(f"({text})" for text in kept), 100)

    verdict = judge(asked(texts), slots)
    for text in texts:
        others = asked([other for other in texts if other != text])
        expected = sum(obviously_matches(others, one.whole) for one in slots)
        assert condition(verdict, text).slots_without == expected


def test_a_clause_on_an_attribute_that_is_not_collected_is_not_known_and_stops_nothing() -> None:
    verdict = judge(job("TARGET.Elsewhere == 1 && TARGET.HasSingularity"), [slot()])
    assert condition(verdict, "TARGET.Elsewhere == 1").not_collected == ("Elsewhere",)
    assert verdict.matching_slots == verdict.free_slots == 1


def test_a_clause_on_an_attribute_that_no_slot_has_says_so() -> None:
    found = condition(judge(job("TARGET.HasTypo == true"), [slot()]), "TARGET.HasTypo == true")
    assert (found.slots, found.slots_without, found.nowhere) == (0, 1, ("HasTypo",))


def test_a_request_stands_and_falls_with_the_clause_that_is_about_it() -> None:
    verdict = judge(job("(TARGET.Memory >= RequestMemory) && TARGET.HasSingularity", 100_000), [slot()])
    found = condition(verdict, "RequestMemory")
    assert (found.slots, found.slots_without, found.clauses) == (0, 1, ("TARGET.Memory >= RequestMemory",))
    assert (found.asked, found.most, found.most_without) == (100_000, 8000, 8000)


def test_an_amount_that_is_not_known_is_not_counted_as_too_much() -> None:
    found = condition(judge(job("true", None), [slot()]), "RequestMemory")
    assert (found.slots, found.not_collected) == (1, ("RequestMemory",))


def test_requirements_that_were_not_kept_are_said_not_to_be() -> None:
    verdict = judge(job(None), [slot()])
    assert not verdict.is_evaluated
    assert [one.text for one in verdict.conditions] == ["RequestMemory", "Start"]


def test_a_slot_whose_start_is_not_collected_is_not_counted_out() -> None:
    verdict = judge(job("true"), [slot(lines=None)])
    assert condition(verdict, "Start").not_collected == ("Start",)
    assert verdict.matching_slots == 1


def test_the_owner_s_condition_is_on_the_job() -> None:
    lines = "start = TARGET.RequestMemory <= 500"
    verdict = judge(job("true", 1000), [slot(lines=lines), slot(1)])
    assert (condition(verdict, "Start").slots, verdict.matching_slots) == (1, 1)
    assert judge(job("true", 400), [slot(lines=lines)]).matching_slots == 1


def test_a_start_that_speaks_of_what_is_not_known_of_the_job_is_not_known() -> None:
    verdict = judge(job("true"), [slot(lines="start = TARGET.WantsThis")])
    assert condition(verdict, "Start").not_collected == ("WantsThis",)
    assert verdict.matching_slots == 1


def test_slots_that_match_and_are_full_are_not_free() -> None:
    full = Slots(Side(SLOT, LINES), Side(SLOT | {"memory": 10}, LINES), True, (0,), 3)
    verdict = judge(job("TARGET.Memory >= RequestMemory"), [full, slot(1, is_free=False)])
    assert (verdict.matching_slots, verdict.matching_machines, verdict.free_slots) == (4, 2, 0)


def test_an_expression_that_is_too_large_is_not_evaluated() -> None:
    verdict = judge(job("x." * 9000 + "x"), [slot()])
    assert [one.text for one in verdict.conditions] == ["RequestMemory", "Start"]
