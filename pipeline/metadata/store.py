"""Statements to the lake's table `metadata` and back: an import is one commit, in force as a whole or not at all."""

import json
import os
import pwd
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from pipeline.errors import LakeRace, UsageError
from pipeline.lake import Lake
from pipeline.metadata.entry import NAMES, Entry
from pipeline.metadata.timeline import Held, merged
from pipeline.rewrite import Rewrite, rows_of
from pipeline.schema import METADATA

EPOCH = date(1970, 1, 1)
_TRIES = 5
_UNHASHED = ("imported_by", "imported_utc", "record_id")
Row = dict[str, Any]


@dataclass(frozen=True)
class Imported:
    """What came of an import: statements by kind, odd entries by rule, and rows that are new or gone."""

    source: str
    kinds: Mapping[str, int] = field(default_factory=dict)
    oddities: Mapping[str, int] = field(default_factory=dict)
    new: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Origin:
    """Where statements come from: the import's name, what it is based on, and the day of the state (None: dated)."""

    source: str
    basis: str
    day: date | None


def put(lake: Lake, entries: Sequence[Entry], origin: Origin, now: datetime, *, dry_run: bool = False) -> Imported:
    """Replace what the lake has of that source by those statements, with the history of a source that has states.

    Without a change nothing is committed. Raises UsageError for a state older than the newest one, LakeRace and
    LakeError.
    """
    lake.create()
    for _ in range(_TRIES):
        try:
            with lake.committing():
                return _put(lake, entries, origin, now, dry_run=dry_run)
        except LakeRace:
            continue
    raise LakeRace("table metadata: others change it all the time", "Run it again.")


def read(lake: Lake) -> list[Row]:
    """All rows of the table, in no order; nothing where there is no lake. Raises LakeError."""
    return lake.read(METADATA).to_pylist() if lake.exists else []


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def entry_of(row: Row) -> Entry:
    """A row's statement."""
    return Entry(**{name: row[name] for name in NAMES})


def _put(lake: Lake, entries: Sequence[Entry], origin: Origin, now: datetime, *, dry_run: bool) -> Imported:
    rewrite = Rewrite(lake, METADATA)
    rows = [row for file in rewrite.files for some in rows_of(rewrite.path(file), METADATA) for row in some.to_pylist()]
    before = [row for row in rows if row["source"] == origin.source]
    stated = [*entries, Entry(kind="import", name=origin.source)]
    made = _rows(_held(before, stated, origin), origin, now)
    kept = {row["record_id"]: row for row in before}
    new = [row for row in made.values() if row["record_id"] not in kept]
    gone = [row for row in before if row["record_id"] not in made]
    if (new or gone) and not dry_run:
        others = [row for row in rows if row["source"] != origin.source]
        after = others + [kept.get(record_id, row) for record_id, row in made.items()]
        rewrite.replace(rewrite.files, [pa.Table.from_pylist(after, schema=METADATA.arrow)], is_new=True)
    return _summary(origin.source, entries, new, gone)


def _held(before: Sequence[Row], stated: Sequence[Entry], origin: Origin) -> list[Held]:
    if origin.day is None:
        return [Held(entry, None) for entry in stated]
    day = day_number(origin.day)
    newest = max((row["as_of"] for row in before if row["as_of"] is not None), default=day)
    if newest > day:
        known = date.fromordinal(EPOCH.toordinal() + newest)
        hint = "States are imported in their order. Import it under another --name, or with a later --as-of."
        raise UsageError(f"the state of {origin.day} is older than that of {known}, which is known already", hint)
    return merged([Held(entry_of(row), row["as_of"]) for row in before], stated, day)


def _rows(held: Iterable[Held], origin: Origin, now: datetime) -> dict[int, Row]:
    """The rows by record id, in the order of their names."""
    by_id: dict[int, Row] = {}
    for one in sorted(held, key=lambda one: (one.entry.kind, one.entry.name, one.entry.valid_from or 0)):
        row = asdict(one.entry) | {
            "source": origin.source,
            "basis": origin.basis,
            "as_of": one.as_of,
            "imported_by": account(),
            "imported_utc": int(now.astimezone(UTC).timestamp()),
        }
        row["record_id"] = _record_id(row)
        by_id[row["record_id"]] = row
    return by_id


def _record_id(row: Row) -> int:
    content = json.dumps({name: value for name, value in row.items() if name not in _UNHASHED}, sort_keys=True)
    return int.from_bytes(blake2b(content.encode(), digest_size=8).digest(), signed=True)


def account() -> str:
    """The account that runs this."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user need not have a name
        return f"uid {os.getuid()}"


def _summary(source: str, entries: Sequence[Entry], new: Sequence[Row], gone: Sequence[Row]) -> Imported:
    kinds = Counter(entry.kind for entry in entries if entry.kind != "oddity")
    odd = Counter(entry.rule or "" for entry in entries if entry.kind == "oddity")
    return Imported(source, dict(sorted(kinds.items())), dict(odd.most_common()), len(new), len(gone))
