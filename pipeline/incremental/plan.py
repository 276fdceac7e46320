"""Whether a cube can be made of the one before it, and in which files of the lake the two differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipeline.build import Inputs
from pipeline.errors import LakeError
from pipeline.lake import Lake, Snapshot, listed
from pipeline.lake_errors import lake_errors
from pipeline.reads import RECORDS, unsound_model
from pipeline.rules import rules

if TYPE_CHECKING:
    from pipeline.publish import Published

LARGEST_SHARE = 0.1
"""Of records that are new; where more are, a cube is made from nothing in less time."""


@dataclass(frozen=True)
class Changed:
    """One table of the lake: files that it had when the cube before was made and has no more, and its new ones."""

    gone: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The cube's file to begin with, and what changed, by table name."""

    cube: Path
    changed: dict[str, Changed]


def plan(lake: Lake, before: "Published | None", source: Inputs) -> Plan | str:
    """How to make the new cube of the one before, or why that is not possible, in words. Raises LakeError."""
    if before is None or not (lake.cubes / before.file).exists():
        return "there is no cube before it"
    if before.rules != rules():
        return "the rules of the ledger have changed"
    if before.zone != source.zone:
        return f"days begin at midnight {source.zone}, and not {before.zone}"
    if set(before.other_zones) != set(source.other_zones):
        return f"the other zones are {_listed(source.other_zones)}, and not {_listed(before.other_zones)}"
    if (unsound := unsound_model()) is not None:
        return unsound
    changed = {}
    for now in source.snapshots:
        difference = _changed(lake, now, before.tables.get(now.table.name, -1))
        if difference is None:
            return f"files of table {now.table.name} that the cube before was made of are gone"
        if difference.gone or difference.added:
            changed[now.table.name] = difference
    if _share_of_new(source, changed) > LARGEST_SHARE:
        return "much of the lake is new"
    return Plan(lake.cubes / before.file, changed)


def _listed(zones: Sequence[str]) -> str:
    return ", ".join(sorted(zones)) or "none"


def _changed(lake: Lake, now: Snapshot, version: int) -> Changed | None:
    """The difference to that version; None if its files cannot be read any more."""
    try:
        was = lake.snapshot(now.table, version)
    except LakeError:
        return None
    gone, added = sorted(set(was.files) - set(now.files)), sorted(set(now.files) - set(was.files))
    return Changed(tuple(gone), tuple(added)) if all(Path(file).exists() for file in gone) else None


def _share_of_new(source: Inputs, changed: dict[str, Changed]) -> float:
    """Rows that the tables of jobs' records have more than before, of all of theirs."""
    total = sum(_rows(now.files) for now in source.snapshots if now.table in RECORDS)
    more = sum(
        abs(_rows(changed[table.name].added) - _rows(changed[table.name].gone))
        for table in RECORDS
        if table.name in changed
    )
    return more / total if total else 0.0


def _rows(files: Sequence[str]) -> int:
    """Rows of those files, from their metadata."""
    if not files:
        return 0
    with lake_errors("the lake's files cannot be read"), duckdb.connect() as con:
        return int(con.execute(f"SELECT count(*) FROM read_parquet({listed(files)})").fetchall()[0][0])
