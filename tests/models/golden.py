"""Golden cases of the models: a folder per case, a CSV file per input table, `expect.csv` for the result.

Columns that an input leaves out are null. `expect.csv` names the columns that the case is about. A file `zone` in a
case holds the reporting time zone; without it days are UTC days.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline import rules, workbench
from pipeline.lake import Snapshot
from pipeline.models import MODELS
from pipeline.schema import TABLES

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One folder `<model>/<case>`."""

    folder: Path

    @property
    def model(self) -> str:
        return self.folder.parent.name

    @property
    def zone(self) -> str:
        named = self.folder / "zone"
        return named.read_text("utf-8").strip() if named.exists() else "UTC"

    @property
    def inputs(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.csv") if path.name != "expect.csv")

    def __str__(self) -> str:
        return f"{self.model}/{self.folder.name}"


def cases() -> list[Case]:
    return [Case(path.parent) for path in sorted(HERE.glob("*/*/expect.csv"))]


def run(case: Case) -> tuple[list[str], list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The columns that the case names, the rows that the model made, and those expected, as text, sorted."""
    with duckdb.connect() as con:
        empty_ledger(con, case.zone)
        for path in case.inputs:
            _load(con, path)
        _calendar(con, case.zone)
        given = {path.stem for path in case.inputs}
        for model in MODELS[: MODELS.index(case.model) + 1]:
            if model not in given:
                con.execute(f'CREATE OR REPLACE TABLE "{model}" AS {rules.model_sql(model)}')
        with (case.folder / "expect.csv").open(encoding="utf-8", newline="") as file:
            columns, *expected = [tuple(row) for row in csv.reader(file)]
        names = ", ".join(f'"{name}"' for name in columns)
        made = con.execute(f'SELECT {names} FROM "{case.model}"').fetchall()
    shown = [tuple("" if cell is None else str(cell) for cell in row) for row in made]
    return list(columns), sorted(shown), sorted(expected)


def empty_ledger(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Every table of lake and ledger, empty: the models themselves say which columns they have."""
    workbench.prepare(con, zone)
    for table in TABLES:
        workbench.mount(con, Snapshot(table, 0, ()))
        con.execute(f"CREATE TABLE made AS FROM lake_{table.name}")
        con.execute(f"DROP VIEW lake_{table.name}")
        con.execute(f"ALTER TABLE made RENAME TO lake_{table.name}")
    workbench.add_calendar(con, zone)
    for model in MODELS:
        con.execute(f'CREATE TABLE "{model}" AS {rules.model_sql(model)}')


def _load(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    con.execute("CREATE TABLE given AS FROM read_csv(?, all_varchar := true, header := true)", [str(path)])
    con.execute(f'INSERT INTO "{path.stem}" BY NAME FROM given')
    con.execute("DROP TABLE given")


def _calendar(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    con.execute("DROP TABLE calendar")
    spans = con.execute(
        "SELECT min(start_utc), max(greatest(start_utc, end_utc)) FROM ("
        "SELECT start_utc, end_utc FROM attempt UNION ALL SELECT start_utc, end_utc FROM residual)"
    ).fetchone()
    workbench.add_calendar(con, zone)
    if spans and spans[0] is not None:
        from pipeline import calendar

        first, last = (calendar.day_of(instant, zone) for instant in spans)
        workbench.add_days(con, calendar.days(first, last, zone))
