"""Lists in a small DuckDB made of given rows, and the same questions answered slowly and obviously in Python."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.explorer.asked import Listed
from pipeline.explorer.columns import COLUMNS, Column
from pipeline.explorer.conditions import Condition
from pipeline.explorer.facts import OF_FAILURE
from tests.models.golden import empty_ledger

DAY_S = 86_400
FIRST = date(2026, 11, 1)
FIRST_UTC = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
DAYS = 4
REGISTERED = {("A", 0): "A", ("A", 1): "A", ("A", 2): "Z", ("A", 3): "Z", ("B", 0): "Z"}
"""What a project is called on a day (counted from FIRST): A was renamed, B is Z on one day. Others are themselves."""
JOB: dict[str, Any] = {
    "pool": "p",
    "ap": "ap1.x",
    "venue": "pool",
    "several_projects": False,
    "project": "A",
    "user": "ann",
    "site": "S",
    "resource": "R",
    "outcome": "succeeded",
}
ATTEMPT: dict[str, Any] = {name: value for name, value in JOB.items() if name != "several_projects"}


class Made:
    """Tables of those rows, until the next ones are made: `ask` puts questions to them."""

    def __init__(self, jobs: Sequence[dict[str, Any]] = (), attempts: Sequence[dict[str, Any]] = ()) -> None:
        self.con = _ledger()
        for table in ("listed_job", "attempt", "failure"):
            self.con.execute(f"DELETE FROM {table}")
        self.jobs = [JOB | row for row in jobs]
        self.attempts = [ATTEMPT | row for row in attempts]
        _insert(self.con, "listed_job", self.jobs)
        for number, row in enumerate(self.attempts):
            beside = {name: value for name, value in row.items() if name not in OF_FAILURE}
            _insert(self.con, "attempt", [beside | {"attempt_id": number}])
            if row.get("failure") is not None:
                ended_utc = row["start_utc"] if row.get("end_utc") is None else row["end_utc"]
                said = {name: row.get(name) for name in OF_FAILURE}
                _insert(self.con, "failure", [said | {"attempt_id": number, "ended_utc": ended_utc}])

    def ask(self, sql: str, values: Any) -> pa.Table:
        return self.con.sql(sql, params=values).to_arrow_table()


@cache
def _ledger() -> duckdb.DuckDBPyConnection:
    """An empty ledger with days, and what projects are called on them: made once, because it takes a while."""
    con = duckdb.connect()
    empty_ledger(con, "UTC")
    days = [{"day_index": (FIRST_UTC // DAY_S) + n, "day": _day(n), **_bounds(n)} for n in range(DAYS)]
    _insert(con, "calendar", days)
    named = [
        {"pool": "p", "day": _day(n), "project": name, "registered": registered(name, n)}
        for name in ("A", "B", "C")
        for n in range(DAYS)
    ]
    _insert(con, "project_day", named)
    return con


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join("?" for _ in row)
        con.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(row.values()))


def _bounds(n: int) -> dict[str, int]:
    return {"start_utc": FIRST_UTC + n * DAY_S, "end_utc": FIRST_UTC + (n + 1) * DAY_S}


def _day(n: int) -> date:
    return datetime.fromtimestamp(FIRST_UTC + n * DAY_S, UTC).date()


def registered(project: str, n: int) -> str:
    return REGISTERED.get((project, n), project)


def day_of(row: Mapping[str, Any], of: str) -> date:
    """The day on which a row stands."""
    if of == "jobs":
        found: date = row["end_day"]
        return found
    end, start = row["end_utc"], row["start_utc"]
    moment = start if end is None else max(end - 1, start)
    return datetime.fromtimestamp(moment, UTC).date()


def expected(rows: Sequence[Mapping[str, Any]], asked: Listed) -> list[dict[str, Any]]:
    """Every row that the question asks for, in order, with the columns of the list."""
    kept = [
        (place, row, shown(row, asked.of))
        for place, row in enumerate(rows)
        if _stands_in(row, asked) and all(_holds(row, asked.of, condition) for condition in asked.conditions)
    ]
    column, direction = asked.sorted_by
    known = [each for each in kept if _stored(each[1], column, asked.of) is not None]
    unknown = [each for each in kept if _stored(each[1], column, asked.of) is None]
    known.sort(key=lambda each: each[0])
    known.sort(key=lambda each: _stored(each[1], column, asked.of), reverse=direction == "DESC")
    return [found for _, _, found in known + unknown]


def shown(row: Mapping[str, Any], of: str) -> dict[str, Any]:
    """The row as the list has it."""
    return {column.name: _value(row, column, of) for column in COLUMNS[of]}  # type: ignore[index]


def _stands_in(row: Mapping[str, Any], asked: Listed) -> bool:
    day = day_of(row, asked.of)
    names = {"project": registered(row["project"], (day - FIRST).days), "user": row["user"], "pool": row["pool"]}
    if not all(names[name] in allowed for name, allowed in asked.where):
        return False
    if asked.ids is not None:
        ids = asked.ids
        return row["cluster"] == ids.cluster and ids.proc in (None, row["proc"]) and ids.ap in (None, row["ap"])
    begins, ends = asked.first or day, asked.last or day
    return row["venue"] == "pool" and begins <= day <= ends


def _holds(row: Mapping[str, Any], of: str, condition: Condition) -> bool:
    column = next(each for each in COLUMNS[of] if each.name == condition.column)  # type: ignore[index]
    value, text = _exact(row, column, of), condition.text
    if text in ("?", "!?"):
        return (value is None) == (text == "?")
    if value is None:
        return False
    if column.kind == "choice":
        return value in text.split(",")
    if column.kind == "text":
        return text[1:].lower() in value.lower() if text.startswith("~") else value == text.removeprefix("=")
    if column.kind == "moment":
        value = datetime.fromtimestamp(value, UTC).date()
        edge: Any = date.fromisoformat
    else:
        edge = Fraction
    if text.startswith(">="):
        return bool(value >= edge(text[2:]))
    if text.startswith("<="):
        return bool(value <= edge(text[2:]))
    low, _, high = text.partition("..")
    return bool(edge(low) <= value <= edge(high or low))


def _exact(row: Mapping[str, Any], column: Column, of: str) -> Any:
    stored = _stored(row, column, of)
    if column.kind == "number" and stored is not None:
        return Fraction(stored, column.per)
    return "#".join((row["ap"], f"{row['cluster']}.{row['proc']}")) if column.name == "job" else stored


def _value(row: Mapping[str, Any], column: Column, of: str) -> Any:
    exact = _exact(row, column, of)
    return float(exact) if isinstance(exact, Fraction) and column.per != 1 else exact


def _stored(row: Mapping[str, Any], column: Column, of: str) -> Any:
    """What is compared and sorted by."""
    if column.name == "job":
        return (row["ap"], row["cluster"], row["proc"])
    if column.name == "project":
        return registered(row["project"], (day_of(row, of) - FIRST).days)
    if column.name in ("site", "resource"):
        return row[column.name]
    if column.name == "cpu_efficiency":
        used, whole = (
            (row.get("cpu_measured_us"), row.get("mcore_measured_s"))
            if of == "jobs"
            else (row.get("cpu_used_us"), _times(row))
        )
        return used / (whole * 1000.0) if used is not None and whole else None
    if column.name == "cpu_h" and of == "attempts":
        return _times(row)
    return row.get(column.stored.strip('"'))


def _times(row: Mapping[str, Any]) -> Any:
    wall, cores = row.get("wall_s"), row.get("cores_milli")
    return None if wall is None or cores is None else wall * cores
