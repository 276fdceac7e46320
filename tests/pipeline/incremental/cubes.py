"""Two cubes compared, table by table, in each of their zones."""

from pathlib import Path

import duckdb

from pipeline.models import MODELS
from pipeline.reads import CALENDAR, of_zone


def differences(one: Path, other: Path) -> dict[str, list[tuple[object, ...]]]:
    """Table -> the rows that only one of the cubes has, as often as it has them; empty where they are equal.

    Tables of a zone that is not the ledger's own are named with it: `America/Chicago charge`.
    """
    found = {}
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{one}' AS one (READ_ONLY); ATTACH '{other}' AS other (READ_ONLY)")
        assert zones(con, "one") == zones(con, "other")
        tables = {name: f'main."{name}"' for name in (CALENDAR, *MODELS)}
        for zone in zones(con, "one"):
            tables |= {f"{zone} {name}": f'"{zone}"."{name}"' for name in (CALENDAR, *sorted(of_zone()))}
        for name, table in tables.items():
            if rows := rows_of_one(con, f"one.{table}", f"other.{table}"):
                found[name] = rows
    return found


def zones(con: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """The zones of an attached cube but for its own."""
    rows = con.execute(
        "SELECT DISTINCT schema_name FROM duckdb_tables() WHERE database_name = ? ORDER BY 1", [database]
    )
    return [name for (name,) in rows.fetchall() if name != "main"]


def rows_of_one(con: duckdb.DuckDBPyConnection, one: str, other: str) -> list[tuple[object, ...]]:
    """Rows that only one of two tables has, as often as it has them."""
    return con.execute(
        f"""
        (SELECT 'one' AS only_in, * FROM (FROM {one} EXCEPT ALL FROM {other}))
        UNION ALL
        (SELECT 'other' AS only_in, * FROM (FROM {other} EXCEPT ALL FROM {one}))
        """
    ).fetchall()
