"""The acts: `close` copies a month as the published cube has it, `reopen` lets it be closed once more."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import duckdb

from pipeline.closing import completeness
from pipeline.closing.copying import LIVE, attach, totals, view, what_to_copy, workbench, write
from pipeline.closing.durable import seal
from pipeline.closing.journal import Act, who
from pipeline.closing.manifest import MANIFEST, ClosedFile, Manifest, PoolState, encoded
from pipeline.closing.month import Month
from pipeline.closing.records import mapping_digest, mount_lake
from pipeline.closing.shelf import REOPEN, Shelf
from pipeline.cube import Cube
from pipeline.errors import CheckFailed, UsageError
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.settings import Settings

FORMAT = 1


@dataclass(frozen=True)
class Reason:
    """Why an act is done; `even_so`: although the month is not known to be complete."""

    text: str = ""
    even_so: bool = False


def close(lake: Lake, settings: Settings, month: Month, reason: Reason, now: datetime) -> Act:
    """Copy the month as the published cube has it. Returns the line of the journal.

    Raises UsageError if the month is not over or not complete, or is closed; LakeError; CubeMissing.
    """
    if reason.even_so and not reason.text.strip():
        raise UsageError("--even-so needs a reason", 'Say why: --reason "...". It is kept with the closed month.')
    lake.require()
    shelf = Shelf.of(lake)
    with shelf.acting():
        finished = [act for act in shelf.settle() if act.month == str(month)]
        if finished:
            return finished[-1]  # an earlier run was killed when all but its line was written
        if shelf.is_closed(month):
            hint = f'`htc-ledger reopen {month} --reason "..."` lets it be closed once more, as another version.'
            raise UsageError(f"{month} is closed already (version {shelf.versions(month)[-1]})", hint)
        cube = Cube.open(lake.root)
        states = completeness.require(cube, month, now, even_so=reason.even_so)
        manifest = _copied(shelf, lake, settings, cube, _Closing(month, reason, now, states))
        shelf.put_up(manifest)
        return shelf.note(manifest, sha256(encoded(manifest)).hexdigest())


def reopen(lake: Lake, month: Month, reason: str, now: datetime) -> Act:
    """Note that the month may be closed once more; its versions stay. Raises UsageError, LakeError."""
    if not reason.strip():
        raise UsageError("a month is reopened for a reason", 'Say it: --reason "...". It is kept in the journal.')
    lake.require()
    shelf = Shelf.of(lake)
    with shelf.acting():
        shelf.settle()
        if not shelf.is_closed(month):
            raise UsageError(f"{month} is not closed", "`htc-ledger closed` lists what is.")
        newest = next(act for act in reversed(shelf.journal.acts()) if act.month == str(month))
        act = newest.model_copy(
            update={
                "act": REOPEN,
                "utc": now.isoformat(timespec="seconds"),
                "by": who(),
                "reason": reason,
                "before": shelf.journal.last_hash(),
            }
        )
        shelf.journal.append(act)
        return act


@dataclass(frozen=True)
class _Closing:
    month: Month
    reason: Reason
    now: datetime
    states: list[PoolState]


def _copied(shelf: Shelf, lake: Lake, settings: Settings, cube: Cube, closing: _Closing) -> Manifest:
    """Write all files of the new version, its manifest last, into the folder of unfinished ones."""
    with lake_errors(f"{shelf.making} cannot be made"):
        shelf.making.mkdir()
    with workbench(settings.build_memory_mib) as con:
        attach(con, lake.cubes / cube.published.file)
        mount_lake(con, lake, cube.published.tables)
        files = [write(con, copied, shelf.making) for copied in what_to_copy(con, closing.month)]
        manifest = _manifest(shelf, lake, cube, closing, files, con)
    path = shelf.making / MANIFEST
    with lake_errors(f"{path} cannot be written"):
        path.write_bytes(encoded(manifest))
        seal(path)
    return manifest


def _manifest(
    shelf: Shelf, lake: Lake, cube: Cube, closing: _Closing, files: list[ClosedFile], con: duckdb.DuckDBPyConnection
) -> Manifest:
    published = cube.published
    sums = _same_totals(con, shelf, closing.month, files)
    return Manifest(
        format=FORMAT,
        month=str(closing.month),
        version=max(shelf.versions(closing.month), default=0) + 1,
        zone=published.zone,
        closed_utc=closing.now.isoformat(timespec="seconds"),
        by=who(),
        reason=closing.reason.text,
        even_so=closing.reason.even_so,
        cube_version=published.version,
        cube_built_utc=published.built_utc,
        rules=published.rules,
        checks=published.checks,
        lake_tables=published.tables,
        mapping=mapping_digest(lake, published.tables),
        newest_read_utc=_newest_read(con),
        states=closing.states,
        totals=sums,
        totals_sha256=sha256(json.dumps(sums, sort_keys=True).encode()).hexdigest(),
        files=files,
        journal_before=shelf.journal.last_hash(),
    )


def _same_totals(
    con: duckdb.DuckDBPyConnection, shelf: Shelf, month: Month, files: list[ClosedFile]
) -> dict[str, dict[str, dict[str, int | None]]]:
    """The totals of what was written. Raises CheckFailed if they are not those of the cube."""
    days = next(file for file in files if file.table == "usage_day")
    written = totals(con, view(days, shelf.making))
    live = f"(FROM {LIVE}.usage_day WHERE day BETWEEN getvariable('first') AND getvariable('last'))"
    if written != totals(con, live):
        hint = f"Nothing was closed. Look at the disk under {shelf.folder}, and run it again."
        raise CheckFailed(f"what was written of {month} does not add up to what the cube says", hint)
    return written


def _newest_read(con: duckdb.DuckDBPyConnection) -> int | None:
    found = con.execute(
        "SELECT max(read_utc) FROM (SELECT read_utc FROM lake_job UNION ALL SELECT read_utc FROM lake_attempt_record)"
    ).fetchall()
    newest: int | None = found[0][0]
    return newest
