"""Which file is which: a stream's name that is the same for a longer version of a file, and for no other file.

A file that HTCondor only appends to is known by its first whole record; that the rest is the same, too, is proved by
the digest of all bytes consumed so far, which the lake's table `source_file` keeps. Any other file is known by the
digest of its whole content. Pool and --ap are part of the name: read under another owner, it is another stream.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import BinaryIO

from collectors.classads.text import Record, RecordReader
from pipeline.lake import Lake
from pipeline.schema import SOURCE_FILE

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Mark:
    """How far a stream was consumed: bytes, and their BLAKE2b-128 in hex."""

    consumed: int
    digest: str


@dataclass(frozen=True)
class Stream:
    """A stream, where to go on in it, the running digest of all bytes before, and that of all bytes, if known."""

    name: str
    start: int
    digest: "blake2b"
    whole: str = ""


def read_marks(lake: Lake) -> dict[str, Mark]:
    """How far each stream that the lake knows was consumed."""
    found = lake.read(SOURCE_FILE, ["source", "read_bytes", "prefix_digest"]).to_pylist()
    marks: dict[str, Mark] = {}
    for row in found:
        known = marks.get(row["source"])
        if known is None or row["read_bytes"] > known.consumed:
            marks[row["source"]] = Mark(row["read_bytes"], row["prefix_digest"])
    return marks


def appended_stream(file: BinaryIO, label: str, owner: tuple[str, str | None], marks: Mapping[str, Mark]) -> Stream:
    """The stream of an append-only file: one that the lake knows and that this file continues, else a new one.

    Two files can begin alike: one that does not continue a known stream byte by byte gets a name of its own and is
    read from its beginning.
    """
    first = _first_record(file)
    for name in _names(label, owner, first):
        known = marks.get(name)
        if known is None:
            return Stream(name, 0, blake2b(digest_size=16))
        digest = prefix_digest(file, known.consumed)
        if digest is not None and digest.hexdigest() == known.digest:
            return Stream(name, known.consumed, digest)
    raise AssertionError("there is always a next name")


def whole_stream(file: BinaryIO, label: str, owner: tuple[str, str | None], marks: Mapping[str, Mark]) -> Stream:
    """The stream of a file that is written at once: it goes on where an interrupted reading of it stopped."""
    file.seek(0)
    content = blake2b(digest_size=16)
    while block := file.read(_BLOCK):
        content.update(block)
    name = f"{label}:{_owned(owner, content.digest()).hexdigest()}"
    known = marks.get(name)
    start = 0 if known is None else known.consumed
    return Stream(name, start, prefix_digest(file, start) or content, content.hexdigest())


def prefix_digest(file: BinaryIO, size: int) -> "blake2b | None":
    """BLAKE2b-128 of the first `size` bytes; None if the file is shorter."""
    file.seek(0)
    digest = blake2b(digest_size=16)
    while size:
        block = file.read(min(size, _BLOCK))
        if not block:
            return None
        digest.update(block)
        size -= len(block)
    return digest


def _first_record(file: BinaryIO) -> bytes:
    reader = RecordReader(file, 0, "banner")
    for record in reader:
        return record.content if isinstance(record, Record) else record.digest.encode()
    return b""


def _names(label: str, owner: tuple[str, str | None], first: bytes) -> Iterator[str]:
    digest = _owned(owner, first)
    while True:
        yield f"{label}:{digest.hexdigest()}"
        digest = blake2b(digest.digest(), digest_size=16, person=b"begins alike")


def _owned(owner: tuple[str, str | None], content: bytes) -> "blake2b":
    digest = blake2b(digest_size=16)
    for part in owner:
        encoded = b"-" if part is None else b"=" + part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    digest.update(content)
    return digest
