"""A file of Gratia's XML -> the bytes of its records, one at a time, in bounded memory.

Records stand alone, in an envelope, or in a bundle (`replication|record|the same as it came|more|`), of which the
first counts. The file is cut at the records' tags and not parsed as a whole, so that a broken record costs that record
alone; text that only looks like a tag (comments, CDATA, instructions) is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import BinaryIO

from collectors.classads.text import KEPT_OF_OVERSIZE, Oversize, Record
from pipeline.schema.usage_formats import BUNDLE, JOB_RECORDS, OTHER_RECORDS

LARGEST = 1 << 20
"""Bytes of a record; one of a job has two or three thousand."""
CHUNK = 1 << 18
_CARRY = 256
"""Longer than any tag's name with its prefix: so much of a chunk may be half a tag."""
_NAMES = b"|".join(sorted(name.encode() for name in JOB_RECORDS | OTHER_RECORDS.keys()))
_TOKEN = re.compile(
    rb"(?P<opens><!--|<!\[CDATA\[|<\?)|<(?P<slash>/?)(?:[A-Za-z_][\w.-]{0,60}:)?(?:" + _NAMES + rb")(?=[\s/>])"
)
_CLOSES = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_BEFORE = len(BUNDLE) + 64


class NotRecordsError(ValueError):
    """A file in which records cannot be found; the text says why."""


@dataclass
class _Over:
    """A record that is too large to hold: its beginning, and the digest of what was dropped."""

    head: bytes
    digest: "blake2b"


class XmlRecords:
    """Iterates over the records of a file; one that has no end goes as far as the file.

    Raises NotRecordsError for a comment or the like that is longer than any record.
    """

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self._buffer = b""
        self._base = 0
        self._at = 0
        self._open: int | None = None
        self._over: _Over | None = None
        self._is_copy = False

    def __iter__(self) -> Iterator[Record | Oversize]:
        while (token := self._token()) is not None:
            start, end, is_end = token
            if self._open is None:
                if not is_end:
                    self._begin(start)
            elif is_end:
                yield from self._give(self._tag_end(end))
            else:  # one begins before the other has ended: that one is broken
                yield from self._give(start)
                self._begin(start)
        if self._open is not None:
            yield from self._give(self._base + len(self._buffer))

    def _begin(self, start: int) -> None:
        before = self._buffer[max(0, start - self._base - _BEFORE) : start - self._base].rstrip()
        self._is_copy = before.endswith(b"|") and not before.endswith(BUNDLE)
        self._open = start

    def _give(self, end: int) -> Iterator[Record | Oversize]:
        start, over = self._open, self._over
        self._open = self._over = None
        if self._is_copy or start is None:
            return
        rest = self._buffer[max(start - self._base, 0) : end - self._base]
        if over is not None:
            over.digest.update(rest)
            yield Oversize(start, end, over.digest.hexdigest(), over.head)
        else:
            yield Record(start, end, rest)

    def _token(self) -> tuple[int, int, bool] | None:
        """Begin and end of the next tag of a record, and whether it is an end tag; None at the file's end."""
        while True:
            found = _TOKEN.search(self._buffer, self._at)
            if found is None:
                self._at = max(self._at, len(self._buffer) - _CARRY)
                if not self._more():
                    return None
            elif found["opens"]:
                self._pass_over(found.start(), _CLOSES[found["opens"]])
            else:
                self._at = found.end()
                return self._base + found.start(), self._base + found.end(), bool(found["slash"])

    def _pass_over(self, start: int, closing: bytes) -> None:
        """Go behind a comment, or what else is no tag; to the file's end where it has none."""
        at = self._base + start
        self._at = start
        while (end := self._buffer.find(closing, at - self._base)) < 0:
            if self._base + len(self._buffer) - at > LARGEST:
                raise NotRecordsError(f"at byte {at:,} begins a comment, CDATA or instruction of more than 1 MiB")
            if not self._more():
                self._at = len(self._buffer)
                return
        self._at = end + len(closing)

    def _tag_end(self, name_end: int) -> int:
        """Where the end tag ends whose name ends there."""
        while (end := self._buffer.find(b">", name_end - self._base)) < 0:
            if len(self._buffer) - (name_end - self._base) > _CARRY or not self._more():
                return name_end
        self._at = end + 1
        return self._base + end + 1

    def _more(self) -> bool:
        """Drop what is done with, and read on; False at the end of the file."""
        self._measure()
        keep = self._at - _BEFORE
        if self._open is not None and self._over is None:
            keep = min(keep, self._open - self._base)
        keep = max(keep, 0)
        if self._over is not None:
            self._over.digest.update(self._buffer[:keep])
        self._buffer, self._base, self._at = self._buffer[keep:], self._base + keep, self._at - keep
        chunk = self._file.read(max(CHUNK, len(self._buffer)))
        self._buffer += chunk
        return bool(chunk)

    def _measure(self) -> None:
        """Hold a record no longer that is larger than any."""
        if self._open is None or self._over is not None:
            return
        begin = self._open - self._base
        if len(self._buffer) - begin > LARGEST:
            self._over = _Over(self._buffer[begin : begin + KEPT_OF_OVERSIZE], blake2b(digest_size=16))
            self._buffer, self._base, self._at = self._buffer[begin:], self._open, self._at - begin
