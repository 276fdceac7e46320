"""What the kernel makes of a piece: arrays that it fills, used again for each piece."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collectors.classads.fast.plan import TEXT, Plan

MOST_APS = 64
CAREFUL = -1
"""The table of a record that is left to the careful reader."""
NOT_SAID = np.int64(-(2**63))
"""A banner's number where it has none."""


class Found(NamedTuple):
    """Per record: bounds, banner's offset, the table of its row.

    Per table and row: the record, its type's word, its access point (-1: not named), its numbers and texts.
    """

    start: npt.NDArray[np.int64]
    banner_at: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    offset: npt.NDArray[np.int64]
    table: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    record: npt.NDArray[np.int64]
    word: npt.NDArray[np.int64]
    ap: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]
    known: npt.NDArray[np.uint8]
    text_at: npt.NDArray[np.int32]
    text_size: npt.NDArray[np.int32]
    aps: npt.NDArray[np.int64]
    slots: npt.NDArray[np.int64]
    said: npt.NDArray[np.int64]


def room(plan: Plan, records: int) -> Found:
    """Room for the results of that many records."""
    numbers = int(plan.place[plan.kind != TEXT].max()) + 1
    texts = int(plan.place[plan.kind == TEXT].max()) + 1
    tables = len(plan.columns_at) - 1
    return Found(
        start=_zeros(records),
        banner_at=_zeros(records),
        end=_zeros(records),
        offset=_zeros(records),
        table=_zeros(records),
        rows=_zeros(tables),
        record=_zeros((tables, records)),
        word=_zeros((tables, records)),
        ap=_zeros((tables, records)),
        numbers=_zeros((tables, numbers, records)),
        known=np.zeros((tables, numbers, records), np.uint8),
        text_at=np.zeros((tables, texts, records), np.int32),
        text_size=np.zeros((tables, texts, records), np.int32),
        aps=_zeros((2, 1 + MOST_APS)),
        slots=_zeros((3, len(plan.names_at) - 1)),
        said=_zeros(7),
    )


def _zeros(shape: int | tuple[int, ...]) -> npt.NDArray[np.int64]:
    return np.zeros(shape, np.int64)
