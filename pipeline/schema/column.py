"""What a column and a table are: the one description that reader, lake, models and dictionary share.

A `Column` says which ClassAd attributes it is read from and how the value is stored. All numbers are stored as
whole numbers of the column's unit (`stored = round(value x scale)`), because sums of floats differ from run to run.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyarrow as pa

Type = Literal["text", "flag", "int", "instant", "blob"]

ARROW_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "flag": pa.bool_(),
    "int": pa.int64(),
    "instant": pa.int64(),
    "blob": pa.binary(),
}
DUCKDB_TYPES = {"text": "VARCHAR", "flag": "BOOLEAN", "int": "BIGINT", "instant": "BIGINT", "blob": "BLOB"}
NEVER_GLIDEIN = ("Local Job", "Unknown", "")
"""Values that a submit-side `$$()` default leaves where there is no glidein: not a site's name."""


@dataclass(frozen=True)
class Column:
    """One column of a lake table.

    `attributes` are ClassAd names, best first: the first that has a usable value wins. An empty tuple means that
    the collector fills the column itself (where the record was found, its key). Null always means *not known*.

    type     text | flag | int | instant (Unix seconds, UTC; zero and negative mean "never" and become null) | blob
    unit     unit of the stored number; empty for text and flags
    scale    stored = round(value x scale): 1000 for milli-cores, 1_000_000 for microseconds
    unknown  text values that mean "not known"
    """

    name: str
    type: Type
    attributes: tuple[str, ...]
    doc: str
    unit: str = ""
    scale: int = 1
    unknown: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.Field:
        return pa.field(self.name, ARROW_TYPES[self.type])


@dataclass(frozen=True)
class Table:
    """One lake table: its grain in one sentence, its columns in order, and the columns that make a record one.

    `key` and the hash over all values read from the ad (`record_id`) identify a distinct record; `time` is the
    column by which rows are found again (sorting, pruning, look-up of what is there already).
    """

    name: str
    grain: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    time: str

    @property
    def arrow(self) -> pa.Schema:
        return pa.schema([column.arrow for column in self.columns])

    @cached_property
    def position(self) -> dict[str, int]:
        """Name of each column -> its place."""
        return {column.name: place for place, column in enumerate(self.columns)}

    @property
    def from_ads(self) -> tuple[Column, ...]:
        """The columns that are read from ClassAd attributes, in order."""
        return tuple(column for column in self.columns if column.attributes)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


def text(name: str, *attributes: str, doc: str, unknown: tuple[str, ...] = ()) -> Column:
    return Column(name, "text", attributes, doc, unknown=unknown)


def flag(name: str, *attributes: str, doc: str) -> Column:
    return Column(name, "flag", attributes, doc)


def count(name: str, *attributes: str, doc: str, unit: str = "") -> Column:
    return Column(name, "int", attributes, doc, unit=unit)


def instant(name: str, *attributes: str, doc: str) -> Column:
    return Column(name, "instant", attributes, doc, unit="Unix s, UTC")


def seconds(name: str, *attributes: str, doc: str) -> Column:
    return Column(name, "int", attributes, doc, unit="s")


def micros(name: str, *attributes: str, doc: str) -> Column:
    return Column(name, "int", attributes, doc, unit="µs", scale=1_000_000)


def milli(name: str, *attributes: str, doc: str, unit: str) -> Column:
    return Column(name, "int", attributes, doc, unit=unit, scale=1000)
