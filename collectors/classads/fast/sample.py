"""A history and an epoch record that make every function of the kernel run."""

import pyarrow as pa

from collectors.classads.fast.piece import Kernel
from collectors.classads.writer import HistoryChain, ad_text, epoch_banner
from pipeline.schema import ATTEMPT_RECORD, JOB

WHEN = 1_700_000_000
_VALUES: dict[str, str | int | bool | None] = {
    "global_job_id": f"ap#1.0#{WHEN}",
    "cluster": 1,
    "proc": 0,
    "owner": "ann",
    "status_utc": WHEN,
}


def exercise(kernel: Kernel) -> list[pa.RecordBatch]:
    """What the kernel makes of both, from bytes to columns. Raises AssertionError if it reads one of them not."""
    history = HistoryChain().record(ad_text(JOB, _VALUES), 1, 0, "ann", WHEN, WHEN)
    epoch = ad_text(ATTEMPT_RECORD, _VALUES) + epoch_banner("EPOCH", 1, 0, 0, "ann", WHEN)
    piece = kernel.read(history + epoch.encode(), 0)
    piece.own(lambda named: ("pool", named or "ap"))
    constants = {"source": pa.scalar("s"), "read_utc": pa.scalar(WHEN, pa.int64()), "at_ce": pa.scalar(False)}
    rows = piece.columns(0, constants)
    if [found.columns.num_rows for found in rows] != [1, 1]:
        raise AssertionError("the kernel does not read its own sample")
    return [found.columns for found in rows]
