"""Who gets digests: a CSV file of kind, name and address in; readers out.

kind is `user` (name as USER@DOMAIN, as in the ledger), `project` (its PI reads it) or `operators` (no name). Whoever
is written there sees that user's or project's hours: the file decides it, and nothing that jobs say.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import SettingsError
from pipeline.mail.address import is_address

Kind = Literal["user", "project", "operators"]
KINDS: tuple[Kind, ...] = ("user", "project", "operators")
COLUMNS = ["kind", "name", "address"]
LARGEST = 16 << 20
WEEKLY, DAILY = "weekly", "daily"


@dataclass(frozen=True)
class Reader:
    """One who gets a digest: of what, and where it goes."""

    kind: Kind
    name: str
    address: str

    @property
    def digest(self) -> str:
        """weekly or daily."""
        return DAILY if self.kind == "operators" else WEEKLY


def readers(path: str) -> tuple[Reader, ...]:
    """The readers of that file, in its order. Raises SettingsError that names file and line."""
    if not path:
        raise SettingsError("no file says who gets digests", "Set digest_readers in ledger.toml.")
    found = tuple(_rows(Path(path)))
    if len(set(found)) < len(found):
        twice = next(one for one in found if found.count(one) > 1)
        raise SettingsError(f"{path} names {twice.kind} {twice.name} with {twice.address} twice")
    return found


def _rows(path: Path) -> Iterator[Reader]:
    table = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        if [name.strip() for name in next(table, [])] != COLUMNS:
            raise _wrong(path, 1, f"its first line is not {','.join(COLUMNS)}")
        for row in table:
            if any(cell.strip() for cell in row):
                yield _reader(path, table.line_num, [cell.strip() for cell in row])
    except csv.Error as error:
        raise _wrong(path, table.line_num, str(error)) from error


def _reader(path: Path, line: int, row: list[str]) -> Reader:
    if len(row) != len(COLUMNS):
        raise _wrong(path, line, f"{len(row)} cells, but {len(COLUMNS)} columns")
    kind, name, address = row
    if kind not in KINDS:
        raise _wrong(path, line, f"there is no kind {kind!r}; known: {', '.join(KINDS)}")
    if bool(name) == (kind == "operators"):
        raise _wrong(path, line, "operators have no name, users and projects have one")
    if not is_address(address):
        raise _wrong(path, line, f"{address[:80]!r} is no mail address")
    return Reader(kind, name, address.lower())


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise SettingsError(f"{path} is larger than {LARGEST >> 20} MiB", "Is it the right file?")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"digest_readers: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"digest_readers: {path} is not UTF-8 text") from error


def _wrong(path: Path, line: int, why: str) -> SettingsError:
    return SettingsError(f"{path}, line {line}: {why}", "Nobody was sent anything.")
