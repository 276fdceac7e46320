"""JSON of condor_history, condor_q and condor_status -> the same unparsed attributes as of the text form.

`-json` is an array of pretty-printed ads, read ad by ad; `-jsonl` has one ad a line. HTCondor writes an expression as
"\\/Expr(...)\\/" with that escaped slash, which no string of a user can begin with: it escapes no other slash.
"""

import json
import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, BinaryIO

from collectors.classads.ad import PlainAd, UnreadableAd, check_ids
from collectors.classads.text import CHUNK, KEPT_OF_OVERSIZE, LARGEST_RECORD, Oversize, Record

_TOKEN = re.compile(rb'["\\{}]')
_WRITTEN_EXPRESSION = b'"\\/Expr('
_EXPRESSION = "\0/Expr("
_EXPRESSION_ENDS = ")/"
_MOST_MEMBERS = 1_000_000
_BETWEEN_ADS = b" \t\r\n,[]"


class _Number(str):
    """A number as it is spelled."""

    __slots__ = ()


def parse_json(body: bytes) -> PlainAd:
    """The ad in one JSON object. Raises UnreadableAd for anything else."""
    if body.count(b'":') > _MOST_MEMBERS:
        raise UnreadableAd(f"more than {_MOST_MEMBERS:,} members in one JSON object")
    marked = body.replace(_WRITTEN_EXPRESSION, b'"\\u0000/Expr(')
    try:
        found = json.loads(
            marked.decode("utf-8", "surrogateescape"),
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_not_a_number,
            object_pairs_hook=_Pairs,
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableAd(f"not valid JSON: {error}") from error
    if not isinstance(found, _Pairs):
        raise UnreadableAd("JSON, but no object: an ad is {...}")
    pairs = [(_bytes(name).lower(), _old_syntax(value)) for name, value in found]
    check_ids(pairs)
    return PlainAd(dict(pairs))


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its names in order, equal ones included."""


def _not_a_number(_: str) -> _Number:
    return _Number("undefined")


def _old_syntax(value: Any) -> bytes:
    """A JSON value as it would stand in the text form of its ad."""
    if isinstance(value, _Number):
        return value.encode()
    if isinstance(value, str):
        if value.startswith(_EXPRESSION) and value.endswith(_EXPRESSION_ENDS):
            return _bytes(value[len(_EXPRESSION) : -len(_EXPRESSION_ENDS)])
        return b'"' + _bytes(value).replace(b'"', b'\\"') + b'"'
    if isinstance(value, _Pairs):
        return b"[ " + b"; ".join(_bytes(name) + b" = " + _old_syntax(part) for name, part in value) + b" ]"
    if isinstance(value, list):
        return b"{ " + b", ".join(map(_old_syntax, value)) + b" }"
    return {True: b"true", False: b"false"}.get(value, b"undefined")


def _bytes(text: str) -> bytes:
    """The bytes of the file that a text stands for; half a surrogate pair is kept as what it is."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


class ArrayReader:
    """Iterates over the objects of a JSON array, or of objects one after the other, like a RecordReader.

    `consumed` is the end of the last object given out; `tail` the bytes of one that is not finished.
    """

    def __init__(self, file: BinaryIO, start: int, digest: "blake2b | None" = None) -> None:
        self._file = file
        self.consumed = start
        self.tail = 0
        self.digest = digest or blake2b(digest_size=16)
        self._seen = self.digest.copy()
        file.seek(start)

    def __iter__(self) -> Iterator[Record | Oversize]:
        held, size, depth, in_string, escaped = b"", 0, 0, False, False
        own = blake2b(digest_size=16)
        while chunk := self._file.read(CHUNK):
            done = 0
            skip_to = 1 if escaped else 0
            escaped = False
            for token in _TOKEN.finditer(chunk):
                at = token.start()
                if at < skip_to:
                    continue
                sign = chunk[at]
                if sign == 92 and in_string:
                    skip_to = at + 2
                    escaped = skip_to > len(chunk)
                elif sign == 34:
                    in_string = not in_string
                elif in_string or sign == 92:
                    continue
                elif sign == 123:
                    depth += 1
                elif depth:
                    depth -= 1
                    if depth == 0:
                        part = chunk[done : at + 1]
                        yield self._give(held, part, size, own)
                        held, size, done = b"", 0, at + 1
                        own = blake2b(digest_size=16)
            rest = chunk[done:]
            size += len(rest)
            own.update(rest)
            self._seen.update(rest)
            held = held + rest if size <= LARGEST_RECORD else (held + rest)[:KEPT_OF_OVERSIZE]
        self.tail = size if held.strip(_BETWEEN_ADS) else 0

    def _give(self, held: bytes, part: bytes, size: int, own: "blake2b") -> Record | Oversize:
        start = self.consumed
        self.consumed = start + size + len(part)
        self._seen.update(part)
        self.digest = self._seen.copy()
        if size + len(part) > LARGEST_RECORD:
            own.update(part)
            return Oversize(start, self.consumed, own.hexdigest(), (held + part)[:KEPT_OF_OVERSIZE])
        whole = held + part
        body = whole.lstrip(_BETWEEN_ADS)
        return Record(start + len(whole) - len(body), self.consumed, body)
