"""Which tables a model reads, as DuckDB's own parser sees its SQL."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from pipeline.build import model_sql
from pipeline.models import BY_DAY, BY_JOB
from pipeline.schema import ATTEMPT_RECORD, JOB, QUEUE_JOB

RECORDS = (JOB, ATTEMPT_RECORD, QUEUE_JOB)
"""What models of jobs are made of, besides the calendar and `routed_job`."""


@cache
def reads(model: str) -> frozenset[str]:
    """Names of the tables and models that the model is made of."""
    with duckdb.connect() as con:
        ((parsed,),) = con.execute("SELECT json_serialize_sql(?)", [model_sql(model)]).fetchall()
    nodes = list(_nodes(json.loads(parsed)))
    tables = {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"}
    within = {entry["key"] for node in nodes for entry in (node.get("cte_map") or {}).get("map", ())}
    return frozenset(tables - within)


@cache
def unsound_model() -> str | None:
    """Why cubes cannot be renewed: a model of jobs or days reads what is of neither. None if none does."""
    of_jobs = {*BY_JOB, "routed_job", "calendar", *(f"lake_{table.name}" for table in RECORDS)}
    for names, allowed in ((sorted(BY_JOB), of_jobs), (sorted(BY_DAY), {*BY_JOB, "calendar"})):
        for name in names:
            others = reads(name) - allowed
            if others:
                return f"model {name} reads {', '.join(sorted(others))}, which is not of its jobs or days alone"
    return None


def _nodes(parsed: Any) -> Iterator[dict[str, Any]]:
    if isinstance(parsed, dict):
        yield parsed
        parsed = list(parsed.values())
    if isinstance(parsed, list):
        for part in parsed:
            yield from _nodes(part)
