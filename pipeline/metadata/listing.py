"""What the lake holds of metadata, as tables for people and programs: lists as of a day, one name, odd entries."""

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.lake import Lake
from pipeline.metadata.entry import NAMES
from pipeline.metadata.store import EPOCH, Row, day_number, read

LISTED: dict[str, tuple[str, ...]] = {
    "project": ("name", "pi", "institution_id", "field_id", "field_name", "sponsor"),
    "alias": ("of_kind", "name", "target"),
    "resource": ("name", "resource_group", "site", "facility", "host"),
    "site": ("name", "facility", "institution_id"),
    "facility": ("name", "institution_id"),
    "institution": ("name", "title"),
    "field": ("name", "title", "target"),
    "nsf_field": ("name", "title"),
    "user": ("name", "person", "institution_id", "is_service"),
    "contact": ("of_kind", "name", "target", "title"),
    "downtime": ("name", "target", "from_utc", "to_utc", "severity", "is_planned", "title"),
    "pledge": ("of_kind", "name", "core_s", "share_ppm", "title"),
    "allocation": ("name", "target", "resource_group", "core_s", "title"),
    "award": ("name", "target", "title"),
    "prefix": ("name", "title"),
    "import": ("name", "basis", "as_of", "imported_by", "imported_utc"),
}
"""Kinds that can be listed, with their columns besides those of validity and source."""
_ENDS = ("pool", "valid_from", "valid_to", "source")
_DAYS = ("valid_from", "valid_to", "as_of")
_SHOWN = ("kind", "name", "what", "value", "valid_from", "valid_to", "source")


def listed(lake: Lake, kind: str, day: date | None) -> pa.Table:
    """The statements of a kind that hold on a day (None: all, with their days), by name. Raises UsageError."""
    if kind not in LISTED:
        raise UsageError(f"there is no kind {kind!r}", f"Known: {', '.join(LISTED)}.")
    rows = [row for row in read(lake) if row["kind"] == kind and (day is None or _holds(row, day))]
    return _table(_ordered(rows), (*LISTED[kind], *_ENDS))


def shown(lake: Lake, name: str, day: date | None) -> pa.Table:
    """All that is stated about a name, or of it as what another name stands for; None: on all days.

    One row per value: columns kind, name, what, value, valid_from, valid_to, source. Raises UsageError if nothing is
    stated.
    """
    rows = [row for row in read(lake) if name in (row["name"], row["target"]) and (day is None or _holds(row, day))]
    rows = [row for row in rows if row["kind"] not in ("downtime", "import")]
    if not rows:
        when = "" if day is None else f" on {day}"
        raise UsageError(f"nothing is stated about {name!r}{when}", "`htc-ledger metadata list KIND` lists names.")
    return _table([value for row in _ordered(rows) for value in _values(row)], _SHOWN)


def _values(row: Row) -> list[Row]:
    """The values of a statement, one by one; of one that has none that it is registered."""
    stated = {name: row[name] for name in NAMES if name not in _SHOWN and row[name] is not None}
    return [
        row | {"what": what, "value": str(value)} for what, value in (stated or {"registered": row["name"]}).items()
    ]


def oddities(lake: Lake, rule: str | None) -> pa.Table:
    """Odd entries by rule: columns rule, name, title, source. Raises UsageError for a rule that found nothing."""
    rows = [row for row in read(lake) if row["kind"] == "oddity"]
    known = sorted({row["rule"] for row in rows})
    if rule is not None and rule not in known:
        raise UsageError(f"no entry is odd by rule {rule!r}", f"Known: {', '.join(known) or 'none'}.")
    chosen = [row for row in rows if rule in (None, row["rule"])]
    return _table(sorted(chosen, key=lambda row: (row["rule"], row["name"], row["title"])), _ODD)


_ODD = ("rule", "name", "title", "source")


def _holds(row: Row, day: date) -> bool:
    number = day_number(day)
    begins, ends = row["valid_from"], row["valid_to"]
    return (begins is None or begins <= number) and (ends is None or number <= ends)


def _ordered(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["kind"], row["name"], row["valid_from"] or 0, row["source"]))


def _table(rows: Sequence[Row], columns: Sequence[str]) -> pa.Table:
    """The rows with days as dates; a column without values is text."""
    names = list(dict.fromkeys(columns))
    values = {name: [_value(name, row[name]) for row in rows] for name in names}
    arrays = [
        pa.array(cells, None if any(cell is not None for cell in cells) else pa.string()) for cells in values.values()
    ]
    return pa.table(dict(zip(names, arrays, strict=True)))


def _value(name: str, value: object) -> object:
    return date.fromordinal(EPOCH.toordinal() + value) if name in _DAYS and isinstance(value, int) else value
