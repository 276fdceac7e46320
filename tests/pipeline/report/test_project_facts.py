"""A project's report: its numbers are those of usage, beside the period before, and of that project alone."""

from datetime import date

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.query import UsageQuery
from pipeline.report.period import Period
from pipeline.report.project_facts import ProjectFacts, project_facts
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.report.conftest import question
from tests.pipeline.reported_rows import POOL


def test_totals_and_groups_are_those_of_usage(of_project: ProjectFacts, reported_lake: Lake) -> None:
    where = (("pool", (POOL,)), ("project", ("A",)))
    asked = UsageQuery(("project",), ("cpu_h", "jobs"), *of_project.days, where)
    (row,) = Cube.open(reported_lake.root).usage(asked, LOCAL).to_pylist()
    # three of alice's jobs, and a failed, a killed and a removed one, of two core hours each
    assert (of_project.totals["cpu_h"], of_project.totals["jobs"]) == (row["cpu_h"], row["jobs"]) == (12.0, 6)
    for name, table in of_project.groups.items():
        assert sum(table.column("cpu_h").to_pylist()) == row["cpu_h"], name
    assert of_project.who == {"user": 1, "site": 1}


def test_the_period_before_is_as_long_and_unknown_where_the_ledger_has_it_not(
    of_project: ProjectFacts, reported_lake: Lake
) -> None:
    assert of_project.before is not None
    assert of_project.before.days == (date(2026, 10, 22), date(2026, 10, 31))
    assert (of_project.before.numbers["cpu_h"], of_project.before.numbers["user"]) == (0, 0)
    cube, asked = question(reported_lake, Period.parse("2025-09", 1))
    assert project_facts(cube, LOCAL, asked, "A").before is None


def test_further_filters_narrow_it(reported_lake: Lake) -> None:
    cube, asked = question(reported_lake, where=(("project", ("C",)), ("site", ("Beta",))))
    found = project_facts(cube, LOCAL, asked, "C")
    assert (found.totals["cpu_h"], found.where) == (2.0, (("project", ("C",)), ("site", ("Beta",))))


def test_a_project_that_nobody_heard_of_or_that_one_may_not_see_is_a_message(reported_lake: Lake) -> None:
    cube, asked = question(reported_lake)
    with pytest.raises(UsageError, match="has no project 'Zebra'"):
        project_facts(cube, LOCAL, asked, "Zebra")
    with pytest.raises(UsageError, match="has no project 'A'"):
        project_facts(cube, Viewer("pi of C", frozenset({"C"})), asked, "A")


def test_the_annex_has_users_sites_advice_and_grants(of_project: ProjectFacts) -> None:
    tables = of_project.tables()
    assert {"totals", "by_user", "by_site", "months", "before", "buckets", "advice", "commitments"} <= set(tables)
    totals = dict(zip(*(tables["totals"].column(name).to_pylist() for name in ("what", "value")), strict=True))
    assert (totals["cpu_h"], totals["distinct_user"]) == (12.0, 1)
