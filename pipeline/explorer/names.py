"""Filters by registered names, made cheap: the names as records have them, looked up once, not row by row.

In: dimensions and their values. Out: conditions over a list's fact. Most names mean one thing on all days: then the raw
names are all that is compared, and whole row groups are passed over. Where a name has changed what it means, each row
is looked up, too.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa

from pipeline.dimensions import MAPPINGS, Dimension
from pipeline.query import Where, dimension

Ask = Callable[[str, list[Any]], pa.Table]
Sql = tuple[str, list[Any]]


def conditions(ask: Ask, where: Where) -> Iterable[Sql]:
    """One or two conditions for each of the dimensions."""
    for name, allowed in where:
        known = dimension(name)
        if known.narrow is None:
            yield one_of(known.sql, allowed)
        else:
            raw, always = _raw_names(ask, known, allowed)
            yield one_of(f'"{known.columns[0]}"', raw)
            if not always:
                yield f"list_contains(?, {known.sql})", [list(allowed)]


def one_of(expression: str, values: Iterable[str]) -> Sql:
    """Each value is a parameter of its own: that is what zone maps are asked with."""
    chosen = list(values)
    if len(chosen) == 1:
        return f"{expression} = ?", chosen
    return (f"{expression} IN ({', '.join('?' for _ in chosen)})", chosen) if chosen else ("false", [])


def _raw_names(ask: Ask, known: Dimension, allowed: tuple[str, ...]) -> tuple[list[str], bool]:
    """Names that mean one of those on any day, and whether they do on all of them, whatever stands beside them."""
    table = next(table for table, columns in MAPPINGS.items() if columns == known.columns)
    raw = known.columns[0]
    sql = f"""
        SELECT raw, bool_and(fits) AS always
        FROM (SELECT "{raw}" AS raw, list_contains(?, {known.sql}) AS fits FROM {table} AS fact)
        GROUP BY raw
        HAVING bool_or(fits)
        ORDER BY raw
    """
    rows = ask(sql, [list(allowed)]).to_pylist()
    return [row["raw"] for row in rows], all(row["always"] for row in rows)
