"""The mail around a report: what strangers wrote is text in it."""

from html import unescape

from pipeline.report.mail_text import html, text
from tests.pipeline.report.documents import EVIL, document
from tests.pipeline.report.test_page import Tags


def test_a_stranger_s_text_is_escaped_in_html_and_plain_in_text() -> None:
    page = html(document(), "https://ledger.example.org/?a=1&b=2")
    tags = Tags(page)
    assert "script" not in tags.seen
    assert tags.open == []
    assert unescape(page).count(EVIL) == text(document(), "").count(EVIL) >= 5
    assert 'href="https://ledger.example.org/?a=1&amp;b=2"' in page


def test_tiles_and_steps_are_in_both_and_a_link_where_there_is_one() -> None:
    plain = text(document(text="said"), "")
    assert "said: said (said)\n" in plain
    assert "1. said\n2. second\n" in plain
    assert "on the page" not in plain
    assert "on the page: https://x.org/y\n" in text(document(text="said"), "https://x.org/y")
