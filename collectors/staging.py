"""Rows on their way into tables that are made anew: in files beside the lake's tables, a table a folder."""

import shutil
from pathlib import Path
from types import TracebackType

from collectors.batch import Batch
from collectors.rows import Row
from pipeline.lake_errors import lake_errors
from pipeline.part import PartWriter
from pipeline.schema import TABLES, Table


class Staging:
    """A folder of rows, gone after use; what a killed process left there goes first. Holds no more than a batch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batch = Batch()
        self._writers: dict[str, PartWriter] = {}

    def __enter__(self) -> "Staging":
        shutil.rmtree(self._folder, ignore_errors=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for writer in self._writers.values():
            writer.abandon()
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, row: Row) -> None:
        """Add one row to its table."""
        self._batch.add(row.table, row.values)
        if self._batch.is_full:
            self._flush()

    def files(self) -> dict[str, list[Path]]:
        """The files with all rows, by table; only tables that have any."""
        self._flush()
        with lake_errors(f"{self._folder} cannot be written"):
            written = {name: writer.close() for name, writer in self._writers.items()}
        return {name: [self._folder / name / part.name for part in parts] for name, parts in written.items()}

    def _flush(self) -> None:
        batch, self._batch = self._batch, Batch()
        with lake_errors(f"{self._folder} cannot be written"):
            for table in TABLES:
                rows = batch.table(table)
                if rows.num_rows:
                    self._writer(table).write(rows)

    def _writer(self, table: Table) -> PartWriter:
        if table.name not in self._writers:
            folder = self._folder / table.name
            folder.mkdir(parents=True, exist_ok=True)
            self._writers[table.name] = PartWriter(folder, table)
        return self._writers[table.name]
