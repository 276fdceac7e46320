"""The ways in, as a list that one can read: how each form of file is cut into records and each record into an ad.

To add a form: a reader (an iterator over Record and Oversize that knows `consumed`, `tail` and `digest`), a parser
(bytes -> Ad), one line here, and how `recognise` tells it from others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import BinaryIO, Protocol

from collectors.classads.ad import Ad, WantedNames, parse_text
from collectors.classads.json_ads import ArrayReader, parse_json
from collectors.classads.text import Oversize, Record, RecordReader
from collectors.kinds import wanted_names
from collectors.recognise import Form


class Reader(Protocol):
    """Cuts a file into records from an offset on."""

    consumed: int
    tail: int
    digest: "blake2b"

    def __iter__(self) -> Iterator[Record | Oversize]: ...


@dataclass(frozen=True)
class FileForm:
    """`open` takes file, offset and the digest of all bytes before; `parse` raises UnreadableAd."""

    form: Form
    open: Callable[[BinaryIO, int, "blake2b"], Reader]
    parse: Callable[[bytes], Ad]


_text = partial(parse_text, names=WantedNames(wanted_names()))

FILE_FORMS = (
    FileForm("banners", lambda file, start, digest: RecordReader(file, start, "banner", digest), _text),
    FileForm("long", lambda file, start, digest: RecordReader(file, start, "blank line", digest), _text),
    FileForm("json lines", lambda file, start, digest: RecordReader(file, start, "line", digest), parse_json),
    FileForm("json", ArrayReader, parse_json),
)


def file_form(form: Form) -> FileForm:
    """How files of that form are read."""
    return next(known for known in FILE_FORMS if known.form == form)
