"""The fast reader by itself: a history file's records into typed columns, and from there into Parquet as the lake's.

python -m bench.fast_reader HISTORY [FOLDER]
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.light_libraries import load_lightly

if TYPE_CHECKING:
    from collectors.classads.fast.piece import Kernel
    from pipeline.part import PartWriter

NOW = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())


def main(history: str, folder: str | None = None) -> None:
    """Read all of it. Raises SystemExit where the kernel is not compiled, or a record is not its own."""
    load_lightly()
    kernel, writer = _kernel(), None if folder is None else _writer(Path(folder))
    read(Path(history), kernel, writer)
    if writer is not None:
        writer.close()


def read(history: Path, kernel: "Kernel", writer: "PartWriter | None") -> None:
    """All of the file's records as columns, and those to the writer."""
    import pyarrow as pa

    from collectors.classads.fast.piece import PIECE
    from collectors.classads.text import RecordReader

    constants = {"source": pa.scalar("s"), "read_utc": pa.scalar(NOW), "at_ce": pa.scalar(False)}
    with history.open("rb") as file:
        reader = RecordReader(file, 0, "banner")
        while True:
            buffer, begin, base = reader.ahead(PIECE)
            piece = kernel.read(buffer, begin)
            if not piece.count:
                return
            if piece.careful:
                raise SystemExit("a record is not plain: this measures the fast reader alone")
            piece.own(lambda named: ("pool", named or ""))
            for rows in piece.columns(base, constants):
                if writer is not None:
                    writer.write(pa.Table.from_batches([rows.columns]))
            reader.pass_over(int(piece.end[-1]))


def _kernel() -> "Kernel":
    from collectors.classads.fast.store import KernelStore
    from pipeline.bounds import Limits

    store = KernelStore.of_user()
    if store is None:
        raise SystemExit("there is no cache folder for the compiled kernel")
    store.compile()
    kernel = store.load(Limits(NOW, 4096))
    if kernel is None:
        raise SystemExit("another process is compiling the kernel: run it again when that is done")
    return kernel


def _writer(folder: Path) -> "PartWriter":
    from pipeline.part import PartWriter
    from pipeline.schema import JOB

    folder.mkdir(parents=True, exist_ok=True)
    return PartWriter(folder, JOB)


if __name__ == "__main__":
    main(*sys.argv[1:])
