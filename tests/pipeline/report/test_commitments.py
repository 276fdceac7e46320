"""Promises in the annex of a project or site: with their course where there is one."""

from datetime import date

from pipeline.course import Commitment, Course
from pipeline.report.commitments import commitments_table


def test_an_allocation_has_its_course_and_an_award_has_none() -> None:
    grant = Commitment("allocation", "project", "A", "A-1", None, date(2026, 11, 1), None, 100.0, None, None, "x")
    award = Commitment("award", "project", "A", "7", "T", None, None, None, None, None, "x")
    course = Course(grant, date(2026, 11, 10), (), 40.0, None)
    first, second = commitments_table((course, award)).to_pylist()
    assert (first["through"], first["given_h"], first["due_h"], first["last_day"]) == ("2026-11-10", 40.0, None, None)
    assert (second["number"], second["title"], second["through"], second["promised_h"]) == ("7", "T", None, None)
