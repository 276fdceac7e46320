"""Tables of facts: each cell knows its head, for a phone, and texts stay texts."""

from dashboard.fact_table import Head, fact_table, pill
from tests.dashboard.component_text import all_of, text_of
from tests.dashboard.made_lake import MARKUP


def test_each_cell_knows_its_head() -> None:
    table = fact_table([Head("Rule"), Head("Records", number=True)], [["cpus", "5"], ["time", "1"]], "Rejects")
    cells = all_of(table, "Td")
    assert [getattr(cell, "data-label") for cell in cells] == ["Rule", "Records"] * 2
    assert [cell.className for cell in cells[:2]] == ["", "fact-number"]
    (shown,) = all_of(table, "Table")
    assert getattr(shown, "aria-label") == "Rejects"


def test_a_stranger_s_text_is_a_text() -> None:
    table = fact_table([Head("Name")], [[MARKUP]], "Names")
    assert text_of(all_of(table, "Td")) == MARKUP


def test_a_state_is_a_word_not_only_a_colour() -> None:
    assert text_of(pill("failing")) == "failing"
