"""Places that replaced rows left behind do not pile up."""

from pathlib import Path

import duckdb
import pytest

from pipeline.incremental import dead_rows
from pipeline.incremental.dead_rows import write_anew


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A cube with a table of 1,000 rows whose upper half was replaced three times, and one that was left alone."""
    con = duckdb.connect()
    con.execute(f"ATTACH '{tmp_path / 'cube'}' AS cube")
    for name in ("worn", "kept"):
        con.execute(f"CREATE TABLE cube.{name} AS SELECT range AS number FROM range(1000)")
    for _ in range(3):
        con.execute("CREATE OR REPLACE TEMP TABLE again AS FROM cube.worn WHERE number >= 500")
        con.execute("DELETE FROM cube.worn WHERE number >= 500")
        con.execute("INSERT INTO cube.worn FROM again")
    return con


def places(con: duckdb.DuckDBPyConnection, name: str) -> int:
    ((found,),) = con.execute(f"SELECT max(rowid) + 1 FROM cube.{name}").fetchall()
    return int(found)


def test_a_table_that_is_mostly_empty_places_is_written_anew(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_rows, "FEW", 100)
    assert places(con, "worn") == 2500
    assert write_anew(con, ["kept", "worn"]) == ["worn"]
    assert places(con, "worn") == 1000
    rows = con.execute("SELECT number FROM cube.worn ORDER BY number").fetchall()
    assert rows == [(number,) for number in range(1000)]
    assert write_anew(con, ["kept", "worn"]) == []


def test_a_small_table_is_left_as_it_is(con: duckdb.DuckDBPyConnection) -> None:
    assert write_anew(con, ["kept", "worn"]) == []
    assert places(con, "worn") == 2500
