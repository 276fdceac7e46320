"""What a PI reads: numbers beside the period before, waste by cause with its cure, advice, grants, what to do next."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from pipeline.advice.advise import Advice
from pipeline.advice.proposal import Effect, Proposal
from pipeline.advice.sheet import AdviceSheet
from pipeline.advice.sizes import SIZES
from pipeline.buckets import BUCKETS
from pipeline.course import Commitment, Course, Point
from pipeline.report.assemble import project_report
from pipeline.report.content import Block, Card, Steps
from pipeline.report.cures import OF_PROJECT, OF_SITE
from pipeline.report.pdf import pdf
from pipeline.report.project_facts import ProjectFacts
from pipeline.report.template import ProjectTemplate, Template
from tests.pipeline.report.documents import EVIL
from tests.pipeline.report.said import sentences, table, tiles
from tests.pipeline.report.test_pdf import lines


def part(facts: ProjectFacts, name: str) -> tuple[Block, ...]:
    look = Template(project=ProjectTemplate(parts=(name,)))  # type: ignore[arg-type]
    return next((section.blocks for section in project_report(facts, look).sections), ())


@pytest.fixture(scope="module")
def advised(of_project: ProjectFacts) -> ProjectFacts:
    """The same with a piece of advice, worth 700 core hours."""
    (rule,) = (one for one in SIZES if one.kind == "memory")
    asked, used = (8192.0,) * 6, (900.0, 1000.0, 1500.0, 1800.0, 1900.0, 4000.0)
    one = Advice(rule, EVIL, None, Proposal(2048.0, 4096.0), Effect(700.0, 100, 90, 1), asked, used, None)
    return replace(of_project, advice=replace(of_project.advice, advice=(one,) * 6))


def test_the_summary_is_beside_the_period_before(of_project: ProjectFacts) -> None:
    found = tiles(part(of_project, "summary"))
    # half of the hours were of runs that failed, were killed or removed; the others kept one of their two cores busy
    assert {label: tile.value for label, tile in found.items()} == {
        "Core hours": "12.0",
        "GPU hours": "0.0",
        "Jobs": "6",
        "With success": "50.0 %",
        "Wasted": "75.0 %",
        "Users": "1",
    }
    assert found["Core hours"].note == "from 0"
    assert "22 October 2026 to 31 October 2026" in sentences(part(of_project, "summary"))
    assert "no period before" in sentences(part(replace(of_project, before=None), "summary"))


def test_waste_is_named_by_its_cause_with_what_to_change(of_project: ProjectFacts) -> None:
    rows = {row[0]: row[1:] for row in table(part(of_project, "waste"), "Waste by cause").rows}
    assert rows["Failed"][:2] == ("2.0", "16.7 %")
    assert rows["Failed"][2].endswith(OF_PROJECT["failed"])
    assert set(rows) == {"Failed", "Idle", "Removed", "Signal"}


def test_every_kind_of_waste_has_a_cure() -> None:
    wasted = {bucket.name for bucket in BUCKETS if bucket.wasted}
    assert set(OF_PROJECT) == set(OF_SITE) == wasted


def test_advice_has_its_lines_for_the_submit_file_and_leads_the_next_steps(
    advised: ProjectFacts, of_project: ProjectFacts
) -> None:
    first, *others = (block for block in part(advised, "advice") if isinstance(block, Card))
    assert (len(others), "have 3 more" in sentences(part(advised, "advice"))) == (2, True)
    assert first.title == "Ask for less memory: 700 core hours less"
    assert first.lines == "request_memory = 2048 MB\nretry_request_memory = 4096 MB"
    assert EVIL in first.text
    (steps,) = (block for block in part(advised, "next") if isinstance(block, Steps))
    assert steps.steps[0].startswith("Ask for less memory in the jobs of")
    none = replace(of_project, advice=replace(of_project.advice, advice=()))
    assert "No change of a submit file" in sentences(part(none, "advice"))
    assert f"Idle: 25.0 % of the hours. {OF_PROJECT['idle']}" in sentences(part(none, "next"))
    idle = replace(of_project, advice=AdviceSheet((), 0, 0, of_project.advice.exchange, None))
    assert "No run ended" in sentences(part(idle, "advice"))


def test_a_grant_says_what_is_left_and_when_it_is_spent(of_project: ProjectFacts) -> None:
    days = (date(2026, 11, 1), date(2026, 12, 31))
    grant = Commitment("allocation", "project", "A", "A-1", None, *days, 100.0, None, None, "x")
    through = date(2026, 11, 10)
    points = tuple(Point(date(2026, 11, day), 1.6 * day, 4.0 * day) for day in range(1, 11))
    course = Course(grant, through, points, 40.0, 16.4)
    held = replace(of_project, sheet=replace(of_project.sheet, allocations=(course,)))
    (row,) = table(part(held, "grants"), "Allocations").rows
    # 60 hours are left at 4 a day: 15 days after the tenth
    assert row == ("A-1", "2026-11-01 to 2026-12-31", "100.0", "40.0", "60.0", "2026-11-25")
    assert "A-1 is spent on 2026-11-25 at the pace of its last days" in sentences(part(held, "next"))
    spent = replace(held.sheet, allocations=(replace(course, given_h=110.0),))
    assert "A-1 is spent: 110.0 of 100.0 core hours" in sentences(part(replace(held, sheet=spent), "next"))


def test_an_unregistered_project_is_said_to_be(of_project: ProjectFacts) -> None:
    assert "Not registered" in project_report(of_project, Template()).cover.lines[0]
    assert "Have the project registered" in sentences(part(of_project, "next"))


def test_filters_and_the_booking_are_marked(of_project: ProjectFacts) -> None:
    where = (("project", ("A",)), ("site", tuple(f"S{number}" for number in range(7))))
    marks = project_report(replace(of_project, where=where, booking="ended"), Template()).cover.marks
    assert marks[0] == "Only: site S0, S1, S2, S3, S4 and 2 more."
    assert marks[1].startswith("Booked as ended")


def test_long_hostile_names_stay_on_the_page(of_project: ProjectFacts) -> None:
    names = [f"{n:04}" + (EVIL + "x" * 200)[:196] for n in range(60)]
    rows = [{"user": n, "cpu_h": 1.0, "gpu_h": None, "goodput_succeeded_h": 0.5, "jobs": 1} for n in names]
    many = replace(of_project, project=names[0], groups={**of_project.groups, "user": pa.Table.from_pylist(rows)})
    look = Template(project=ProjectTemplate(top=60, parts=("users",)))
    shown = lines(pdf(project_report(many, look), look))
    assert max(len(line) for line in shown) <= 110
    squeezed = "".join(shown).replace(" ", "")
    assert all(name.replace(" ", "")[:60] in squeezed for name in names), "a row may go on on the next page"
