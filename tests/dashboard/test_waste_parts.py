"""Parts of the page Efficiency: what they say is known, what is not is a dash, names are text."""

from typing import Any

from dashboard import waste_parts
from pipeline.buckets import BUCKETS
from pipeline.spread import spread
from pipeline.waste import WasteRow, WasteTable
from tests.dashboard.component_text import text_of
from tests.dashboard.made_lake import LONG

TOTALS: dict[str, Any] = {
    "cpu_h": 100.0,
    "cpu_coverage": 0.5,
    "memory_coverage": None,
    "cpu_overuse_h": 0.0,
    "goodput_completed_h": 80.0,
    "goodput_succeeded_h": 75.0,
    "wasted_h": 20.0,
    "cpu_efficiency": 0.9,
    "memory_efficiency": None,
}


def table(*rows: WasteRow) -> WasteTable:
    whole = {name: sum(row.hours[name] or 0 for row in rows) for name in rows[0].hours}
    return WasteTable(("project",), "cores", rows, WasteRow((), sum(whole.values()), whole))


def row(name: str, **hours: float | None) -> WasteRow:
    whole: dict[str, float | None] = {bucket.name: 0.0 for bucket in BUCKETS}
    return WasteRow((name,), sum(value or 0 for value in hours.values()), whole | hours)


def test_goodput_stands_with_its_share_and_efficiency_with_its_coverage() -> None:
    shown = [text_of(card) for card in waste_parts.goodput_cards(TOTALS, None, None)]
    assert "80.0\u00a0% of core hours" in shown[0]
    assert "75.0\u00a0% of core hours" in shown[1]
    assert "covers 50.0\u00a0% of core hours" in shown[3]
    assert "covers — of memory hours" in shown[4]


def test_one_sentence_says_why_the_two_goodputs_differ() -> None:
    said = waste_parts.goodput_sentence(TOTALS)
    assert "differ by 5.0" in said
    assert "failed exit code" in said
    assert "the same here" in waste_parts.goodput_sentence(TOTALS | {"goodput_succeeded_h": 80.0})
    assert waste_parts.goodput_sentence(TOTALS | {"goodput_completed_h": None}) == ""


def test_use_beyond_the_allocation_is_told_only_where_there_is_some() -> None:
    assert waste_parts.overuse_sentence(TOTALS) == ""
    assert waste_parts.overuse_sentence(TOTALS | {"cpu_overuse_h": None}) == ""
    assert "in no bucket" in waste_parts.overuse_sentence(TOTALS | {"cpu_overuse_h": 2.5})


def test_the_table_has_the_buckets_with_time_and_a_dash_for_what_was_not_measured() -> None:
    found = table(row("A", used=None, idle=None, not_measured=4.0), row("B", used=6.0, evicted=2.0))
    heads = [column["field"] for column in waste_parts.columns("Project", found, "core h")]
    assert heads == ["label", "total", "used", "evicted", "not_measured"]
    shares = waste_parts.rows(found, lambda name: None, shares=True)
    assert [one["label"] for one in shares] == ["B", "A"]
    assert [one["used_text"] for one in shares] == ["75.0\u00a0%", "—"]
    hours = waste_parts.rows(found, lambda name: None, shares=False)
    assert [one["not_measured_text"] for one in hours] == ["0.0", "4.0"]


def test_a_long_name_is_cut() -> None:
    (one,) = waste_parts.rows(table(row(LONG, used=1.0)), lambda name: None, shares=True)
    assert len(one["label"]) <= 64
    assert len(one["tooltip"]) <= 400


def test_quantiles_stand_with_how_many_measured_and_unknown_is_a_dash() -> None:
    known = {"project": "A", "attempts": 1200, "measured": 1100, **{f"p{cut}": 0.5 for cut in (5, 25, 50, 75, 95)}}
    silent = {"project": "B", "attempts": 2, "measured": 0, **{f"p{cut}": None for cut in (5, 25, 50, 75, 95)}}
    text = text_of(waste_parts.spread_table("Project", [silent, known], spread("cpu"), "project"))
    assert text.index("1,100") < text.index("—")
    assert "50.0\u00a0%" in text
    assert "No attempt ended" in text_of(waste_parts.spread_table("Project", [], spread("cpu"), "project"))


def test_many_entities_are_cut_and_the_note_says_so() -> None:
    count = waste_parts.MOST_SPREAD + 1
    assert f"of {count:,}" in waste_parts.spread_note(count, spread("wall"))
    assert "In hours." in waste_parts.spread_note(1, spread("wall"))
    assert "hours" in waste_parts.spread_note(1, spread("cpu"))
