"""A mail as it goes over the wire: sender, reader, subject, text (and HTML) in; EmailMessage out. Pure.

What strangers wrote may stand in subject and text: line breaks and other characters that act are made visible, so
that no header can be added; the same id is made of the same parts, so that a mail that comes twice is known again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from pipeline.mail.address import address
from pipeline.terminal import visible

LONGEST_SUBJECT = 160


@dataclass(frozen=True)
class Attachment:
    """A file that goes along: its name (of this program's own making), media type and bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What is to be said to whom. `id` is the Message-ID's first part; `headers` are this program's own."""

    to: str
    subject: str
    text: str
    id: str
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()


def compose(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """The mail. Raises SettingsError for a sender or reader that is no address."""
    mail = EmailMessage(policy=SMTP.clone(max_line_length=120))
    mail["From"] = address(sender, "mail_from")
    mail["To"] = address(letter.to, "reader")
    mail["Subject"] = subject(letter.subject)
    mail["Date"] = format_datetime(now.astimezone(UTC))
    mail["Message-ID"] = message_id(letter.id, sender)
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        mail[name] = value
    mail.set_content(sendable(letter.text))
    if letter.html is not None:
        mail.add_alternative(sendable(letter.html), subtype="html")
    for one in letter.attachments:
        kind, _, subtype = one.media_type.partition("/")
        mail.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
    return mail


def subject(text: str) -> str:
    """The text as one short line without characters that act."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"


def message_id(identity: str, sender: str) -> str:
    """A Message-ID at the sender's domain."""
    return f"<{identity}@{sender.rpartition('@')[2]}>"


def identity(*parts: str) -> str:
    """An id of 32 hexadecimal digits: equal parts, equal id."""
    content = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def sendable(text: str) -> str:
    """The text with what no mail can carry replaced: lone surrogates, and control characters but line ends and tabs."""
    kept = "".join(c if c in "\n\t" or c.isprintable() or ord(c) > 0x9F else "\ufffd" for c in text)
    return kept.encode("utf-8", "replace").decode("utf-8")
