"""Texts of rows -> Arrow's bytes: those of each column behind each other."""

import numpy as np

from collectors.classads.fast.kernel.compiled import compiled, copy_bytes


@compiled
def gather(source, arena, text_at, sizes, offsets, begins, out):  # type: ignore[no-untyped-def]
    """Copy each column's texts behind each other, of as many rows as there are `offsets` for."""
    for place in range(offsets.shape[0]):
        for row in range(offsets.shape[1] - 1):
            size = sizes[place, row]
            if size > 0:
                at, to = np.int64(text_at[place, row]), begins[place] + offsets[place, row]
                if at >= len(source):
                    copy_bytes(arena, at - len(source), at - len(source) + size, out, to)
                else:
                    copy_bytes(source, at, at + size, out, to)
