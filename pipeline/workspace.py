"""A DuckDB for work on the lake's files: it keeps to its memory and spills to the lake's own disk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def workspace(folder: Path, memory_mib: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that spills to `folder`, which is gone afterwards, and so is what a killed one left there."""
    shutil.rmtree(folder, ignore_errors=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mib}MiB",
        "temp_directory": str(folder),
    }
    try:
        with duckdb.connect(config=config) as con:
            yield con
    finally:
        shutil.rmtree(folder, ignore_errors=True)
