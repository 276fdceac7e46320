"""A source that is held out takes the signs with it that it alone has taught."""

from pathlib import Path
from random import Random

import pytest

from bench.held_out import Known, Labelled, dealt, held_out, sampled, signs, told, without
from pipeline.triage.classify import classify
from pipeline.triage.taxonomy import UNKNOWN, Taxonomy, taxonomy

SAMPLES = Path(__file__).parents[2] / "data-samples"
RULE = {"class": "quota", "pattern": "no room|too full", "example": "there is no room", "source": "made up"}


def rules() -> Taxonomy:
    parts = {"classes": taxonomy().classes, "message": [RULE], "code": [{"class": "retries", "codes": [9]}], "end": []}
    return Taxonomy.model_validate(parts)


def row(source: str, message: str, code: int | None = None) -> Labelled:
    return Labelled(source, message, code, None, "quota")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a|b", ("a", "b")),
        ("a(b|c)|d", ("a(b|c)", "d")),
        (r"a\|b|[|(]x", (r"a\|b", "[|(]x")),
        (r"a\(|b", (r"a\(", "b")),
        ("alone", ("alone",)),
    ],
)
def test_signs_are_the_alternatives_at_the_top_of_a_pattern(pattern: str, expected: tuple[str, ...]) -> None:
    assert signs(pattern) == expected


def test_a_sign_goes_with_the_only_source_that_has_it_and_the_others_stay() -> None:
    (left,) = without(rules(), [row("a", "there is no room")], []).message
    assert left.pattern == "too full"


def test_a_sign_stays_that_another_source_has_in_a_message_of_its_class() -> None:
    hidden = [row("a", "there is no room")]
    assert without(rules(), hidden, [Known("no room at all", "quota")]) == rules()
    assert without(rules(), hidden, [Known("no room at all", "iwd")]).message[0].pattern == "too full"


def test_a_rule_without_signs_goes_and_a_code_tells_then() -> None:
    rows = [row("a", "no room, too full", 9), row("a", "no room, too full")]
    assert held_out(rules(), rows, [["a"]], []) == ["retries", UNKNOWN]


def test_every_message_is_told_once_in_its_fold() -> None:
    rows = [row("a", "no room"), row("b", "no room"), row("c", "too full")]
    assert held_out(rules(), rows, [["a"], ["b"], ["c"]], []) == ["quota", "quota", UNKNOWN]
    assert held_out(rules(), rows, [["a", "b"], ["c"]], []) == [UNKNOWN, UNKNOWN, UNKNOWN]
    assert held_out(rules(), rows, [["a", "b"], ["c"]], [Known("no room", "quota")]) == ["quota", "quota", UNKNOWN]


def test_sources_are_dealt_once_each() -> None:
    folds = dealt(["a", "b", "c", "d", "e"], 3, Random(1))
    assert sorted(name for fold in folds for name in fold) == ["a", "b", "c", "d", "e"]
    assert sorted(map(len, folds)) == [1, 2, 2]


def test_with_all_rules_messages_are_told_as_by_the_command() -> None:
    real = sampled(path.read_text("utf-8", "replace") for path in SAMPLES.rglob("*history*"))
    assert len(real) > 15
    rows = [row("a", known.message, code) for known in real for code in (None, 34, 1008)]
    expected = [classify(one.message, one.code, one.subcode).failure for one in rows]
    assert list(told(taxonomy(), rows)) == expected
