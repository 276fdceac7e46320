"""Which file is which: a stream's name that is the same for a longer version of a file, and for no other file.

A file that HTCondor only appends to is known by its first whole record; that the rest is the same, too, is proved by
the digest of all bytes consumed so far, which the lake's table `source_file` keeps. Any other file is known by the
digest of its whole content. Pool and --ap are part of the name: read under another owner, it is another stream.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import BinaryIO

import duckdb

from collectors.classads.text import Record, RecordReader
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.schema import SOURCE_FILE

_BLOCK = 1 << 20
_BEGIN_ALIKE = 8


@dataclass(frozen=True)
class Mark:
    """How far a stream was consumed: bytes, and their BLAKE2b-128 in hex."""

    consumed: int
    digest: str


@dataclass(frozen=True)
class Stream:
    """A stream, where to go on in it, and the running digest of all bytes before.

    `first` is the name by the first record alone: files that begin alike share it. Of a file that is written at once
    `whole` and `size` are the digest and number of all its bytes.
    """

    name: str
    first: str
    start: int
    digest: "blake2b"
    whole: str = ""
    size: int = 0


def read_marks(lake: Lake, names: Collection[str] | None = None) -> dict[str, Mark]:
    """How far each of the streams, or each stream that the lake knows, was consumed. A stream not known is left out."""
    files = list(lake.snapshot(SOURCE_FILE).files)
    if not files or (names is not None and not names):
        return {}
    wanted = "" if names is None else "WHERE source IN (SELECT unnest($names))"
    params = {"files": files} | ({} if names is None else {"names": list(names)})
    with lake_errors(f"table {SOURCE_FILE.name} cannot be read"), duckdb.connect() as con:
        found = con.sql(
            f"""
            SELECT source, max(read_bytes), arg_max(prefix_digest, read_bytes)
            FROM read_parquet($files) {wanted} GROUP BY source
            """,
            params=params,
        ).fetchall()
    return {source: Mark(consumed, digest) for source, consumed, digest in found}


def appended_stream(file: BinaryIO, label: str, owner: tuple[str, str | None], marks: Mapping[str, Mark]) -> Stream:
    """The stream of an append-only file: one that the lake knows and that this file continues, else a new one.

    Two files can begin alike: one that does not continue a known stream byte by byte gets a name of its own and is
    read from its beginning.
    """
    first = _first_record(file)
    by_first = next(_names(label, owner, first))
    for name in _names(label, owner, first):
        known = marks.get(name)
        if known is None:
            return Stream(name, by_first, 0, blake2b(digest_size=16))
        digest = prefix_digest(file, known.consumed)
        if digest is not None and digest.hexdigest() == known.digest:
            return Stream(name, by_first, known.consumed, digest)
    raise AssertionError("there is always a next name")


def possible_names(file: BinaryIO, label: str, owner: tuple[str, str | None]) -> tuple[str, ...]:
    """The names, likeliest first, that an append-only file's stream can have; leaves the file's position anywhere.

    There are more, for what only an attacker makes: so many files that begin alike and go on differently.
    """
    return tuple(islice(_names(label, owner, _first_record(file)), _BEGIN_ALIKE))


def whole_stream(file: BinaryIO, label: str, owner: tuple[str, str | None], marks: Mapping[str, Mark]) -> Stream:
    """The stream of a file that is written at once: it goes on where an interrupted reading of it stopped."""
    file.seek(0)
    content, size = blake2b(digest_size=16), 0
    while block := file.read(_BLOCK):
        content.update(block)
        size += len(block)
    name = f"{label}:{_owned(owner, content.digest()).hexdigest()}"
    known = marks.get(name)
    start = 0 if known is None else known.consumed
    return Stream(name, name, start, prefix_digest(file, start) or content, content.hexdigest(), size)


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
