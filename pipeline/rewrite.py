"""A table of the lake whose files are replaced by others: written beside them, put in force by one commit.

Until that commit everybody reads the old files, from then on the new ones; the old ones stay on disk for those who
began before, until `maintain` removes them. Killed at any moment it leaves the table as it was, or as it should be.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.commit import ALL_APPENDS, ALL_REWRITES, Stored, commit, forget, stored_files
from pipeline.errors import LakeError
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.part import QUICK, Part, PartWriter, blobs
from pipeline.schema import Table

_ROWS_AT_A_TIME, _RECORDS_AT_A_TIME = 10_000, 256
_READ_AHEAD = 1 << 20


class Rewrite:
    """One table at its newest version. Raises LakeError if it cannot be read."""

    def __init__(self, lake: Lake, table: Table) -> None:
        self.table = table
        self.folder = lake.folder(table)
        self._lake = lake
        self._delta = lake.open(table)
        with lake_errors(f"table {table.name} cannot be read"):
            self.files = stored_files(self._delta, table)

    @property
    def version(self) -> int:
        """The table's version."""
        return int(self._delta.version())

    def path(self, file: Stored) -> Path:
        """Where that file is."""
        return self.folder / file.name

    def paths(self, files: Sequence[Stored] | None = None) -> list[str]:
        """Where those files are; all of the table's if none are named."""
        return [str(self.path(file)) for file in (self.files if files is None else files)]

    def write(self, rows: Iterable[pa.Table], level: int = QUICK) -> list[Part]:
        """Write new files, which no commit names yet. Raises LakeError; nothing is left then."""
        writer = PartWriter(self.folder, self.table, level)
        try:
            with lake_errors(f"table {self.table.name} cannot be written"):
                for some in rows:
                    writer.write(some)
                return writer.close()
        except BaseException:
            writer.abandon()
            raise

    def commit(
        self, removed: Sequence[Stored], added: Sequence[Part], *, is_new: bool, before_appends: bool = False
    ) -> None:
        """Put the new files in the place of the removed ones.

        `is_new`: the rows are not those that were there. `before_appends`: no append may have come meanwhile. Raises
        LakeRace if one has, or if another rewrite was faster, LakeError if it cannot be committed; `forget` the new
        files then.
        """
        version = self._delta.version() + 1
        marks = {ALL_REWRITES: version} | ({ALL_APPENDS: version} if before_appends else {})
        commit(self._delta, self.table, added, removed, marks, is_new=is_new)

    def forget(self, added: Sequence[Part]) -> None:
        """Remove new files that are not put in force."""
        forget(self.folder, self.table, added)

    def replace(self, removed: Sequence[Stored], rows: Iterable[pa.Table], *, is_new: bool, level: int = QUICK) -> None:
        """Write the rows and put them in the place of those files; of an error nothing is left. Raises as `commit`."""
        added = self.write(rows, level)
        try:
            self.commit(removed, added, is_new=is_new)
        except LakeError:
            self.forget(added)
            raise


def rows_of(path: Path | str, table: Table, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The rows of one file, a few at a time, with the table's columns (or those named): unknown where it lacks them.

    A file is read page by page, so that records of many megabytes do not add up. Raises OSError.
    """
    at_a_time = _RECORDS_AT_A_TIME if blobs(table) else _ROWS_AT_A_TIME
    wanted = [table.column(name).arrow for name in columns] if columns else list(table.arrow)
    with pq.ParquetFile(path, buffer_size=_READ_AHEAD, pre_buffer=False) as file:
        there = [field.name for field in wanted if field.name in file.schema_arrow.names]
        for batch in file.iter_batches(batch_size=at_a_time, columns=there):
            arrays = [
                batch.column(field.name).cast(field.type) if field.name in there else pa.nulls(len(batch), field.type)
                for field in wanted
            ]
            yield pa.Table.from_arrays(arrays, schema=pa.schema(wanted))
