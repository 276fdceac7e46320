"""The page on classes shows the rules as they are, and none of the messages that it is measured with."""

from pathlib import Path

import pytest

from bench.classes import PAGE, labelled, of_sources, report, wilson
from bench.classes_page import HEAD, MARK, reference
from bench.held_out import Labelled
from pipeline.errors import UsageError
from pipeline.triage.taxonomy import taxonomy

COLUMNS = "hold_code\tsubcode\tlabel_by_helper\tsource\tmessage\n"


def test_the_page_shows_the_rules_of_this_version() -> None:
    head, mark, rules = PAGE.read_text("utf-8").partition(MARK)
    assert mark
    assert head.startswith("\n".join(HEAD))
    assert rules == "\n".join(["", *reference(taxonomy()), ""]), "run `python -m bench.classes FILE.tsv`"


def test_a_file_of_messages_is_read_with_its_codes_and_its_sources_first_word(tmp_path: Path) -> None:
    path = tmp_path / "messages.tsv"
    path.write_text(COLUMNS + "13\t\tmissing_input\torg/name of it\tno such file\n", "utf-8")
    assert labelled(path) == [Labelled("org/name", "no such file", 13, None, "missing_input")]


def test_a_file_that_is_not_there_is_a_mistake_of_whoever_asks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        labelled(tmp_path / "none.tsv")


def test_the_report_counts_and_quotes_nothing() -> None:
    rows = [
        Labelled("a", "via condor_rm (by user zebra)", None, None, "removed_user"),
        Labelled("b", "the zebra is out of flux", None, None, "network"),
    ]
    text = "\n".join(report(taxonomy(), rows, ()))
    assert "zebra" not in text
    assert "**1 of 2, 50%**" in text
    assert "**0 of 2, 0%**" in text
    assert "| network | 1 | 0 | 1 |  |" in text


def test_wilsons_interval_of_half_of_ten() -> None:
    low, high = wilson(5, 10)
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)


def test_an_interval_over_sources_is_wide_where_sources_differ() -> None:
    rows = [Labelled(source, "", None, None, "iwd") for source in "aabb"]
    assert of_sources(rows, ["iwd", "iwd", "x", "x"]) == (0.0, 1.0)
    assert of_sources(rows, ["iwd", "x", "iwd", "x"]) == (0.5, 0.5)
