"""The formats of usage records, as a list that one can read: how a file is recognised, cut into records, and how one
of them is read. Tables of one's own (`csv_rows.py`) are not among them: their mapping says how they are read.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import BinaryIO

from collectors.bounds import Limits
from collectors.classads.text import Oversize, Record
from collectors.imports import apel, gracc, gratia
from collectors.imports.usage import Importer, OtherRecordError, UnusableRecordError, Usage, row_of
from collectors.imports.xml_records import XmlRecords
from collectors.registry import file_form
from collectors.rows import Reject, Row, Skipped
from pipeline.schema.usage_formats import BUNDLE

HEAD = 64 << 10
_OBJECT_A_LINE = re.compile(rb"\{[^\n]*\}[ \t\r]*(?:\n|\Z)")


@dataclass(frozen=True)
class UsageFormat:
    """`name` is also the form under which records are kept; `begins` looks at a file's first bytes."""

    name: str
    begins: Callable[[bytes], bool]
    records: Callable[[BinaryIO], Iterable[Record | Oversize]]
    usage: Callable[[bytes], Usage]


def _json_records(file: BinaryIO) -> Iterator[Record | Oversize]:
    """Objects of an array or one after the other; where each has a line, a broken one costs its line alone."""
    file.seek(0)
    is_lines = _OBJECT_A_LINE.match(file.read(HEAD).lstrip()) is not None
    reader = file_form("json lines" if is_lines else "json").open(file, 0, blake2b(digest_size=16))
    yield from reader
    if reader.tail:  # the last line need not end, and an object that does not is a broken one
        start = reader.consumed
        file.seek(start)
        rest = file.read(gracc.LARGEST + 1)
        yield Record(start, start + len(rest), rest)


def _is_xml(head: bytes) -> bool:
    return head.startswith((BUNDLE, b"<"))


FORMATS: tuple[UsageFormat, ...] = (
    UsageFormat("gratia", _is_xml, XmlRecords, lambda content: gracc.usage_of(gratia.parse(content), "gratia")),
    UsageFormat(
        "gracc",
        lambda head: head.startswith((b"{", b"[")),
        _json_records,
        lambda content: gracc.usage_of(gracc.parse(content)),
    ),
    UsageFormat(
        "apel",
        lambda head: head.startswith(b"APEL-"),
        apel.ApelRecords,
        lambda content: apel.usage_of(*apel.parse(content)),
    ),
)
NAMES = frozenset(known.name for known in FORMATS)


def named(name: str) -> UsageFormat:
    """The format of that name; StopIteration if there is none."""
    return next(known for known in FORMATS if known.name == name)


def of_head(head: bytes) -> UsageFormat | None:
    """The format that a file with those first bytes is in; None: in none of them."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return next((known for known in FORMATS if known.begins(start)), None)


def outcome(
    known: UsageFormat, content: bytes, importer: Importer, limits: Limits, offset: int
) -> Row | Reject | Skipped:
    """What comes of one record's bytes: the same when they are imported, and when a reject is read again."""
    try:
        usage = known.usage(content)
    except OtherRecordError as error:
        return Skipped(str(error))
    except UnusableRecordError as error:
        return Reject(error.rule, str(error), importer.pool)
    return row_of(usage, importer, limits, offset)
