"""Closed months in a report: named by version, as they were closed where that is asked for, restatements listed."""

from dataclasses import replace

from pipeline.closing.as_closed import Restated
from pipeline.closing.states import ClosedState
from pipeline.report.assemble import report
from pipeline.report.facts import Facts
from pipeline.report.part_closed import restatements
from pipeline.report.template import Template
from tests.pipeline.report.said import sentences, table

CLOSED = ClosedState("2026-11", 2, "closed", "2026-12-03T08:00:00Z", "me", "report", "m", "abcdef" * 10)
STEPS = (
    Restated("2026-11", 1, 2, 10.0, 16.0, {"late": 6.5, "corrected": -0.5}),
    Restated("2026-11", 2, None, 16.0, 16.0, {}),
)


def test_restatements_are_listed_step_by_step_with_their_causes(found: Facts) -> None:
    told = replace(found, closed=(replace(CLOSED, version=1, state="replaced"), CLOSED), restated=STEPS)
    blocks = restatements(told, Template())
    assert table(blocks, "What was restated, in core hours of this report").rows == (
        ("2026-11", "version 1 to version 2", "10.0", "16.0", "+6.0", "corrected -0.5; late +6.5"),
        ("2026-11", "version 2 to now", "16.0", "16.0", "+0.0", "nothing changed"),
    )
    assert "as it was closed last" in sentences(blocks)
    assert any(mark.startswith("As closed") for mark in report(told, Template()).cover.marks)


def test_the_live_ledger_says_that_it_is(found: Facts) -> None:
    assert "This report is of the live ledger" in sentences(restatements(found, Template()))
    assert not any(mark.startswith("As closed") for mark in report(found, Template()).cover.marks)
