"""A CSV or TOML file of one's own -> statements. An error names file, line and column; then nothing is imported.

CSV: the first line names the columns; the kind of a row is in the column `kind`, or the same for all.
TOML: `[[project]]`, `[[alias]]`, ...: one table per statement.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.errors import SourceError
from pipeline.metadata.entry import Entry
from pipeline.metadata.forms import FORMS, Form, form

LARGEST = 64 << 20
_FAR = 10**7


@dataclass(frozen=True)
class _Row:
    """The cells of one statement, by column, and where it stands."""

    kind: str
    cells: Mapping[str, str]
    line: int


def read_csv(path: Path, kind: str | None = None) -> list[Entry]:
    """The statements of a CSV file. `kind` is that of all rows where there is no column `kind`. Raises SourceError."""
    return _entries(path, list(_csv_rows(path, kind)))


def read_toml(path: Path) -> list[Entry]:
    """The statements of a TOML file. Raises SourceError."""
    return _entries(path, list(_toml_rows(path)))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise SourceError(f"{path} is larger than {LARGEST >> 20} MiB", "Is it the right file?")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 text ({error.reason})", "Save it as UTF-8.") from error


def _csv_rows(path: Path, kind: str | None) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not header:
            raise SourceError(f"{path} is empty", "Its first line names the columns.")
        if len(set(header)) < len(header):
            raise _wrong(path, 1, "a column is named twice")
        for values in reader:
            if any(values):
                yield _csv_row(path, reader.line_num, header, values, kind)
    except csv.Error as error:
        raise _wrong(path, reader.line_num, str(error)) from error


def _csv_row(path: Path, line: int, header: Sequence[str], values: Sequence[str], kind: str | None) -> _Row:
    if len(values) != len(header):
        raise _wrong(path, line, f"{len(values)} cells, but {len(header)} columns")
    cells = {name: value.strip() for name, value in zip(header, values, strict=True) if value.strip()}
    named = cells.pop("kind", kind)
    if named is None:
        raise _wrong(path, line, f"no kind: add a column `kind`, or give --kind ({_kinds()})")
    return _Row(named, cells, line)


def _toml_rows(path: Path) -> Iterator[_Row]:
    text = _text(path)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path}: {error}", "Mend it. Nothing was imported.") from error
    for kind, tables in content.items():
        lines = [number for number, line in enumerate(text.splitlines(), 1) if _opens(line, kind)]
        if not isinstance(tables, list) or len(lines) != len(tables):
            raise SourceError(f"{path}: {kind!r} is no list of tables", f"Write [[{kind}]] above each of them.")
        for table, line in zip(tables, lines, strict=True):
            cells = {name: _written(path, line, name, value) for name, value in table.items()}
            yield _Row(kind, {name: value for name, value in cells.items() if value}, line)


def _opens(line: str, kind: str) -> bool:
    return re.match(rf"\s*\[\[\s*\"?{re.escape(kind)}\"?\s*\]\]", line) is not None


def _written(path: Path, line: int, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value).strip()
    raise _wrong(path, line, f"{name} is neither text nor number nor date")


def _entries(path: Path, rows: Sequence[_Row]) -> list[Entry]:
    made = [(row, _entry(path, row)) for row in rows]
    _refuse_overlaps(path, made)
    _refuse_chains(path, made)
    if not made:
        raise SourceError(f"{path} states nothing", "Nothing was imported.")
    return [entry for _, entry in made]


def _entry(path: Path, row: _Row) -> Entry:
    known = form(row.kind)
    if known is None:
        raise _wrong(path, row.line, f"there is no kind {row.kind!r} ({_kinds()})")
    values = dict(_value(path, row, known, name) for name in row.cells)
    for name, cell in known.columns.items():
        if cell.required and name not in row.cells:
            raise _wrong(path, row.line, f"a {row.kind} needs {name}")
    if row.kind == "pledge":
        values.setdefault("of_kind", "site")
        if "core_s" not in values and "share_ppm" not in values:
            raise _wrong(path, row.line, "a pledge has core_hours, a share, or both")
    for first, last in (("valid_from", "valid_to"), ("from_utc", "to_utc")):
        if first in values and last in values and values[last] < values[first]:
            raise _wrong(path, row.line, "it ends before it begins")
    return Entry(kind=known.kind, **values)


def _value(path: Path, row: _Row, known: Form, name: str) -> tuple[str, Any]:
    """The field of the statement that a cell fills, and its value."""
    if name not in known.columns:
        raise _wrong(path, row.line, f"a {row.kind} has no {name!r} (it has {', '.join(known.columns)})")
    try:
        return known.columns[name].field, known.columns[name].read(row.cells[name])
    except ValueError as error:
        raise _wrong(path, row.line, f"{name} is {row.cells[name]!r}: {error}") from error


def _refuse_overlaps(path: Path, made: Sequence[tuple[_Row, Entry]]) -> None:
    """Two statements about one name on one day contradict each other."""
    ordered = sorted(made, key=lambda one: (str(one[1].key), one[1].valid_from or -_FAR))
    for (before, earlier), (row, entry) in pairwise(ordered):
        if earlier.key == entry.key and _overlap(earlier, entry):
            reason = f"{entry.kind} {entry.name!r} is stated in line {before.line} already, for some of the same days"
            raise _wrong(path, row.line, reason)


def _refuse_chains(path: Path, made: Sequence[tuple[_Row, Entry]]) -> None:
    """An alias names what is registered, not another alias: else it would depend on the order."""
    aliases = [entry for _, entry in made if entry.kind == "alias"]
    by_name = {(entry.of_kind, entry.name): entry for entry in aliases}
    for row, entry in made:
        onward = by_name.get((entry.of_kind, entry.target or "")) if entry.kind == "alias" else None
        if onward is not None and _overlap(entry, onward):
            reason = f"{entry.target!r} is itself an alias, of {onward.target!r}: name that one"
            raise _wrong(path, row.line, reason)


def _overlap(one: Entry, other: Entry) -> bool:
    begins = max(one.valid_from or -_FAR, other.valid_from or -_FAR)
    ends = min(_FAR if one.valid_to is None else one.valid_to, _FAR if other.valid_to is None else other.valid_to)
    return begins <= ends


def _kinds() -> str:
    return ", ".join(known.kind for known in FORMS)


def _wrong(path: Path, line: int, what: str) -> SourceError:
    return SourceError(f"{path}, line {line}: {what}", "Nothing was imported. Formats: docs/metadata.md")
