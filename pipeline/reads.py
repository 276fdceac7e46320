"""What a model reads, as DuckDB's own parser sees its SQL: tables, and names of columns."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from pipeline.models import BY_DAY, BY_JOB, BY_SLICE
from pipeline.rules import model_sql
from pipeline.schema import ATTEMPT_RECORD, JOB, QUEUE_JOB, Table

RECORDS = (JOB, ATTEMPT_RECORD, QUEUE_JOB)
"""What models of jobs are made of, besides the calendar and `routed_job`."""


@cache
def reads(model: str) -> frozenset[str]:
    """Names of the tables and models that the model is made of."""
    nodes = _parsed(model)
    tables = {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"}
    within = {entry["key"] for node in nodes for entry in (node.get("cte_map") or {}).get("map", ())}
    return frozenset(tables - within)


@cache
def read_by_job(table: Table) -> tuple[str, ...]:
    """Columns of a table of RECORDS that any model of jobs names; it can do without the others."""
    nodes = [node for model in BY_JOB for node in _parsed(model)]
    named = {name for node in nodes for name in node.get("column_names", ())}
    named |= {name for node in nodes for name in node.get("using_columns", ())}
    return tuple(column.name for column in table.columns if column.name in named)


@cache
def unsound_model() -> str | None:
    """Why cubes cannot be made by jobs and days: a model of theirs reads what is of neither. None if none does."""
    of_jobs = {*BY_JOB, "routed_job", "calendar", *(f"lake_{table.name}" for table in RECORDS)}
    of_slices = {*BY_JOB, "calendar"}
    of_days = {*of_slices, *BY_SLICE, *BY_DAY}
    for names, allowed in ((sorted(BY_JOB), of_jobs), (sorted(BY_SLICE), of_slices), (sorted(BY_DAY), of_days)):
        for name in names:
            others = reads(name) - allowed
            if others:
                return f"model {name} reads {', '.join(sorted(others))}, which is not of its jobs or days alone"
    return None


@cache
def _parsed(model: str) -> tuple[dict[str, Any], ...]:
    with duckdb.connect() as con:
        ((parsed,),) = con.execute("SELECT json_serialize_sql(?)", [model_sql(model)]).fetchall()
    return tuple(_nodes(json.loads(parsed)))


def _nodes(parsed: Any) -> Iterator[dict[str, Any]]:
    if isinstance(parsed, dict):
        yield parsed
        parsed = list(parsed.values())
    if isinstance(parsed, list):
        for part in parsed:
            yield from _nodes(part)
