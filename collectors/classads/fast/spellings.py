"""Names of attributes as they were spelled in one file, in their order: what the kernel remembers between pieces."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BUCKETS = 1 << 12
REMEMBERED = 2048
LONGEST_REMEMBERED = 64


class Spellings(NamedTuple):
    """Names met: their bytes with the ` = ` behind them, slot, and the one that followed. The first stands for none."""

    text: npt.NDArray[np.uint8]
    size: npt.NDArray[np.int64]
    slot: npt.NDArray[np.int64]
    follows: npt.NDArray[np.int64]
    buckets: npt.NDArray[np.int64]


def no_spellings() -> Spellings:
    """An empty memory."""
    return Spellings(
        text=np.zeros((REMEMBERED, LONGEST_REMEMBERED), np.uint8),
        size=np.zeros(REMEMBERED, np.int64),
        slot=np.zeros(REMEMBERED, np.int64),
        follows=np.zeros(REMEMBERED, np.int64),
        buckets=np.zeros(BUCKETS, np.int64),
    )
