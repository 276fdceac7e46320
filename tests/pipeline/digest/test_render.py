"""A digest as HTML and text: numbers as they are, what strangers wrote as text, and nothing from elsewhere."""

import re
from html.parser import HTMLParser

import pytest

from pipeline.digest import render
from pipeline.digest.content import Figure
from tests.pipeline.digest.made import HOSTILE, made


class Tags(HTMLParser):
    """Names of the elements of a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("kind", ["user", "project", "operators"])
def test_what_strangers_wrote_is_text_and_never_markup(kind: str) -> None:
    page = render.html(made(kind))
    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.names
    assert {"img", "link", "iframe"}.isdisjoint(tags.names)
    assert tags.links == ["https://ledger.example.org/usage?project=%3Cscript%3E&x=1"]
    for shown in (page, render.text(made(kind)), render.title(made(kind))):
        assert "\u202e" not in shown
        assert "\r" not in shown
        assert "\nBcc" not in shown
    assert "{{ 7*7 }}" in page
    assert "&lt;script&gt;" in page


def test_numbers_stand_beside_those_before_and_unknown_is_a_dash() -> None:
    text = render.text(made())
    assert re.search(r"Core hours +110\.0, before 100\.0, change \+10\.0 %", text)
    assert re.search(r"Jobs +1,234, before —, change —", text)
    assert "of all: 50.0 %, before —" in text
    assert "Held: 10.0 core hours (10.0 %)" in text
    assert "request_memory = 100 MB" in text
    assert Figure("", "", 3.0, 0.0).change is None
    assert [render.number(value) for value in (0.0, 0.01, 0.06, 0, 1234)] == ["0.0", "<0.1", "0.1", "0", "1,234"]


def test_operators_read_findings_and_users_read_advice() -> None:
    assert "WHAT STANDS OUT" in render.text(made("operators"))
    assert "2 muted." in render.text(made("operators"))
    assert "WHAT WOULD SAVE HOURS" not in render.text(made("operators"))
    assert "WHAT STANDS OUT" not in render.text(made("user"))


def test_a_title_says_whose_and_which_days() -> None:
    assert render.title(made("user")) == "Your week: 2026-W47"
    assert render.title(made("project", "Heron")) == "The week of project Heron: 2026-W47"
    assert len(render.title(made("project", HOSTILE * 1000))) < 400
