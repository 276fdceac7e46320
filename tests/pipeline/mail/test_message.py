"""A mail as it is composed: what strangers wrote adds no header and is no markup; equal parts, equal id."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from pipeline.errors import SettingsError
from pipeline.mail.address import is_address
from pipeline.mail.message import Attachment, Letter, compose, identity, subject

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def sent(said: str, text: str = "text", html: str | None = None) -> tuple[list[str], str]:
    """Names of the headers, and the subject, as a reader's program sees them."""
    mail = compose(Letter("ada@example.org", said, text, "id1", html), "ledger@example.org", NOW)
    read = message_from_bytes(mail.as_bytes(), policy=default)
    return sorted(name.lower() for name in read.keys()), str(read["subject"])  # noqa: SIM118


@pytest.mark.parametrize(
    "hostile",
    [
        "a\r\nBcc: eve@example.org",
        "a\nBcc: e@x",
        "a\rBcc: e@x",
        "a\u2028Bcc: e@x",
        "a\x85Bcc: e@x",
        "a\x00\x1b[31m",
        "\ud800",
    ],
)
def test_a_subject_of_strangers_adds_no_header_and_no_line(hostile: str) -> None:
    names, said = sent(hostile)
    assert names == sent("plain")[0]
    assert "\n" not in said
    assert said.isprintable()


def test_a_long_subject_is_cut_and_stays_one_header() -> None:
    names, said = sent("word " * 500)
    assert names == sent("plain")[0]
    assert len(said) <= 160


def test_a_body_with_anything_in_it_can_be_sent() -> None:
    bad = "line\n.\n\x00\x1b[31m\ud800 ünïcode 工\nFrom x"
    mail = compose(Letter("a@example.org", "s", bad, "i", f"<p>{bad}</p>"), "l@example.org", NOW)
    read = message_from_bytes(mail.as_bytes(), policy=default)
    text = read.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "ünïcode 工" in text
    assert "\x1b" not in text
    assert read.get_body(("html",)) is not None


@pytest.mark.parametrize(
    "text",
    ["", "ada", "ada@", "a@b\n", "a@b, c@d", "Ada <a@b>", "a b@c", "a@b\r\nBcc: x@y", "a@ü.org", "a" * 65 + "@b"],
)
def test_anything_but_one_plain_address_is_refused(text: str) -> None:
    assert not is_address(text)
    with pytest.raises(SettingsError, match="no mail address"):
        compose(Letter(text, "s", "t", "i"), "ledger@example.org", NOW)


def test_addresses_that_people_have_are_addresses() -> None:
    assert all(map(is_address, ("ada@example.org", "a.b+c@sub.example.org", "root@localhost", "o'neil@x.edu")))


def test_equal_parts_have_equal_ids_and_parts_do_not_run_together() -> None:
    assert identity("a", "b") == identity("a", "b")
    assert identity("ab", "") != identity("a", "b")
    mail = compose(Letter("ada@example.org", "s", "t", "abc"), "ledger@example.org", NOW)
    assert mail["Message-ID"] == "<abc@example.org>"
    assert subject("  two\n words ") == "two words"


def test_a_file_goes_beside_text_and_html() -> None:
    file = Attachment("report.pdf", "application/pdf", b"%PDF-1.7\xff")
    letter = Letter("ada@example.org", "said", "text", "id1", "<p>html</p>", attachments=(file,))
    read = message_from_bytes(compose(letter, "ledger@example.org", NOW).as_bytes(), policy=default)
    assert read.get_body(("plain",)).get_content().strip() == "text"  # type: ignore[union-attr]
    assert read.get_body(("html",)).get_content().strip() == "<p>html</p>"  # type: ignore[union-attr]
    (attached,) = read.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("report.pdf", b"%PDF-1.7\xff")
