"""YAML is read as it is written, and what unfolds or nests without end is refused."""

import pytest

from pipeline.errors import SourceError
from pipeline.metadata.plain_yaml import read


def test_no_value_is_turned_into_a_number_or_a_flag() -> None:
    text = "a: 01.0902\nb: 26.1310\nc: 1e5\nd: 0123e4\ne: yes\nf: 2026-11-01\ng: 0x1F\nh: [1.10, '2']\n"
    assert read(text, "x").content == {
        "a": "01.0902",
        "b": "26.1310",
        "c": "1e5",
        "d": "0123e4",
        "e": "yes",
        "f": "2026-11-01",
        "g": "0x1F",
        "h": ["1.10", "2"],
    }


def test_nothing_is_none_and_quoted_nothing_is_text() -> None:
    assert read("a:\nb: ~\nc: null\nd: ''\ne: 'null'\n", "x").content == {
        "a": None,
        "b": None,
        "c": None,
        "d": "",
        "e": "null",
    }


def test_a_key_that_is_there_twice_is_told_and_the_last_one_counts() -> None:
    document = read("a: 1\nb: 2\na: 3\n", "x")
    assert document.content == {"a": "3", "b": "2"}
    assert document.repeated == ["'a' in line 3"]


def test_tags_build_nothing() -> None:
    made = read("a: !!python/object/apply:os.system ['false']\nb: !!int 7\n", "x").content
    assert made == {"a": ["false"], "b": "7"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: &a [x]\nb: [*a, *a]\n", "line 2: it refers to another part of itself"),
        ("[" * 50 + "]" * 50, "nested deeper than 40 levels"),
        ("a: [1\n", "projects/p.yaml, line"),
        ("a: b: c\n", "line 1"),
        ("? [a]\n: b\n", "a key is a list or a mapping"),
        ("a: \x00\n", "projects/p.yaml"),
    ],
)
def test_what_is_hostile_or_no_yaml_is_refused_with_its_file(text: str, why: str) -> None:
    with pytest.raises(SourceError, match="Mend|" + why.replace("[", r"\[")) as refused:
        read(text, "projects/p.yaml")
    assert why in refused.value.what


def test_an_empty_file_holds_nothing() -> None:
    assert read("# only a comment\n", "x").content is None
