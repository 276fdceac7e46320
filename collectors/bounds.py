"""Bounds applied: does a row say what no true record can say? What they are, and why, is in `pipeline/bounds.py`."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from pipeline.bounds import BOUNDS, OLDEST_UTC, Bound, Limits, Order
from pipeline.schema import Table

__all__ = ["OLDEST_UTC", "Limits", "Range", "bounds_of", "broken_bound"]

Value = str | int | bool | None


class Row(Protocol):
    """A row, by column name."""

    def get(self, name: str) -> Value:
        """The value; None if it is unknown or the table has no such column."""
        ...


@dataclass(frozen=True)
class Range:
    """A bound with its limits as they are stored, for one table: only columns that it has."""

    bound: Bound
    columns: tuple[str, ...]
    least: int
    most: int


def broken_bound(table: Table, row: Row, limits: Limits) -> tuple[str, str] | None:
    """Rule of the first bound that the row breaks, and what is wrong, as a sentence; None if it holds all."""
    for bound in bounds_of(table, limits):
        if isinstance(bound, Order):
            found = _out_of_order(bound, row)
            if found:
                return bound.rule, found
            continue
        for column in bound.columns:
            value = row.get(column)
            if isinstance(value, int) and not bound.least <= value <= bound.most:
                return bound.bound.rule, _out_of_range(bound, column, value)
    return None


def bounds_of(table: Table, limits: Limits) -> tuple[Range | Order, ...]:
    """The bounds of that table, in their order, their limits as they are stored."""
    return _bounds(table.name, limits)


@lru_cache(maxsize=64)
def _bounds(table_name: str, limits: Limits) -> tuple[Range | Order, ...]:
    """The bounds of that table, in their order; by name, because a table is slow to compare."""
    found: list[Range | Order] = []
    for bound in BOUNDS:
        table = next((table for table in bound.tables if table.name == table_name), None)
        if table is None:
            continue
        if isinstance(bound, Order):
            found.append(bound)
            continue
        columns = tuple(name for name in bound.columns if name in table.position)
        least, most = (bound.scale * edge.value(limits) for edge in (bound.least, bound.most))
        found.append(Range(bound, columns, least, most))
    return tuple(found)


def _out_of_range(broken: Range, column: str, value: int) -> str:
    bound = broken.bound
    least, most = (f"{number // bound.scale}" for number in (broken.least, broken.most))
    return f"{column} is {value / bound.scale:.10g} {bound.unit}, not within {least} and {most}: {bound.reason}"


def _out_of_order(bound: Order, row: Row) -> str | None:
    if row.get("record_type") in bound.but:
        return None
    first = row.get(bound.first)
    last = next((value for name in bound.last if (value := row.get(name))), None)
    if isinstance(first, int) and isinstance(last, int) and last < first:
        return f"it ends at {last}, before it starts at {first}: {bound.reason}"
    return None
