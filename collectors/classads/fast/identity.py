"""Rows -> the canonical texts whose hashes are their ids: the same as `Reading.record_id` makes of a row.

The hashing itself is the library's: one call a row.
"""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collectors.classads.fast.compiled import compiled, copy_bytes
from collectors.classads.fast.plan import FLAG, NUMBER, TABLES, TEXT, WORDS, Ints, joined, places, starts
from collectors.classads.fast.records import Found

_WORD = 3
_LONGEST_NUMBER = 24
_ROWS = 512
_TRUE, _FALSE = np.frombuffer(b"True", np.uint8), np.frombuffer(b"False", np.uint8)
_MINUS, _COLON = np.uint8(45), np.uint8(58)


class Labels(NamedTuple):
    """The hashed columns of one table in its order, after the owner's: kind, place, and `\\nname=`."""

    kind: Ints
    place: Ints
    text: npt.NDArray[np.uint8]
    text_at: Ints
    words: npt.NDArray[np.uint8]
    words_at: Ints


def labels(table: int) -> Labels:
    """What is hashed of rows of that table."""
    schema = TABLES[table]
    hashed = [(place.column.name, _kind(place.column.type), place.index) for place in places(schema)]
    if "record_type" in schema.key:
        hashed.append(("record_type", _WORD, 0))
    texts = [f"\n{name}=" for name, _, _ in hashed]
    return Labels(
        np.array([kind for _, kind, _ in hashed], np.int64),
        np.array([place for _, _, place in hashed], np.int64),
        joined(texts),
        starts(map(len, texts)),
        joined(WORDS),
        starts(map(len, WORDS)),
    )


def record_ids(
    source: npt.NDArray[np.uint8],
    arena: npt.NDArray[np.uint8],
    found: Found,
    table: int,
    known: Labels,
    owners: Sequence[tuple[str, str]],
) -> Ints:
    """The id of each row of that table; `owners` are pool and access point by the row's number of its owner."""
    heads = [_head(table, *owner).encode() for owner in owners]
    heads_bytes = np.frombuffer(b"".join(heads) + b"\0", np.uint8)
    heads_at = starts(map(len, heads))
    rows = int(found.rows[table])
    widest = max(map(len, heads), default=0) + len(known.text) + _LONGEST_NUMBER * len(known.kind)
    digests = []
    for first in range(0, rows, _ROWS):
        last = min(first + _ROWS, rows)
        sizes = found.text_size[table, :, first:last]
        out = np.empty(widest * (last - first) + int(sizes[sizes > 0].sum()), np.uint8)
        ends = np.zeros(last - first + 1, np.int64)
        write_canonical(source, arena, found, table, first, last, known, heads_bytes, heads_at, out, ends)
        view, places_of = out.data, ends.tolist()
        digests += [blake2b(view[begin:end], digest_size=8).digest() for begin, end in pairwise(places_of)]
    return np.frombuffer(b"".join(digests), ">i8").astype(np.int64)


def _kind(type_: str) -> int:
    return {"text": TEXT, "flag": FLAG}.get(type_, NUMBER)


def _head(table: int, pool: str, ap: str) -> str:
    return f"{TABLES[table].name}\npool={len(pool)}:{pool}\nap={len(ap)}:{ap}"


@compiled
def write_canonical(source, arena, found, table, first, last, labels, heads, heads_at, out, ends):  # type: ignore[no-untyped-def]
    """Write the texts of rows first..last one after the other; `ends` gets where each ends, after a zero."""
    to = 0
    for row in range(first, last):
        owner = found.ap[table, row]
        to = copy_bytes(heads, heads_at[owner], heads_at[owner + 1], out, to)
        for column in range(len(labels.kind)):
            kind, place = labels.kind[column], labels.place[column]
            if kind == TEXT:
                if found.text_size[table, place, row] < 0:
                    continue
            elif kind != _WORD and not found.known[table, place, row]:
                continue
            to = copy_bytes(labels.text, labels.text_at[column], labels.text_at[column + 1], out, to)
            if kind == TEXT:
                at, size = np.int64(found.text_at[table, place, row]), np.int64(found.text_size[table, place, row])
                if at >= len(source):
                    to = _write_text(arena, at - len(source), size, out, to)
                else:
                    to = _write_text(source, at, size, out, to)
            elif kind == _WORD:
                word = found.word[table, row]
                begin, end = labels.words_at[word], labels.words_at[word + 1]
                to = _write_text(labels.words, begin, end - begin, out, to)
            elif kind == FLAG:
                said = _TRUE if found.numbers[table, place, row] else _FALSE
                to = copy_bytes(said, 0, len(said), out, to)
            else:
                to = _write_number(found.numbers[table, place, row], out, to)
        ends[row - first + 1] = to


@compiled
def _write_text(text, begin, size, out, to):  # type: ignore[no-untyped-def]
    """Its length in characters, a colon, and its bytes."""
    characters = 0
    for index in range(begin, begin + size):
        characters += text[index] & 0xC0 != 0x80
    to = _write_number(characters, out, to)
    out[to] = _COLON
    return copy_bytes(text, begin, begin + size, out, to + 1)


@compiled
def _write_number(number, out, to):  # type: ignore[no-untyped-def]
    if number < 0:
        out[to] = _MINUS
        to += 1
        number = -number
    digits = 1
    left = number // 10
    while left:
        digits += 1
        left //= 10
    for index in range(to + digits - 1, to - 1, -1):
        out[index] = np.uint8(48 + number % 10)
        number //= 10
    return to + digits
