"""A usage question as SQL. In: the question and its conditions. Out: the text, and its values in order.

Four facts answer it. Counts need `charge` (or `charge_ended`); sums are in `usage_day`; what became of the time is in
`waste_day`, whose rows are of one bucket each; `gpu_day` is the part of `usage_day` that had GPUs, by their model. A
question that needs several of them is several questions, joined by group.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.errors import UsageError
from pipeline.metrics import METRICS, Metric
from pipeline.query import UsageQuery

BUCKET = "bucket"
GPU_MODEL = "gpu_model"
_BESIDE = {"waste": "waste_day", "gpu": "gpu_day"}
"""Facts of metrics that are not in `usage_day`, and where they are."""


def usage_sql(query: UsageQuery, condition: Sequence[str], values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The SELECT whose columns are `by` then `metrics`, ordered by `by`, and its values.

    Raises UsageError if nothing is asked for, and for a metric that is not known by bucket or GPU model.
    """
    if not query.by and not query.metrics:
        raise UsageError("nothing is asked for", "Name dimensions with --by or metrics with --metrics.")
    measures = query.measures()
    if query.asks_for(BUCKET):
        found, bound = _grouped(query, "waste_day", [_of_bucket(metric) for metric in measures], condition, values)
    elif query.asks_for(GPU_MODEL):
        found, bound = _grouped(query, "gpu_day", [_of_gpu(metric) for metric in measures], condition, values)
    else:
        found, bound = _of_several_facts(query, condition, values)
    if query.by:
        found += f" ORDER BY {', '.join(str(place + 1) for place in range(len(query.by)))}"
    return found, bound


def _of_several_facts(query: UsageQuery, condition: Sequence[str], values: Sequence[Any]) -> tuple[str, list[Any]]:
    measures = query.measures()
    parts = []
    plain = [(metric.name, metric.sql) for metric in measures if metric.fact == "usage"]
    # not every group has a row in `gpu_day`
    if plain or not measures or (query.by and any(metric.fact == "gpu" for metric in measures)):
        parts.append(_grouped(query, _fact(query, measures), plain, condition, values))
    for word, fact in _BESIDE.items():
        others = [(metric.name, metric.sql) for metric in measures if metric.fact == word]
        if others:
            parts.append(_grouped(query, fact, others, condition, values))
    bound = [value for _, some in parts for value in some]
    return (parts[0][0] if len(parts) == 1 else _joined(query, [sql for sql, _ in parts])), bound


def _fact(query: UsageQuery, measures: Sequence[Metric]) -> str:
    """Distinct jobs and attempts do not add up over the rows of the day table."""
    if any(metric.kind == "distinct" for metric in measures):
        return "charge" if query.booking == "used" else "charge_ended"
    return "usage_day"


def _grouped(
    query: UsageQuery, fact: str, measures: Sequence[tuple[str, str]], condition: Sequence[str], values: Sequence[Any]
) -> tuple[str, list[Any]]:
    selected = [f'{group.sql} AS "{group.name}"' for group in query.dimensions()]
    selected += [f'{sql} AS "{name}"' for name, sql in measures]
    holds, bound = list(condition), list(values)
    if fact.endswith("_day"):
        holds.append("booking = ?")
        bound.append(query.booking)
    sql = f"SELECT {', '.join(selected)} FROM {fact} AS fact WHERE {' AND '.join(holds)}"
    if query.by:
        sql += f" GROUP BY {', '.join(str(place + 1) for place in range(len(query.by)))}"
    return sql, bound


def _joined(query: UsageQuery, parts: Sequence[str]) -> str:
    """Every group that the first has, with the metrics in the order in which they were asked for."""
    columns = ", ".join(f'"{name}"' for name in (*query.by, *query.metrics))
    same = ", ".join(f'"{name}"' for name in query.by)
    first, *others = parts
    sql = f"SELECT {columns} FROM ({first}) AS part_0"
    for number, other in enumerate(others, start=1):
        part = f"({other}) AS part_{number}"
        sql += f" LEFT JOIN {part} USING ({same})" if query.by else f" CROSS JOIN {part}"
    return sql


def _of_bucket(metric: Metric) -> tuple[str, str]:
    if metric.bucket_sql is None:
        known = ", ".join(each.name for each in METRICS if each.bucket_sql is not None)
        raise UsageError(f"{metric.label} ({metric.name}) is not known by bucket", f"By bucket there are: {known}.")
    return metric.name, metric.bucket_sql


def _of_gpu(metric: Metric) -> tuple[str, str]:
    if metric.fact == "waste" or metric.kind == "distinct":
        known = ", ".join(each.name for each in METRICS if each.fact != "waste" and each.kind != "distinct")
        raise UsageError(
            f"{metric.label} ({metric.name}) is not known by GPU model", f"By GPU model there are: {known}."
        )
    return metric.name, metric.sql
