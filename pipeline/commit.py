"""One commit to one table of the lake: files that come, files that go, and how far each application has got.

A commit names application ids. Of two commits that name the same id and began from the same version the second fails
(`LakeRace`): so appends exclude each other (both may bring the same record), and so do rewrites (of two that replace
the same file each would add its rows). An append and a compaction do not disturb each other.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError
from deltalake.transaction import AddAction, RemoveAction

from pipeline.errors import LakeRace
from pipeline.lake_errors import FAILURES, lake_error
from pipeline.part import Part, remove
from pipeline.schema import Table

ALL_APPENDS = "append"
"""Application id that every append carries, and every rewrite whose rows are not those that were there."""
ALL_REWRITES = "rewrite"
"""Application id that everything carries that takes files out of a table."""


@dataclass(frozen=True)
class Stored:
    """A file that a table's version names: bytes, and the earliest time of its rows, if the log says it."""

    name: str
    size: int
    first: int | None = None


def stored_files(delta: DeltaTable, table: Table) -> tuple[Stored, ...]:
    """The files of that version, by name."""
    actions = pa.table(delta.get_add_actions(flatten=True))
    first = f"min.{table.time}"
    wanted = ["path", "size_bytes", *([first] if first in actions.column_names else [])]
    found = (Stored(row["path"], row["size_bytes"], row.get(first)) for row in actions.select(wanted).to_pylist())
    return tuple(sorted(found, key=lambda file: file.name))


def commit(
    delta: DeltaTable,
    table: Table,
    added: Sequence[Part],
    removed: Sequence[Stored],
    marks: Mapping[str, int],
    *,
    is_new: bool = True,
) -> None:
    """Put the parts in force and take the stored files out, all at once or not at all.

    `is_new`: the rows are not those that were there. Raises LakeRace if another
    commit carried one of the marks since `delta` was opened, LakeError if the log cannot be written.
    """
    now_ms = int(1000 * time.time())
    actions: list[AddAction | RemoveAction] = [
        *(RemoveAction(file.name, is_new, now_ms, file.size, {}) for file in removed),
        *(part.added(table, is_new=is_new) for part in added),
    ]
    properties = CommitProperties(app_transactions=[Transaction(name, version) for name, version in marks.items()])
    try:
        delta.create_write_transaction(actions, "append", delta.schema(), commit_properties=properties)
    except CommitFailedError as error:
        raise LakeRace(f"table {table.name}: another writer committed first", "Run it again.") from error
    except FAILURES as error:
        raise lake_error(f"table {table.name} cannot be written", error) from error


def forget(folder: Path, table: Table, added: Sequence[Part]) -> None:
    """Remove parts whose commit failed; not if it is in force all the same, and only what followed it failed."""
    try:
        in_force = {file.name for file in stored_files(DeltaTable(folder), table)}
        remove(folder, [part for part in added if part.name not in in_force])
    except FAILURES:
        return  # `lake maintain` removes them once it can
