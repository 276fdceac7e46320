"""A history and an epoch record that make every function of the kernel compile."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyarrow as pa

from collectors.classads.writer import HistoryChain, ad_text, epoch_banner
from pipeline.bounds import Limits
from pipeline.schema import ATTEMPT_RECORD, JOB

if TYPE_CHECKING:
    from collectors.classads.fast.piece import Kernel

_WHEN = 1_700_000_000
_VALUES: dict[str, str | int | bool | None] = {
    "global_job_id": f"ap#1.0#{_WHEN}",
    "cluster": 1,
    "proc": 0,
    "owner": "ann",
    "status_utc": _WHEN,
}


def exercise(load: Callable[[Limits], "Kernel"]) -> None:
    """Read both records, from bytes to columns."""
    history = HistoryChain().record(ad_text(JOB, _VALUES), 1, 0, "ann", _WHEN, _WHEN)
    epoch = ad_text(ATTEMPT_RECORD, _VALUES) + epoch_banner("EPOCH", 1, 0, 0, "ann", _WHEN)
    piece = load(Limits(_WHEN, 1)).read(history + epoch.encode(), 0)
    piece.own(lambda named: ("pool", named or "ap"))
    constants = {"source": pa.scalar("s"), "read_utc": pa.scalar(_WHEN, pa.int64()), "at_ce": pa.scalar(False)}
    rows = piece.columns(0, constants)
    if [found.columns.num_rows for found in rows] != [1, 1]:
        raise AssertionError("the kernel does not read its own sample")
