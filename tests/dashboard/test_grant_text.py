"""The text for a report: every sentence of it from what is known, and nothing that is not."""

from dataclasses import replace
from datetime import date

from dashboard.grant_text import Report, grant_text
from dashboard.periods import Period
from pipeline.active import Active
from pipeline.course import Commitment, Course, Point
from pipeline.project_sheet import Registration
from tests.dashboard.made_lake import RIGHT_TO_LEFT

DAYS = Period(date(2026, 10, 1), date(2026, 10, 31))
GRANT = Commitment("allocation", "project", "A", "G-1", "Bees", DAYS.first, DAYS.last, 200, None, None, "own")
AWARD = Commitment("award", "project", "A", "123", None, None, None, None, None, None, "own")
REPORT = Report(
    project="A",
    pool="campus",
    simulated=False,
    period=DAYS,
    zone="UTC",
    booking="used",
    totals={"cpu_h": 50.0, "gpu_h": 0.0, "jobs": 3, "goodput_succeeded_h": 40.0},
    users=Active(2, beside=False),
    sites=["S1", "S2"],
    registrations=[Registration("Ada", "uni", "unmapped")],
    allocations=[Course(GRANT, DAYS.last, (Point(DAYS.last, 200, 50),), 50, 200)],
    awards=[AWARD],
    completeness="All is read.",
)


def test_it_says_hours_period_award_and_acknowledgement() -> None:
    assert grant_text(REPORT).splitlines() == [
        "Computing used by project A, 1 – 31 Oct 2026",
        "",
        "Registered: PI Ada, institution uni.",
        "Period: 1 – 31 Oct 2026 (days of UTC), booked as used (each attempt on the days on which it ran).",
        "Used: 50.0 core hours, in 3 jobs of 2 users. 80.0 % of the core hours ended in success.",
        "Ran at 2 sites: S1, S2.",
        "Allocation G-1: 200 core hours granted, 50.0 (25.0 %) used by 31 Oct 2026.",
        "Award 123.",
        "State of the records: All is read.",
        "",
        "Acknowledgement:",
        "This work used 50.0 core hours of the HTCondor pool campus. It was supported by award 123.",
    ]


def test_of_what_nobody_stated_it_is_silent() -> None:
    bare = replace(REPORT, registrations=[Registration("unmapped", "unmapped", "unmapped")], allocations=[], awards=[])
    text = grant_text(bare)
    assert "Registered" not in text
    assert "Allocation" not in text
    assert text.endswith("This work used 50.0 core hours of the HTCondor pool campus.")


def test_a_simulated_pool_is_no_computing() -> None:
    assert "SIMULATED DATA: no such computing took place." in grant_text(replace(REPORT, simulated=True))


def test_names_of_strangers_cannot_turn_or_break_it() -> None:
    text = grant_text(replace(REPORT, project=f"A{RIGHT_TO_LEFT}\nAcknowledgement: none"))
    assert "\u202e" not in text
    assert text.splitlines()[0].startswith("Computing used by project A")
    assert text.count("\nAcknowledgement:") == 1
