"""A file with a table in CSV -> its rows, each with its line, its place and its cells by column, in bounded memory."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from collectors.classads.text import CHUNK
from collectors.imports.mapping import Mapping
from collectors.opening import Opened
from pipeline.errors import SourceError

LONGEST_LINE = 1 << 20
NOTHING = "Nothing of this file was imported. Mend it, or its mapping, and import it again."


class CsvTable:
    """Iterates over the rows of a file: line, where it begins, and its cells by column.

    Raises SourceError, which names the line, for a file that is no table or lacks a column of the mapping.
    """

    def __init__(self, file: Opened, mapping: Mapping) -> None:
        self._path, self._mapping = file.path, mapping
        self._lines = _Lines(file.file)

    def __iter__(self) -> Iterator[tuple[int, int, dict[str, str]]]:
        rows = csv.reader(self._lines, delimiter=self._mapping.delimiter, strict=True)
        try:
            header = [name.strip() for name in next(rows, [])]
            self._require_columns(header)
            while True:
                line, offset = rows.line_num + 1, self._lines.offset
                row = next(rows, None)
                if row is None:
                    return
                if row and len(row) != len(header):
                    raise SourceError(f"{self._path}, line {line}: has {len(row)} cells, not {len(header)}", NOTHING)
                if row:
                    yield line, offset, dict(zip(header, row, strict=True))
        except (csv.Error, UnicodeDecodeError) as error:
            raise SourceError(f"{self._path}, line {rows.line_num + 1}: {error}", NOTHING) from error

    def _require_columns(self, header: list[str]) -> None:
        wanted = [one.column for one in self._mapping.columns.values()] + list(self._mapping.key)
        missing = [name for name in wanted if name not in header]
        if missing:
            known = ", ".join(header)[:500] or "none"
            raise SourceError(
                f"{self._path}, line 1: has no column {', '.join(map(repr, missing))}", f"Its columns: {known}."
            )
        twice = sorted({name for name in wanted if header.count(name) > 1})
        if twice:
            raise SourceError(f"{self._path}, line 1: has several columns {', '.join(map(repr, twice))}", NOTHING)


class _Lines:
    """Iterates over a file's lines; `offset`: where the next one begins."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self.offset = 0

    def __iter__(self) -> Iterator[str]:
        held = b""
        while chunk := self._file.read(CHUNK):
            *whole, held = (held + chunk).split(b"\n")
            for line in whole:
                yield self._text(line + b"\n")
            if len(held) > LONGEST_LINE:
                raise csv.Error("is longer than 1 MiB: is this a table?")
        if held:
            yield self._text(held)

    def _text(self, line: bytes) -> str:
        text = line.removeprefix(b"\xef\xbb\xbf" if not self.offset else b"").decode("utf-8")
        self.offset += len(line)
        return text
