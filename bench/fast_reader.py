"""The fast reader by itself: a history file's records into typed columns, and from there into Parquet.

python -m bench.fast_reader HISTORY [OUT.parquet]
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from collectors.classads.fast.store import KernelStore
from collectors.classads.text import RecordReader
from collectors.pieces import PIECE
from pipeline.bounds import Limits
from pipeline.part import QUICK
from pipeline.schema import JOB

LIMITS = Limits(int(datetime(2026, 12, 1, tzinfo=UTC).timestamp()), 4096)


def main(history: str, out: str | None = None) -> None:
    """Read all of it. Raises SystemExit where the kernel is not compiled, or a record is not its own."""
    store = KernelStore.of_user()
    if store is None:
        raise SystemExit("there is no cache folder for the compiled kernel")
    if not store.is_ready:
        store.compile()
    kernel = store.load(LIMITS)
    constants = {"source": pa.scalar("s"), "read_utc": pa.scalar(LIMITS.now_utc), "at_ce": pa.scalar(False)}
    writer = None if out is None else pq.ParquetWriter(out, JOB.arrow, compression="zstd", compression_level=QUICK)
    held: list[pa.RecordBatch] = []
    with Path(history).open("rb") as file:
        reader = RecordReader(file, 0, "banner")
        while True:
            buffer, begin, base = reader.ahead(PIECE)
            piece = kernel.read(buffer, begin)
            if not piece.count:
                break
            if piece.careful:
                raise SystemExit("a record is not plain: this measures the fast reader alone")
            piece.own(lambda named: ("pool", named or ""))
            held += [rows.columns for rows in piece.columns(base, constants)]
            reader.pass_over(int(piece.end[-1]))
            if writer is not None and sum(rows.num_rows for rows in held) >= 20_000:
                writer.write_table(pa.Table.from_batches(held))
                held.clear()
            elif writer is None:
                held.clear()
    if writer is not None:
        if held:
            writer.write_table(pa.Table.from_batches(held))
        writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
