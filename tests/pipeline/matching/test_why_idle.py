"""Idle jobs of a lake, from its queue and slots to the sentence and the command."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.matching import isolated, wording
from pipeline.matching.as_rows import as_table
from pipeline.matching.why_idle import Wait, WhyIdle
from pipeline.receipt.naming import parse
from pipeline.viewer import LOCAL, Viewer
from tests.dashboard import idle_lake
from tests.dashboard.idle_lake import AP, POOL, PROJECT, TYPO
from tests.dashboard.made_lake import MARKUP
from tests.ledger_command import Ledger


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return idle_lake.make(tmp_path_factory.mktemp("idle") / "lake")


@pytest.fixture(scope="module")
def cube(root: Path) -> Cube:
    return Cube.open(root)


@pytest.fixture(scope="module")
def why(cube: Cube) -> WhyIdle:
    return cube.why_idle(POOL, (PROJECT,), LOCAL)


def test_like_jobs_are_one_group_and_the_largest_comes_first(why: WhyIdle) -> None:
    assert [group.jobs for group in why.groups] == [40, 3, 2]
    assert (why.groups_in_all, why.jobs_in_all, why.slots) == (3, 45, 4)


def test_a_request_that_no_slot_fulfils_is_named_with_what_the_largest_has(why: WhyIdle) -> None:
    words = wording.said(why.groups[0], why)
    assert words.kind == "never"
    assert "Without RequestMemory = 390.6 GiB, 4 slots on 4 machines would match." in words.answer
    assert "no more than 128.0 GiB" in words.advice


def test_a_misspelled_attribute_is_told_from_one_that_is_not_collected(why: WhyIdle) -> None:
    words = wording.said(why.groups[1], why)
    assert f"No slot at all fulfils “{TYPO}”" in words.answer
    assert "No slot advertises HasSingularty" in words.advice


def test_jobs_that_match_full_slots_wait(why: WhyIdle) -> None:
    assert wording.said(why.groups[2], why).kind == "busy"


def test_the_wait_is_that_of_like_jobs_and_the_standing_the_negotiator_s(why: WhyIdle) -> None:
    wait, standing = why.groups[0].wait, why.groups[0].standing
    assert wait == Wait(28, 1800, 1800, "of the same project, cores and use of GPUs")
    assert standing is not None
    assert (standing.rank, standing.accounts, standing.priority, standing.share) == (2, 2, 12.5, 0.25)


def test_a_viewer_sees_the_idle_jobs_of_its_projects_alone(cube: Cube) -> None:
    other = Viewer("other", frozenset({"Quiet"}))
    assert cube.why_idle(POOL, (PROJECT,), other).groups == ()
    assert cube.why_idle(POOL, None, Viewer("pi", frozenset({PROJECT}))).jobs_in_all == 45
    with pytest.raises(UsageError, match="is in no queue"):
        cube.why_one(parse(f"{AP}#6000.0"), other)


def test_one_job_is_looked_at_by_its_name(cube: Cube) -> None:
    found = cube.why_one(parse("ap1#6100.0"), LOCAL)
    assert [(group.jobs, group.example) for group in found.groups] == [(1, f"{AP}#6100.0")]
    assert wording.said(found.groups[0], found).kind == "never"


@pytest.mark.parametrize(
    ("job", "what"), [("6300.0", "is not idle: it is running"), ("6301.0", "held"), ("1.0", "is in no queue")]
)
def test_a_job_that_is_not_idle_is_told_so(cube: Cube, job: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        cube.why_one(parse(f"{AP}#{job}"), LOCAL)


def test_an_expression_that_ends_its_process_has_no_verdict_and_the_others_have() -> None:
    side = {"lines": "start = true", "whole": {"Memory": 10}, "now": {"Memory": 10}}
    slots = [side | {"is_free": True, "machines": [0], "count": 1}]

    def group(demand: str) -> dict[str, Any]:
        return {"values": {}, "lines": f"requirements = {demand}", "requests": []}

    deep = "x." * 3000 + "x"
    found = isolated.verdicts(slots, [group("true"), group(deep), group("TARGET.Memory > 20")])
    assert [one and one.matching_slots for one in found] == [1, None, 0]


@pytest.fixture
def ledger(root: Path, tmp_path: Path) -> Ledger:
    return Ledger(root, tmp_path)


def test_the_command_says_it_for_people_and_for_programs(ledger: Ledger) -> None:
    text = ledger.ok("why-idle", "--project", PROJECT).out
    assert "40 jobs like" in text
    assert "RequestMemory = 390.6 GiB" in text
    rows = ledger.ok("why-idle", f"{AP}#6000.0", "--format", "json").json
    [memory] = [row for row in rows if row["condition"].startswith("RequestMemory")]
    assert (memory["passing_slots"], memory["slots_without"], memory["asked"]) == (0, 4, 400_000)
    rows = list(csv.DictReader(io.StringIO(ledger.ok("why-idle", "--format", "csv").out)))
    assert {row["project"] for row in rows} >= {PROJECT}
    assert any(MARKUP in row["condition"] for row in rows)


def test_a_job_and_a_project_at_once_are_refused(ledger: Ledger) -> None:
    answer = ledger.run("why-idle", f"{AP}#6000.0", "--project", PROJECT)
    assert (answer.code, "a job and a project at once" in answer.err) == (2, True)


def test_a_hostile_requirement_moves_no_cursor(ledger: Ledger) -> None:
    assert "\u202e" not in ledger.ok("why-idle").out


def test_the_table_has_a_row_for_each_condition(why: WhyIdle) -> None:
    verdicts = [group.verdict for group in why.groups]
    assert as_table(why).num_rows == sum(len(one.conditions) for one in verdicts if one)
