"""The kernel's results -> Arrow columns: whole buffers, without a Python object per value."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from collectors.classads.fast.code import Function
from collectors.classads.fast.found import Found
from collectors.classads.fast.plan import TABLES, Place, places


def batch_of(
    gather: Function,
    source: npt.NDArray[np.uint8],
    arena: npt.NDArray[np.uint8],
    found: Found,
    table: int,
    others: Mapping[str, pa.Array],
) -> pa.RecordBatch:
    """The rows of that table; `others` are the columns that no attribute fills, by name."""
    rows = int(found.rows[table])
    texts = _texts(gather, source, arena, found, table, rows)
    numbers, known = found.numbers[table, :, :rows].copy(), found.known[table, :, :rows]
    bits = np.packbits(known, axis=1, bitorder="little")
    arrays, (schema, filled) = dict(others), _layout(table)
    for place in filled:
        arrays[place.column.name] = (
            texts[place.index] if place.is_text else _number(place, numbers[place.index], bits[place.index], rows)
        )
    return pa.record_batch([arrays[name] for name in schema.names], schema=schema)


def integers(values: npt.NDArray[np.int64]) -> pa.Array:
    """The same memory as a column; pyarrow's own way would load numpy.ma first."""
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])


@cache
def _layout(table: int) -> tuple[pa.Schema, tuple[Place, ...]]:
    return TABLES[table].arrow, places(TABLES[table])


def _number(place: Place, values: npt.NDArray[np.int64], bits: npt.NDArray[np.uint8], rows: int) -> pa.Array:
    if place.column.type == "flag":
        packed = np.packbits(values != 0, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), rows, [pa.py_buffer(bits), pa.py_buffer(packed)])
    return pa.Array.from_buffers(pa.int64(), rows, [pa.py_buffer(bits), pa.py_buffer(values)])


def _texts(
    gather: Function,
    source: npt.NDArray[np.uint8],
    arena: npt.NDArray[np.uint8],
    found: Found,
    table: int,
    rows: int,
) -> list[pa.Array]:
    """The table's text columns, by place."""
    sizes = found.text_size[table, :, :rows]
    offsets = np.zeros((len(sizes), rows + 1), np.int32)
    np.cumsum(np.maximum(sizes, 0), axis=1, out=offsets[:, 1:])
    begins = np.concatenate([[0], np.cumsum(offsets[:, -1], dtype=np.int64)])
    out = np.empty(int(begins[-1]), np.uint8)
    gather(source, arena, found.text_at[table], found.text_size[table], offsets, begins, out)
    bits = np.packbits(sizes >= 0, axis=1, bitorder="little")
    return [
        pa.Array.from_buffers(
            pa.string(), rows, [pa.py_buffer(bits[place]), pa.py_buffer(offsets[place]), pa.py_buffer(out[begin:end])]
        )
        for place, (begin, end) in enumerate(pairwise(begins))
    ]
