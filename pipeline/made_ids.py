"""Ids under which rows of archived records stand in the tables, besides those that the archive names.

While tables are made anew one after the other, some hold new ids and some old ones, and the archive is the last to
change. The new ids are written here before the first table changes, and forgotten when the archive has them: so that
a replay that comes after an interrupted one knows its rows, even if the rules have changed again meanwhile. An id
counts only as long as the archive has the record that it belongs to: else its row would go and not come again.
"""

import shutil
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.lake_errors import lake_errors

_SCHEMA = pa.schema(
    [("made", pa.string()), ("record_id", pa.int64()), ("archived_made", pa.string()), ("archived_id", pa.int64())]
)
_MOST_HELD = 100_000


class MadeIds:
    """A folder of ids; what is added is there for good once `written` was asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[tuple[str, int, str, int]] = []

    def add(self, made: str, record_id: int, archived_made: str, archived_id: int) -> None:
        """A row of that table will have this id; the archive knows its record by another table or id."""
        self._held.append((made, record_id, archived_made, archived_id))
        if len(self._held) >= _MOST_HELD:
            self._write()

    def written(self) -> list[str]:
        """The files with all ids, those of interrupted replays included. Raises LakeError if they cannot be written."""
        self._write()
        return sorted(str(path) for path in self._folder.glob("*.parquet"))

    def forget(self) -> None:
        """Remove them: the archive names them all."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self) -> None:
        if not self._held:
            return
        with lake_errors(f"{self._folder} cannot be written"):
            self._folder.mkdir(parents=True, exist_ok=True)
            whole = self._folder / f"{uuid4()}.parquet"
            begun = whole.with_suffix(".new")
            rows = [dict(zip(_SCHEMA.names, held, strict=True)) for held in self._held]
            pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), begun)
            begun.replace(whole)
        self._held.clear()
