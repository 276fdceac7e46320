"""The lake kept in shape: rows whose time is over go, small files become few, files and logs of the past are removed.

Harmless beside everything else: collectors append meanwhile, builds read the files that they began with (for
`vacuum_after_h` hours), and of two rewrites of a table one fails and changes nothing. Killed at any moment, the lake
holds the same rows as before, and the next run removes what was left.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from deltalake import DeltaTable

from pipeline.commit import Stored
from pipeline.compaction import compact, crowd
from pipeline.courtesy import courteously
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.retention import expire, terms
from pipeline.rewrite import Rewrite
from pipeline.schema import BESIDE, QUEUE_JOB, TABLES, Table
from pipeline.settings import Settings

LOCK = "rewrite.lock"
_MOST_ROUNDS = 20


@dataclass(frozen=True)
class TableMaintained:
    """What came of one table: files and bytes in force before and after, rows whose time was over, what was freed.

    `merged`: files that became fewer. `note` says why something was left for the next time; empty: nothing was.
    """

    table: str
    files_before: int
    bytes_before: int
    files_after: int = 0
    bytes_after: int = 0
    merged: int = 0
    expired_rows: int = 0
    files_removed: int = 0
    bytes_freed: int = 0
    note: str = ""


@dataclass(frozen=True)
class Maintained:
    """What came of a maintenance, table by table."""

    tables: tuple[TableMaintained, ...]

    @property
    def bytes_freed(self) -> int:
        """Bytes that are free on the disk now."""
        return sum(table.bytes_freed for table in self.tables)


def maintain(lake: Lake, settings: Settings, now: datetime) -> Maintained:
    """Bring every table of the lake into shape, one after the other.

    Raises LakeRace if another process maintains or replays the lake, LakeError if it cannot be read or written.
    """
    lake.require()
    with only_one(lake):
        beside = [table for table in BESIDE if lake.snapshot(table).version >= 0]
        return Maintained(tuple(_maintained(lake, table, settings, now) for table in (*TABLES, *beside)))


@contextmanager
def only_one(lake: Lake) -> Iterator[None]:
    """Hold the lock of those who rewrite whole tables. Raises LakeRace if another one does."""
    with courteously(lake.root / LOCK, longest_s=0) as alone:
        if not alone:
            raise LakeRace("another process maintains or replays this lake", "Run it again when that is done.")
        yield


def _maintained(lake: Lake, table: Table, settings: Settings, now: datetime) -> TableMaintained:
    before = Rewrite(lake, table).files
    done = TableMaintained(table.name, len(before), _bytes(before))
    try:
        done = replace(done, expired_rows=expire(Rewrite(lake, table), terms(table, settings, now)))
        done = replace(done, merged=_compacted(lake, table))
    except LakeRace as race:
        done = replace(done, note=race.what)
    removed, freed = _swept(lake, table, settings.vacuum_after_h)
    after = Rewrite(lake, table).files
    return replace(done, files_after=len(after), bytes_after=_bytes(after), files_removed=removed, bytes_freed=freed)


def _compacted(lake: Lake, table: Table) -> int:
    """Files that were made fewer; of the queue only the newest is kept anyway, a file for each access point."""
    merged = 0
    for _ in range(0 if table is QUEUE_JOB else _MOST_ROUNDS):
        rewrite = Rewrite(lake, table)
        files = crowd(rewrite.files)
        if not files:
            break
        compact(rewrite, files)
        merged += len(files)
    return merged


def _swept(lake: Lake, table: Table, after_h: int) -> tuple[int, int]:
    """Remove files that no version of the last `after_h` hours needs, and the log's past; files and bytes freed."""
    folder = lake.folder(table)
    with lake_errors(f"table {table.name} cannot be swept"):
        delta = DeltaTable(folder)
        gone = delta.vacuum(after_h, dry_run=True, enforce_retention_duration=False, full=True)
        freed = sum(_size(folder / name) for name in gone)
        if gone:
            delta.vacuum(after_h, dry_run=False, enforce_retention_duration=False, full=True)
            delta = DeltaTable(folder)
        if not (folder / "_delta_log" / f"{delta.version():020}.checkpoint.parquet").exists():
            delta.create_checkpoint()
        delta.cleanup_metadata()
    return len(gone), freed


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _bytes(files: tuple[Stored, ...]) -> int:
    return sum(file.size for file in files)
