"""The kernel's results -> Arrow columns: whole buffers, without a Python object per value."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from collectors.classads.fast.compiled import compiled, copy_bytes
from collectors.classads.fast.plan import TABLES, Place, places
from collectors.classads.fast.records import Found


def batch_of(
    source: npt.NDArray[np.uint8],
    arena: npt.NDArray[np.uint8],
    found: Found,
    table: int,
    others: Mapping[str, pa.Array],
) -> pa.RecordBatch:
    """The rows of that table; `others` are the columns that no attribute fills, by name."""
    rows = int(found.rows[table])
    texts = _texts(source, arena, found, table, rows)
    numbers, known = found.numbers[table, :, :rows].copy(), found.known[table, :, :rows]
    bits = np.packbits(known, axis=1, bitorder="little")
    arrays = dict(others)
    for place in places(TABLES[table]):
        arrays[place.column.name] = (
            texts[place.index] if place.is_text else _number(place, numbers[place.index], bits[place.index], rows)
        )
    schema = TABLES[table].arrow
    return pa.record_batch([arrays[name] for name in schema.names], schema=schema)


def _number(place: Place, values: npt.NDArray[np.int64], bits: npt.NDArray[np.uint8], rows: int) -> pa.Array:
    if place.column.type == "flag":
        packed = np.packbits(values != 0, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), rows, [pa.py_buffer(bits), pa.py_buffer(packed)])
    return pa.Array.from_buffers(pa.int64(), rows, [pa.py_buffer(bits), pa.py_buffer(values)])


def _texts(
    source: npt.NDArray[np.uint8], arena: npt.NDArray[np.uint8], found: Found, table: int, rows: int
) -> list[pa.Array]:
    """The table's text columns, by place."""
    sizes = found.text_size[table, :, :rows]
    offsets = np.zeros((len(sizes), rows + 1), np.int32)
    np.cumsum(np.maximum(sizes, 0), axis=1, out=offsets[:, 1:])
    begins = np.concatenate([[0], np.cumsum(offsets[:, -1], dtype=np.int64)])
    out = np.empty(int(begins[-1]), np.uint8)
    gather(source, arena, found.text_at[table], sizes, offsets, begins, out)
    bits = np.packbits(sizes >= 0, axis=1, bitorder="little")
    return [
        pa.Array.from_buffers(
            pa.string(), rows, [pa.py_buffer(bits[place]), pa.py_buffer(offsets[place]), pa.py_buffer(out[begin:end])]
        )
        for place, (begin, end) in enumerate(pairwise(begins))
    ]


@compiled
def gather(source, arena, text_at, sizes, offsets, begins, out):  # type: ignore[no-untyped-def]
    """Copy each column's texts behind each other."""
    for place in range(sizes.shape[0]):
        for row in range(sizes.shape[1]):
            size = sizes[place, row]
            if size > 0:
                at, to = np.int64(text_at[place, row]), begins[place] + offsets[place, row]
                if at >= len(source):
                    copy_bytes(arena, at - len(source), at - len(source) + size, out, to)
                else:
                    copy_bytes(source, at, at + size, out, to)
