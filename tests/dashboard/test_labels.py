"""Names that strangers chose: legible, bounded, and without effect."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import labels
from tests.dashboard.made_lake import ARABIC, LONG, MARKUP, RIGHT_TO_LEFT


def test_marks_that_turn_the_writing_direction_are_written_out() -> None:
    assert labels.visible(RIGHT_TO_LEFT) == "abc⟨U+202E⟩gnp.exe"


def test_control_characters_are_written_out() -> None:
    assert labels.visible("a\nb\x00\x7f\u2028") == "a⟨U+000A⟩b⟨U+0000⟩⟨U+007F⟩⟨U+2028⟩"


def test_letters_of_all_scripts_stay_as_they_are() -> None:
    assert labels.visible(ARABIC) == ARABIC
    assert labels.visible("Bêta 東京 Łódź") == "Bêta 東京 Łódź"


@pytest.mark.parametrize(
    ("name", "text"), [("", "(empty)"), (" ", "(1 space)"), ("   ", "(3 spaces)"), ("a ", "a⟨U+0020⟩")]
)
def test_names_that_look_like_nothing_or_like_another_are_told_apart(name: str, text: str) -> None:
    assert labels.visible(name) == text


def test_a_long_name_says_how_long_it_is_and_keeps_its_mark() -> None:
    text = labels.short(LONG)
    assert len(text) < 80
    assert text.startswith("Looo")
    assert f"{len(LONG):,} characters, #" in text


def test_two_long_names_with_the_same_beginning_are_told_apart() -> None:
    assert labels.short("x" * 100 + "a") != labels.short("x" * 100 + "b")


def test_markup_is_escaped_for_charts() -> None:
    assert labels.in_chart(MARKUP) == "\u2068&lt;img src=x onerror=alert(1)&gt;\u2069"
    assert "<" not in labels.in_chart("<b>bold</b><a href='x'>y</a>")
    assert labels.in_chart("R&D") == "\u2068R&amp;D\u2069"


@given(st.text(max_size=300))
def test_no_name_keeps_a_character_that_acts(name: str) -> None:
    shown = labels.short(name)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert shown


def test_a_record_is_text_line_by_line_and_what_acts_is_written_out() -> None:
    shown = labels.record_text(b'Owner = "\x1b[31m"\nProjectName = "<b>"\t\xff\n')
    assert shown == 'Owner = "⟨U+001B⟩[31m"\nProjectName = "<b>"⟨U+0009⟩\\xff\n'


def test_a_long_record_is_cut_and_says_so() -> None:
    assert labels.record_text(b"a" * 3000, 100) == "a" * 100 + "\n…"
    assert labels.record_text(LONG.encode(), 100).endswith("\n…")


@given(st.binary(max_size=400))
def test_no_record_has_a_character_that_acts(content: bytes) -> None:
    shown = labels.record_text(content, 200).replace("\n", "")
    assert not [character for character in shown if unicodedata.category(character) in labels.INVISIBLE]
