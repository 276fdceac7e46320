"""A site's report: its numbers are those of usage at that site."""

import pytest

from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.query import UsageQuery
from pipeline.report.site_facts import SiteFacts, site_facts
from pipeline.viewer import LOCAL
from tests.pipeline.report.conftest import question
from tests.pipeline.reported_rows import POOL


def test_totals_and_groups_are_those_of_usage(of_site: SiteFacts, reported_lake: Lake) -> None:
    asked = UsageQuery(("site",), ("cpu_h", "jobs"), *of_site.days, (("pool", (POOL,)), ("site", ("Beta",))))
    (row,) = Cube.open(reported_lake.root).usage(asked, LOCAL).to_pylist()
    assert (of_site.totals["cpu_h"], of_site.totals["jobs"]) == (row["cpu_h"], row["jobs"]) == (4.0, 2)
    for name, table in of_site.groups.items():
        assert sum(table.column("cpu_h").to_pylist()) == row["cpu_h"], name
    assert (of_site.who["project"], of_site.who["user"]) == (1, 2), "dave's job has no project"


def test_what_its_slots_offered_is_in_the_annex(reported_lake: Lake) -> None:
    cube, asked = question(reported_lake)
    found = site_facts(cube, LOCAL, asked, "Alpha")
    (day,) = found.tables()["capacity_day"].to_pylist()
    assert day["day"] == "2026-11-10"
    assert day["offered_cpu_h"] == found.sheet.total("offered_cpu_h")


def test_a_site_that_nobody_heard_of_is_a_message(reported_lake: Lake) -> None:
    cube, asked = question(reported_lake)
    with pytest.raises(UsageError, match="has no site 'Gamma'"):
        site_facts(cube, LOCAL, asked, "Gamma")
