"""Rows that a renewal replaced leave their places behind: a table that is mostly such places is written anew.

In: a connection to the cube. DuckDB gives a row that is put in a place behind the last one, and never uses a place
again; a scan passes over those that are empty. So a table's cost grows with every batch, its rows do not.
"""

from collections.abc import Iterable

import duckdb

MOST_PLACES = 2
"""Places a row, above which a table is written anew: at most as often as its rows were all replaced once."""
FEW = 100_000
"""A table with no more places than that is left as it is: looking at them costs nothing."""


def write_anew(con: duckdb.DuckDBPyConnection, tables: Iterable[str], schema: str = "cube.main") -> list[str]:
    """Write those tables of that schema of the cube anew that are mostly empty places; returns their names."""
    found = [name for name in tables if _is_sparse(con, f'{schema}."{name}"')]
    for name in found:
        con.execute(f'CREATE TABLE {schema}."{name} anew" AS FROM {schema}."{name}"')
        con.execute(f'DROP TABLE {schema}."{name}"')
        con.execute(f'ALTER TABLE {schema}."{name} anew" RENAME TO "{name}"')
    return found


def _is_sparse(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    ((places, rows),) = con.execute(f"SELECT coalesce(max(rowid) + 1, 0), count(*) FROM {table}").fetchall()
    return bool(places > max(FEW, MOST_PLACES * rows))
