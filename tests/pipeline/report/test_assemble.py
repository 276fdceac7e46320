"""What a report says: its parts, its lines, and what it does not know."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest

from pipeline.closing.states import ClosedState
from pipeline.lake import Lake
from pipeline.report.assemble import report
from pipeline.report.content import Block, Chart, Paragraph, Table, Tiles
from pipeline.report.facts import Facts
from pipeline.report.period import Period
from pipeline.report.template import Template
from tests.pipeline.report.conftest import asked


def blocks(facts: Facts, part: str, template: Template | None = None) -> tuple[Block, ...]:
    one = (template or Template()).model_copy(update={"parts": (part,)})
    (section,) = report(facts, one).sections
    return section.blocks


def tables(facts: Facts, part: str, template: Template | None = None) -> Iterator[Table]:
    return (block for block in blocks(facts, part, template) if isinstance(block, Table))


def said(facts: Facts, part: str) -> str:
    return " ".join(block.text for block in blocks(facts, part) if isinstance(block, Paragraph))


def test_the_summary_has_the_numbers_that_a_manager_asks_for(found: Facts) -> None:
    (tiles,) = (block for block in blocks(found, "summary") if isinstance(block, Tiles))
    assert {tile.label: tile.value for tile in tiles.tiles} == {
        "Core hours": "18.0",
        "GPU hours": "0.0",
        "Jobs": "9",
        "People": "3",
        "Projects": "2",
        "Institutions": "0",
    }


def test_a_table_shows_the_first_lines_the_rest_as_one_and_the_whole(found: Facts) -> None:
    rows = [
        {"project": f"P{n}", "cpu_h": 10.0 - n, "gpu_h": 1.0, "goodput_succeeded_h": 1.0, "jobs": 1} for n in range(5)
    ]
    totals = {**found.totals, "cpu_h": 40.0, "gpu_h": 5.0, "goodput_succeeded_h": 5.0}
    many = replace(found, totals=totals, groups={"project": pa.Table.from_pylist(rows)})
    (table,) = tables(many, "delivered", Template(top=2, groups=("project",)))
    assert table.rows == (
        ("P0", "10.0", "25.0 %", "1.0", "10.0 %"),
        ("P1", "9.0", "22.5 %", "1.0", "11.1 %"),
        ("3 other projects", "21.0", "52.5 %", "3.0", "14.3 %"),
        ("All", "40.0", "100.0 %", "5.0", "12.5 %"),
    )


def test_what_nobody_registered_is_said_and_not_shown_as_a_name(found: Facts) -> None:
    assert "By institution: nobody registered one" in said(found, "delivered")
    by = {table.caption: table for table in tables(found, "delivered")}
    assert "By institution" not in by
    assert "(not registered)" in {row[0] for row in by["By project"].rows}
    unknown = {(row[0], row[1]): row[2] for table in tables(found, "completeness") for row in table.rows[:5]}
    assert unknown["Project", "(not registered)"] == "2.0"


def test_a_year_before_that_is_not_known_is_no_zero(reported_lake: Lake) -> None:
    early = asked(reported_lake, Period.parse("2025-Q4", 1))
    assert "not known, which is not zero" in said(early, "comparison")
    assert not list(tables(early, "comparison"))


def test_a_month_in_which_nothing_ran_has_a_report(reported_lake: Lake) -> None:
    quiet = asked(reported_lake, Period.parse("2026-05", 1))
    assert len(report(quiet, Template()).sections) == 13
    assert "No run was charged" in said(quiet, "delivered")


def test_days_that_the_ledger_has_not_are_marked_on_the_cover(reported_lake: Lake) -> None:
    month = report(asked(reported_lake, Period.parse("2026-11", 1)), Template())
    assert month.cover.marks == ("Known are 1 November 2026 to 10 November 2026 only.",)


def test_a_simulated_pool_is_marked_on_the_cover(found: Facts) -> None:
    made_up = replace(found, pool=replace(found.pool, simulated=True))
    assert "made up" in report(made_up, Template()).cover.marks[0]


def test_a_chart_says_in_words_what_is_to_be_seen(found: Facts) -> None:
    (chart,) = (block for block in blocks(found, "trend") if isinstance(block, Chart))
    assert chart.alt == "Core hours by month, 2025-11 to 2026-11; the most in 2026-11: 18.0."
    assert [bar.share for bar in chart.bars][-1] == 1.0
    assert len(chart.bars) == 13


def test_months_that_were_never_closed_can_still_change(found: Facts) -> None:
    assert "Not closed: 2026-11." in said(found, "restatements")


def test_a_closed_month_is_named_with_its_version_and_hash(found: Facts) -> None:
    closed = ClosedState("2026-11", 2, "closed", "2026-12-03T08:00:00Z", "me", "report", "m", "abcdef" * 10)
    told = replace(found, closed=(replace(closed, version=1, state="replaced"), closed))
    (table,) = tables(told, "restatements")
    assert [row[:4] for row in table.rows] == [
        ("2026-11", "1", "replaced", "2026-12-03"),
        ("2026-11", "2", "closed", "2026-12-03"),
    ]
    assert "Not closed" not in said(told, "restatements")
    distrusted = replace(told, journal="line 3 was changed")
    assert "not to be trusted: line 3 was changed" in said(distrusted, "restatements")


def test_a_promise_counts_as_met_where_these_days_alone_fulfil_it(found: Facts) -> None:
    row: dict[str, object] = {
        "of_kind": "site",
        "owner": "Alpha",
        "number": None,
        "title": "T",
        "first_day": "2026-11-01",
    }
    row |= {"last_day": None, "promised_h": 10.0, "source": "x"}
    rows = [
        row | {"kind": "pledge", "delivered_h": 12.0, "share_of_promise": 1.2},
        row | {"kind": "pledge", "delivered_h": 5.0, "share_of_promise": 0.5},
        row | {"kind": "award", "number": "A-1", "delivered_h": 3.0, "promised_h": None, "share_of_promise": None},
    ]
    promised = replace(found, commitments=pa.Table.from_pylist(rows))
    assert "1 award was served" in said(promised, "commitments")
    assert "Pledges with an amount: 2; met by these days alone: 1." in said(promised, "commitments")
    (table,) = tables(promised, "commitments")
    assert table.rows[0] == ("pledge: Alpha", "T", "2026-11-01 to …", "10.0", "12.0", "120.0 %")


@pytest.mark.parametrize("part", ["summary", "method"])
def test_a_facility_s_own_text_stands_first_in_paragraphs(found: Facts, part: str) -> None:
    own = Template(texts={part: "One\nline.\n\nAnother\u202e."})  # type: ignore[dict-item]
    assert blocks(found, part, own)[:2] == (Paragraph("One line."), Paragraph("Another\\u202e."))


def test_all_tables_are_as_wide_as_their_heads(found: Facts) -> None:
    every = [block for section in report(found, Template()).sections for block in section.blocks]
    for table in (block for block in every if isinstance(block, Table)):
        assert {len(row) for row in (table.heads, table.numbers, *table.rows)} == {len(table.heads)}, table.caption
