"""Bytes of a text file -> records, one at a time, in bounded memory.

A record ends with a banner line (history and epoch files: the banner comes AFTER its ad), with a blank line (`-long`
output, per-job files) or with its line (JSON lines). A banner is a line that starts with ***; the same text inside a
value is none. What follows the last separator is a tail: another process may still be writing it.
A record of more than 64 MiB is not held: only its place, its digest and its first 64 KiB are.
"""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import BinaryIO, Literal

from pipeline.errors import SourceError
from pipeline.schema.banner import BANNER

CHUNK = 4 << 20
LARGEST_RECORD = 64 << 20
LONGEST_BANNER = 1 << 20
KEPT_OF_OVERSIZE = 64 << 10

Separator = Literal["banner", "blank line", "line"]

_BANNER_BEGINS = b"\n" + BANNER
_LINE_ENDS = {"blank line": re.compile(rb"\n[ \t\r]*\n"), "line": re.compile(rb"\n")}
_READ_AGAIN = 256 << 10
"""Bytes that a file of the disk is rather asked for again than copied together with what comes after them."""
_CARRY = 64
"""Bytes kept from one window to the next, so that a separator across their border is seen."""


@dataclass(frozen=True, slots=True)
class Record:
    """One ad's bytes: from `start` up to its banner line (at `banner_at`; None: no banner); all of it ends at `end`."""

    start: int
    end: int
    content: bytes
    banner_at: int | None = None

    @property
    def body(self) -> bytes:
        """The ad without its banner."""
        return self.content if self.banner_at is None else self.content[: self.banner_at - self.start]

    @property
    def banner(self) -> bytes | None:
        """The banner line."""
        return None if self.banner_at is None else self.content[self.banner_at - self.start :]

    @property
    def digest(self) -> str:
        """BLAKE2b-128 in hex."""
        return blake2b(self.content, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Oversize:
    """A record too large to hold: its place, its BLAKE2b-128 in hex, its first bytes as `content`."""

    start: int
    end: int
    digest: str
    content: bytes


class RecordReader:
    """Iterates over the records of a binary file from `start` on, and knows afterwards what was left.

    `consumed` is the end of the last record given out; `tail` the number of bytes after it that are no record yet;
    `digest` the running BLAKE2b-128 over all bytes consumed, `start` bytes of prefix included if it was given one.
    """

    def __init__(self, file: BinaryIO, start: int, separator: Separator, digest: "blake2b | None" = None) -> None:
        self._file = file
        self._separator = separator
        self._buffer = b""
        self._position = 0
        self._base = start
        self.consumed = start
        self.tail = 0
        self.digest = digest or blake2b(digest_size=16)
        file.seek(start)

    def __iter__(self) -> Iterator[Record | Oversize]:
        return self._by_banner() if self._separator == "banner" else self._by_line_end(_LINE_ENDS[self._separator])

    def ahead(self, size: int) -> tuple[bytes, int, int]:
        """What comes next, at least `size` bytes or all that is left: a buffer, a place in it, its own.

        For a file with banners. Take records of it with `give` and `pass_over`, or go on iterating anew.
        """
        with suppress(OSError, SourceError):  # what came before counts; then the iterator meets the error again
            while (lacking := size - len(self._buffer) + self._position) > 0 and self._more(lacking):
                pass
        return self._buffer, self._position, self._base

    def pass_over(self, end: int) -> int:
        """Count as given out what the buffer of `ahead` holds up to `end`; returns the buffer's place in the file."""
        self.digest.update(memoryview(self._buffer)[self._position : end])
        self._position = end
        self.consumed = self._base + end
        return self._base

    def give(self, at: int, end: int) -> Record | Oversize:
        """The record that comes next, its banner line beginning at `at` of that buffer and ending at `end`."""
        return self._give(at, end, frees=False)

    def _by_banner(self) -> Iterator[Record | Oversize]:
        searched = 0
        while True:
            buffer, start = self._buffer, self._position
            at = start if buffer.startswith(BANNER, start) else buffer.find(_BANNER_BEGINS, max(start, searched)) + 1
            found = at > start or buffer.startswith(BANNER, start)
            line_end = buffer.find(b"\n", at) + 1 if found else 0
            if line_end:
                yield self._give(at, line_end)
            elif len(buffer) - start > LARGEST_RECORD or (found and len(buffer) - at > LONGEST_BANNER):
                oversize = self._skip()
                if oversize is None:
                    return
                yield oversize
            else:
                searched = max(0, (at if found else len(buffer)) - start - len(_BANNER_BEGINS))
                if self._more():
                    continue
                self._leave()
                return
            searched = 0

    def _by_line_end(self, ends: "re.Pattern[bytes]") -> Iterator[Record | Oversize]:
        while True:
            found = ends.search(self._buffer, self._position)
            if found:
                record = self._give(found.start() + 1, found.end())
                if isinstance(record, Oversize) or record.body.strip():
                    yield record
            elif len(self._buffer) - self._position > LARGEST_RECORD:
                oversize = self._skip()
                if oversize is None:
                    return
                yield oversize
            elif not self._more():
                rest = self._buffer[self._position :]
                if rest.endswith(b"\n") and rest.strip():
                    yield self._give(len(self._buffer), len(self._buffer))
                self._leave()
                return

    def _give(self, at: int, end: int, *, frees: bool = True) -> Record | Oversize:
        """The record from the position up to `at`, with what separates it from the next up to `end`."""
        start = self._position
        self._position = end
        self.consumed = self._base + end
        self.digest.update(self._buffer[start:end])
        with_banner = self._separator == "banner"
        if end - start > LARGEST_RECORD or (with_banner and end - at > LONGEST_BANNER):
            whole = self._buffer[start:end]
            own = blake2b(whole, digest_size=16).hexdigest()
            return Oversize(self._base + start, self.consumed, own, whole[:KEPT_OF_OVERSIZE])
        content = self._buffer[start : end if with_banner else at]
        record = Record(self._base + start, self.consumed, content, self._base + at if with_banner else None)
        if frees and end - start > CHUNK:  # not both the record and the buffer that it came from
            self._buffer, self._base, self._position = self._buffer[end:], self._base + end, 0
        return record

    def _more(self, size: int = 0) -> bool:
        """Drop what was given out, read on, that much or a chunk; False at the end of the file."""
        begin, left = self._base + self._position, len(self._buffer) - self._position
        if left <= _READ_AGAIN and isinstance(self._file, io.BufferedReader):
            self._file.seek(begin)
            buffer = self._file.read(left + max(size, CHUNK))
        else:
            buffer = self._buffer[self._position :] + self._file.read(max(size, CHUNK))
        if len(buffer) <= left:
            return False
        self._buffer, self._base, self._position = buffer, begin, 0
        return True

    def _leave(self) -> None:
        self.tail = len(self._buffer) - self._position if self._buffer[self._position :].strip() else 0

    def _skip(self) -> Oversize | None:
        """Read over a record too large to hold, without holding it; None if the file ends within it."""
        start = self._base + self._position
        head = self._buffer[self._position : self._position + KEPT_OF_OVERSIZE]
        end = self._end_of_oversize(start)
        self._buffer, self._position, self._base = b"", 0, end or self._file.tell()
        if end is None:
            self.tail = self._base - start
            return None
        own, left = blake2b(digest_size=16), end - start
        self._file.seek(start)
        while left:
            part = self._file.read(min(left, CHUNK))
            own.update(part)
            self.digest.update(part)
            left -= len(part)
        self.consumed = end
        return Oversize(start, end, own.hexdigest(), head)

    def _end_of_oversize(self, start: int) -> int | None:
        """Where the record ends that begins at `start`; None if the file ends before. Leaves the file anywhere."""
        self._file.seek(start)
        window, read, in_banner = b"", start, False
        while chunk := self._file.read(CHUNK):
            carry = window[-_CARRY:]
            window = carry + chunk
            read += len(chunk)
            end, in_banner = self._ends(window, len(carry), in_banner=in_banner)
            if end:
                return read - len(window) + end
        return None

    def _ends(self, window: bytes, new_from: int, *, in_banner: bool) -> tuple[int, bool]:
        """Where the record ends in the window (0: not there), and whether its banner line has begun."""
        if self._separator != "banner":
            found = _LINE_ENDS[self._separator].search(window)
            return (found.end() if found else 0), False
        if in_banner:
            return window.find(b"\n", new_from) + 1, True
        at = 0 if not new_from and window.startswith(BANNER) else window.find(_BANNER_BEGINS)
        return (window.find(b"\n", at + 1) + 1, True) if at >= 0 else (0, False)
