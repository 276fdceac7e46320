"""Rows -> their ids: hashes of canonical texts, the same as `Reading.record_id` makes of a row.

The kernel writes the texts; the hashing itself is the library's, one call a row.
"""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collectors.classads.fast.code import Function
from collectors.classads.fast.found import Found
from collectors.classads.fast.native import flat
from collectors.classads.fast.plan import FLAG, NUMBER, TABLES, TEXT, WORDS, Ints, joined, places, starts

WORD = 3
"""The kind of column that is a record's type: its place is not among numbers or texts."""
_LONGEST_NUMBER = 24
_ROWS = 512


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
        hashed.append(("record_type", WORD, 0))
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
    write_canonical: Function,
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
    shared, listed = [flat(source), flat(arena), flat(found), table], [flat(known), flat(heads_bytes), flat(heads_at)]
    digests = []
    for first in range(0, rows, _ROWS):
        last = min(first + _ROWS, rows)
        sizes = found.text_size[table, :, first:last]
        out = np.empty(widest * (last - first) + int(sizes[sizes > 0].sum()), np.uint8)
        ends = np.zeros(last - first + 1, np.int64)
        write_canonical(*shared, first, last, *listed, out, ends)
        view, places_of = out.data, ends.tolist()
        digests += [blake2b(view[begin:end], digest_size=8).digest() for begin, end in pairwise(places_of)]
    return np.frombuffer(b"".join(digests), ">i8").astype(np.int64)


def _kind(type_: str) -> int:
    return {"text": TEXT, "flag": FLAG}.get(type_, NUMBER)


def _head(table: int, pool: str, ap: str) -> str:
    return f"{TABLES[table].name}\npool={len(pool)}:{pool}\nap={len(ap)}:{ap}"
