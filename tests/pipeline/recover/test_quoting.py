"""What an ad says can begin neither a line nor a macro of a submit description."""

import pytest

from pipeline.recover import quoting
from pipeline.recover.quoting import Unwritable


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("queue 100", "queue 100"),
        ("include : /etc/passwd", "include : /etc/passwd"),
        ("$(HOME)", "$(DOLLAR)(HOME)"),
        ("a$ENV(HOME)b", "a$(DOLLAR)ENV(HOME)b"),
        ("$RANDOM_CHOICE(1,2)", "$(DOLLAR)RANDOM_CHOICE(1,2)"),
        ("$$(Arch)", "$$(Arch)"),
        ("$$(A:$(HOME))", "$$(A:$(DOLLAR)(HOME))"),
        ("5 $, ${X} and $$", "5 $, ${X} and $$"),
        ("ü\tx", "ü\tx"),
    ],
)
def test_a_value_is_text_and_no_macro(value: str, written: str) -> None:
    assert quoting.text(value) == written


@pytest.mark.parametrize(
    "value",
    [
        "a\nqueue 100", "a\rb", "a\x00b", "a\x1fb", "a\u2028b", "ends with \\", "$$$(X)", "$$ENV(X)", "$(DOLLAR)",
        "$$(dollar)", " a", "a ", '"a"', "x" * 100_001, "\udcff",
    ],
)  # fmt: skip
def test_what_a_line_cannot_hold_is_refused(value: str) -> None:
    with pytest.raises(Unwritable):
        quoting.text(value)


@pytest.mark.parametrize("raw", ['"open', "(a", "a)", "[x=1", '"a" "', "{1"])
def test_half_an_expression_is_refused(raw: str) -> None:
    with pytest.raises(Unwritable):
        quoting.expression(raw)


def test_brackets_within_strings_do_not_count() -> None:
    assert quoting.expression('x == "(" && y') == 'x == "(" && y'


def test_quotation_marks_are_doubled_in_arguments() -> None:
    assert quoting.quoted("-c 'say \"x\"'") == '"-c \'say ""x""\'"'


def test_words_with_spaces_or_quotes_are_quoted() -> None:
    assert quoting.words(["a", "b c", "it's", ""]) == "a 'b c' 'it''s' ''"
