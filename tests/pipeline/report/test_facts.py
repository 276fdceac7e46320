"""A report's numbers are those of the questions that everybody asks."""

from datetime import date

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.query import UsageQuery
from pipeline.report.facts import Facts
from pipeline.report.period import Period
from pipeline.viewer import LOCAL
from tests.pipeline.report.conftest import TEN_DAYS, asked
from tests.pipeline.reported_rows import POOL


def test_totals_and_groups_are_those_of_usage(found: Facts, reported_lake: Lake) -> None:
    cube, where = Cube.open(reported_lake.root), (("pool", (POOL,)),)
    (whole,) = cube.usage(UsageQuery((), ("cpu_h", "jobs"), *found.days, where), LOCAL).to_pylist()
    assert (found.totals["cpu_h"], found.totals["jobs"]) == (whole["cpu_h"], whole["jobs"])
    # six ordinary jobs of these days, and three odd ones that ran in the pool, of two core hours each
    assert (whole["cpu_h"], whole["jobs"]) == (18.0, 9)
    for name, table in found.groups.items():
        hours = table.column("cpu_h").to_pylist()
        assert sum(hours) == whole["cpu_h"], name
        assert hours == sorted(hours, reverse=True), name


def test_the_year_before_is_of_the_same_days(found: Facts, reported_lake: Lake) -> None:
    assert found.compared is not None
    assert found.compared.before == (date(2025, 11, 1), date(2025, 11, 10))
    assert (found.compared.now["cpu_h"], found.compared.then["cpu_h"]) == (18.0, 0)
    year = asked(reported_lake, Period.parse("2026", 1)).compared
    assert year is not None
    assert year.days == (date(2026, 9, 27), date(2026, 11, 10)), "the ledger begins on 2025-09-27"
    assert year.then["cpu_h"] == 2.0


def test_days_of_the_ledger_without_a_job_have_zero_hours_and_no_efficiency(reported_lake: Lake) -> None:
    quiet = asked(reported_lake, Period.parse("2026-05", 1))
    assert (quiet.totals["cpu_h"], quiet.totals["jobs"], quiet.totals["cpu_efficiency"]) == (0, 0, None)
    assert quiet.compared is None, "the ledger begins later in 2025"
    assert quiet.groups["project"].num_rows == 0


def test_a_year_before_that_the_ledger_has_not_is_not_zero(reported_lake: Lake) -> None:
    assert asked(reported_lake, Period.parse("2025-Q4", 1)).compared is None


def test_days_outside_the_ledger_are_not_asked(reported_lake: Lake) -> None:
    assert asked(reported_lake, Period.parse("2026-11", 1)).days == (TEN_DAYS.first, TEN_DAYS.last)
    with pytest.raises(UsageError, match="nothing is known of 2024"):
        asked(reported_lake, Period.parse("2024", 1))
