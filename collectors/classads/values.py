"""An ad and a table of the schema -> the values of the table's columns, typed, scaled, and None where unknown.

For each column its attributes are tried in order until one has a usable value. Not usable are: undefined and error,
a value of another type, a text that means "unknown", an instant that is not positive, a number beyond 64 bits.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from collectors.classads.ad import Ad
from collectors.classads.expressions import evaluate
from collectors.classads.literals import NOT_LITERAL, NotLiteral, Scalar, read_number, read_text
from pipeline.schema import Column, Table
from pipeline.schema.job import OCTAL_PREFIX

Value = str | int | bool | None
_MEMORY = 2_000
_LONGEST_REMEMBERED = 200
_INT64 = 2**63
_LONGEST_SURE = 19
"""Fewer digits than this are surely a 64-bit number."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One attribute that a column may be read from: what makes of its literal, or of its value, the column's."""

    name: bytes
    literal: Callable[[bytes], Value | NotLiteral]
    typed: Callable[[Scalar | None], Value]
    memory: dict[bytes, Value]


class Reading:
    """A table as the reader sees it. Holds a bounded memory of literals, so that a value seen before is not parsed."""

    def __init__(self, table: Table, columns: tuple[Column, ...] | None = None) -> None:
        self.table = table
        self.width = len(table.columns)
        self.position = {column.name: index for index, column in enumerate(table.columns)}
        wanted = [
            (self.position[column.name], column, tuple(_choices(column)))
            for column in (table.from_ads if columns is None else columns)
        ]
        self._whole = [
            (position, choices[0].name, choices[0]) for position, column, choices in wanted if _is_whole(column)
        ]
        self._others = [
            (position, [(choice.name, choice.memory, choice) for choice in choices])
            for position, column, choices in wanted
            if not _is_whole(column)
        ]
        keys = [column for column in table.columns if column.name in table.key or column.attributes]
        self._hashed = tuple((self.position[column.name], f"{column.name}=") for column in keys)

    def read(self, ad: Ad) -> list[Value]:
        """A row of the table with the columns that come from the ad filled in, all others None."""
        row: list[Value] = [None] * self.width
        self.fill(row, ad)
        return row

    def fill(self, row: list[Value], ad: Ad) -> None:
        """Put the ad's values into a row of the table."""
        raw_of = ad.raw.get
        for position, name, choice in self._whole:
            raw = raw_of(name)
            if raw is not None:
                row[position] = int(raw) if raw.isdigit() and len(raw) < _LONGEST_SURE else _parse(choice, raw, ad)
        for position, choices in self._others:
            for name, memory, choice in choices:
                raw = raw_of(name)
                if raw is not None:
                    value = memory[raw] if raw in memory else _parse(choice, raw, ad)
                    if value is not None:
                        row[position] = value
                        break

    def record_id(self, row: list[Value]) -> int:
        """The same for equal records, wherever they were found: a hash over table, key and all values of the ad.

        Canonical form: table name, then name=value of each known value in the table's order; a text is preceded by
        its length, so that no value can look like two. Unknown values are left out: a column that is added later
        and is unknown changes nothing.
        """
        parts = [
            f"{name}{len(value)}:{value}" if type(value) is str else f"{name}{value}"
            for position, name in self._hashed
            if (value := row[position]) is not None
        ]
        digest = blake2b("\n".join([self.table.name, *parts]).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


def _choices(column: Column) -> Iterator[Choice]:
    for name in column.attributes:
        octal = column.type == "text" and name.startswith(OCTAL_PREFIX)
        yield Choice(name.lower().encode(), _literal_reader(column, octal=octal), _typing(column), {})


def _parse(choice: Choice, raw: bytes, ad: Ad) -> Value:
    value = choice.literal(raw)
    if value is NOT_LITERAL:
        return choice.typed(evaluate(choice.name, ad.find))
    if len(raw) <= _LONGEST_REMEMBERED and len(choice.memory) < _MEMORY:
        choice.memory[raw] = value
    return value


def _literal_reader(column: Column, *, octal: bool) -> Callable[[bytes], Value | NotLiteral]:
    typed = _typing(column)

    def text(raw: bytes) -> Value | NotLiteral:
        value = read_text(raw, octal=octal)
        return value if value is NOT_LITERAL else typed(value)

    def number(raw: bytes) -> Value | NotLiteral:
        value = read_number(raw)
        return value if value is NOT_LITERAL else typed(value)

    return text if column.type == "text" else number


def _is_whole(column: Column) -> bool:
    """True for columns that most ads fill with plain digits: these take the shortest way."""
    return column.type == "int" and column.scale == 1 and len(column.attributes) == 1


def _typing(column: Column) -> Callable[[Scalar | None], Value]:
    """What turns a ClassAd value into the column's: scaled, rounded half to even; None if it is of another type."""
    scale, unknown, lowest = column.scale, column.unknown, 1 if column.type == "instant" else 1 - _INT64

    def text(value: Scalar | None) -> Value:
        return value if isinstance(value, str) and value not in unknown else None

    def flag(value: Scalar | None) -> Value:
        return None if value is None or isinstance(value, str) else bool(value)

    def number(value: Scalar | None) -> Value:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        stored = value * scale if isinstance(value, int) else _rounded(value, scale)
        return stored if lowest <= stored < _INT64 else None

    return {"text": text, "flag": flag}.get(column.type, number)


def _rounded(value: float, scale: int) -> int:
    product = value * scale
    return round(product) if math.isfinite(product) else _INT64
