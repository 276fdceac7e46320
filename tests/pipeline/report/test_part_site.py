"""What the owners of a site read: to whom it delivered, what failed there alone, capacity, downtimes, pledges."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.course import Commitment, Course
from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.one_pool import one_pool
from pipeline.report.assemble import site_report
from pipeline.report.content import Block
from pipeline.report.ground import Question
from pipeline.report.period import Period
from pipeline.report.site_facts import SiteFacts, site_facts
from pipeline.report.template import SiteTemplate, Template
from pipeline.site_trouble import Host
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline import troubled_lake
from tests.pipeline.ledger_rows import MIDNIGHT
from tests.pipeline.report.conftest import question
from tests.pipeline.report.said import sentences, table, tiles


def part(facts: SiteFacts, name: str) -> tuple[Block, ...]:
    look = Template(site=SiteTemplate(parts=(name,)))  # type: ignore[arg-type]
    return next((section.blocks for section in site_report(facts, look).sections), ())


@pytest.fixture(scope="module")
def troubled(empty_lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> SiteFacts:
    """A site at which much fails."""
    lake = Lake(tmp_path_factory.mktemp("troubled") / "lake")
    lake.create()
    cube = Cube.open(troubled_lake.make(lake).root)
    asked = Question(one_pool(cube, LOCAL, None), Period.span(date(2026, 10, 1), date(2026, 11, 19)))
    return site_facts(cube, LOCAL, asked, troubled_lake.BAD)


def test_the_summary_says_to_whom_it_delivered(of_site: SiteFacts) -> None:
    assert tiles(part(of_site, "summary"))["Core hours"].value == "4.0"
    assert "the site gave 4.0 core hours to 1 project." in sentences(part(of_site, "summary"))
    assert [row[:2] for row in table(part(of_site, "delivered"), "By project").rows] == [
        ("C", "2.0"),
        ("(not registered)", "2.0"),
        ("All", "4.0"),
    ]


def test_what_fails_here_and_not_elsewhere_is_named_and_is_a_next_step(troubled: SiteFacts, of_site: SiteFacts) -> None:
    rows = table(part(troubled, "failures"), "Fails more here than elsewhere").rows
    assert len(rows) == len(troubled.trouble.causes) > 0
    assert rows[0][2] == f"{troubled.trouble.causes[0].here:,}"
    assert f"Find out why {troubled.trouble.causes[0].here:,} runs" in sentences(part(troubled, "next"))
    assert "Too little to compare: 2 runs ended here" in sentences(part(of_site, "failures"))


def test_a_host_that_fails_jobs_at_once_is_to_be_taken_out(of_site: SiteFacts) -> None:
    host = Host("bad\u202ehost", 20, 18, 15, 0.9, 0.1, 3.0, 2, MIDNIGHT)
    told = replace(of_site, trouble=replace(of_site.trouble, hosts=(host,)))
    (row,) = table(part(told, "failures"), "Hosts worth a look").rows
    assert row[:4] == ("bad\\u202ehost (fails jobs at once)", "20", "90.0 %", "10.0 %")
    assert "Take bad\\u202ehost out" in sentences(part(told, "next"))


def test_capacity_is_by_month_and_says_of_how_many_days(reported_lake: Lake) -> None:
    cube, asked = question(reported_lake)
    found = site_facts(cube, LOCAL, asked, "Alpha")
    (row,) = table(part(found, "capacity"), "Capacity").rows
    assert (row[0], row[1]) == ("2026-11", f"{found.sheet.total('offered_cpu_h'):,.1f}")
    assert "Slots were seen on 1 of 10 days" in sentences(part(found, "capacity"))


def test_downtimes_of_the_days_and_those_to_come_are_apart(of_site: SiteFacts) -> None:
    one = {"from_utc": MIDNIGHT, "to_utc": MIDNIGHT + 7200, "site": "Beta", "resource": "Beta-CE", "severity": "Outage"}
    one |= {"is_planned": True, "title": "Cooling", "cpu_h": 2.0}
    later = one | {"from_utc": MIDNIGHT + 30 * 86_400, "to_utc": MIDNIGHT + 31 * 86_400, "title": None, "cpu_h": None}
    told = replace(of_site, downtimes=(one,), coming=(later,))
    assert table(part(told, "downtimes"), "Downtimes of these days (UTC)").rows == (
        ("2026-11-01 00:00", "2026-11-01 02:00", "Cooling · Beta-CE", "Outage · planned", "2.0"),
    )
    (row,) = table(part(told, "downtimes"), "Announced for later (UTC)").rows
    assert row == ("2026-12-01 00:00", "2026-12-02 00:00", "Beta-CE", "Outage · planned", "—")
    assert "the first on 2026-12-01" in sentences(part(told, "next"))
    assert "No downtime" in sentences(part(of_site, "downtimes"))


def test_a_pledge_that_is_behind_is_a_next_step(of_site: SiteFacts) -> None:
    pledge = Commitment("pledge", "site", "Beta", "P-1", None, date(2026, 11, 1), None, 100.0, None, None, "x")
    behind = Course(pledge, date(2026, 11, 10), (), 4.0, 10.0)
    told = replace(of_site, sheet=replace(of_site.sheet, pledges=(behind,)))
    (row,) = table(part(told, "pledges"), "Pledges").rows
    assert row == ("P-1", "2026-11-01 to …", "100.0", "10.0", "4.0", "40.0 %")
    assert "P-1 is behind: 4.0 of 10.0 core hours due so far (40.0 %)" in sentences(part(told, "next"))


def test_whose_projects_alone_are_shown_is_marked(reported_lake: Lake) -> None:
    cube, asked = question(reported_lake)
    found = site_facts(cube, Viewer("pi", frozenset({"C"})), asked, "Beta")
    assert found.totals["cpu_h"] == 2.0
    assert "Only of the projects that its reader may see." in site_report(found, Template()).cover.marks
