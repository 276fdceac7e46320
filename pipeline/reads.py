"""What a model reads, as DuckDB's own parser sees its SQL: tables, and names of columns and functions."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from pipeline.models import BY_DAY, BY_JOB, BY_SLICE, MODELS
from pipeline.rules import model_sql
from pipeline.schema import ATTEMPT_RECORD, JOB, QUEUE_JOB, USAGE_RECORD, Table

RECORDS = (JOB, ATTEMPT_RECORD, QUEUE_JOB, USAGE_RECORD)
"""What models of jobs are made of, besides the calendar and `routed_job`."""
CALENDAR, LOCAL_DAY = "calendar", "local_day"
"""The table and the macro that say where days begin."""


def reads(model: str) -> frozenset[str]:
    """Names of the tables and models that the model is made of."""
    return _tables(model_sql(model))


@cache
def _tables(sql: str) -> frozenset[str]:
    nodes = _parsed(sql)
    tables = {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"}
    within = {entry["key"] for node in nodes for entry in (node.get("cte_map") or {}).get("map", ())}
    return frozenset(tables - within)


@cache
def of_zone() -> frozenset[str]:
    """Models that depend on where days begin: their own SQL asks for that, or that of a model that they read."""
    found: set[str] = set()
    for name in MODELS:  # what a model reads is made before it
        if _asks_for_days(model_sql(name)) or reads(name) & found:
            found.add(name)
    return frozenset(found)


def reads_of_zone(sql: str) -> bool:
    """True if what a query finds depends on where days begin."""
    return _asks_for_days(sql) or bool(_tables(sql) & of_zone())


def _asks_for_days(sql: str) -> bool:
    called = {node["function_name"] for node in _parsed(sql) if node.get("function_name")}
    return CALENDAR in _tables(sql) or LOCAL_DAY in called


@cache
def read_by_job(table: Table) -> tuple[str, ...]:
    """Columns of a table of RECORDS that any model of jobs names; it can do without the others."""
    nodes = [node for model in BY_JOB for node in _parsed(model_sql(model))]
    named = {name for node in nodes for name in node.get("column_names", ())}
    named |= {name for node in nodes for name in node.get("using_columns", ())}
    return tuple(column.name for column in table.columns if column.name in named)


@cache
def unsound_model() -> str | None:
    """Why cubes cannot be made by jobs and days: a model of theirs reads what is of neither. None if none does."""
    of_jobs = {*BY_JOB, "routed_job", CALENDAR, *(f"lake_{table.name}" for table in RECORDS)}
    of_slices = {*BY_JOB, CALENDAR}
    of_days = {*of_slices, *BY_SLICE, *BY_DAY}
    for names, allowed in ((sorted(BY_JOB), of_jobs), (sorted(BY_SLICE), of_slices), (sorted(BY_DAY), of_days)):
        for name in names:
            others = reads(name) - allowed
            if others:
                return f"model {name} reads {', '.join(sorted(others))}, which is not of its jobs or days alone"
    return None


@cache
def _parsed(sql: str) -> tuple[dict[str, Any], ...]:
    with duckdb.connect() as con:
        ((parsed,),) = con.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
    return tuple(_nodes(json.loads(parsed)))


def _nodes(parsed: Any) -> Iterator[dict[str, Any]]:
    if isinstance(parsed, dict):
        yield parsed
        parsed = list(parsed.values())
    if isinstance(parsed, list):
        for part in parsed:
            yield from _nodes(part)
