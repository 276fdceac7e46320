"""Two cubes compared, table by table."""

from pathlib import Path

import duckdb

from pipeline.models import MODELS


def differences(one: Path, other: Path) -> dict[str, list[tuple[object, ...]]]:
    """Model -> the rows that only one of the cubes has, as often as it has them; empty where they are equal."""
    found = {}
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{one}' AS one (READ_ONLY); ATTACH '{other}' AS other (READ_ONLY)")
        for name in ("calendar", *MODELS):
            rows = con.execute(
                f"""
                (SELECT 'one' AS only_in, * FROM (FROM one."{name}" EXCEPT ALL FROM other."{name}"))
                UNION ALL
                (SELECT 'other' AS only_in, * FROM (FROM other."{name}" EXCEPT ALL FROM one."{name}"))
                """
            ).fetchall()
            if rows:
                found[name] = rows
    return found
