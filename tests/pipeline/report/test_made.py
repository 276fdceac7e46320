"""The front door: a question in, the right report out, in both forms."""

import re
from html import unescape

import pytest

from pipeline.closing.as_closed import AsClosedCube
from pipeline.closing.closing import Reason, close
from pipeline.closing.month import Month
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.report.annex import MANIFEST, files
from pipeline.report.content import Table
from pipeline.report.made import KINDS, Asked, Kind, Made, made, written
from pipeline.report.period import Period
from pipeline.report.template import Template
from pipeline.settings import Settings
from pipeline.viewer import LOCAL
from tests.copied_lake import copied
from tests.pipeline.closing.closable import NOW
from tests.pipeline.report.conftest import TEN_DAYS, question
from tests.pipeline.report.said import blocks
from tests.pipeline.report.test_pdf import text

NAMES: dict[Kind, str] = {"facility": "", "project": "A", "site": "Alpha"}


def of(lake: Lake, kind: Kind, name: str | None = None) -> Made:
    cube, asked = question(lake)
    return made(cube, LOCAL, Asked(kind, NAMES[kind] if name is None else name, asked.pool, TEN_DAYS), Template())


@pytest.mark.parametrize("kind", KINDS)
def test_both_forms_say_the_same_and_are_the_same_each_time(reported_lake: Lake, kind: Kind) -> None:
    first, second = of(reported_lake, kind), of(reported_lake, kind)
    look = Template()
    pdf, page = written(first.report, look, "pdf"), written(first.report, look, "html")
    assert (pdf, page) == (written(second.report, look, "pdf"), written(second.report, look, "html"))
    shown, html = text(pdf), unescape(page.decode())
    tables = [block for block in blocks(first.report) if isinstance(block, Table)]
    assert len(tables) >= 3
    for cell in {cell for table in tables for row in table.rows for cell in row}:
        assert cell in html
        assert re.sub(r"\s", "", cell) in shown
    assert files(first.facts, "csv") == files(second.facts, "csv")
    assert MANIFEST in files(first.facts, "parquet")


@pytest.mark.parametrize(("kind", "name"), [("facility", "A"), ("project", ""), ("site", "")])
def test_a_project_and_a_site_have_a_name_and_a_facility_has_none(reported_lake: Lake, kind: Kind, name: str) -> None:
    with pytest.raises(UsageError, match="projects and sites have one"):
        of(reported_lake, kind, name)


@pytest.mark.parametrize("kind", KINDS)
def test_each_report_is_made_of_closed_months_too(reported_lake: Lake, lake: Lake, kind: Kind) -> None:
    own = copied(reported_lake, lake.root)
    close(own, Settings(lake=own.root), Month(2026, 10), Reason("x", even_so=True), NOW)
    live = Cube.open(own.root)
    (pool,) = live.pools(LOCAL)
    period = Period.parse("2026-10", 1)
    asked = Asked(kind, {"facility": "", "project": "B", "site": "Beta"}[kind], pool, period)
    frozen = made(AsClosedCube.of(live, period.last), LOCAL, asked, Template())
    assert frozen.facts.totals == made(live, LOCAL, asked, Template()).facts.totals
    assert frozen.facts.totals["cpu_h"] == 2.0
    assert frozen.facts.restated is not None
    assert [step.by_cause for step in frozen.facts.restated] == [{}]
    assert frozen.facts.published.version != live.version
