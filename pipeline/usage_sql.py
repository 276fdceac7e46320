"""A usage question as SQL. In: the question, its conditions, the cube's tables. Out: the text, and its values in order.

Sums are in `usage_day`; what became of the time is in `waste_day`, whose rows are of one bucket each; `gpu_day` is the
part of `usage_day` that had GPUs, by their model; distinct jobs and attempts: see `serving.counts`. Of each fact the
smallest roll-up that has the answer is asked. A question that needs several is several questions, joined by group.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.metrics import METRICS, Metric
from pipeline.query import UsageQuery
from pipeline.serving import counts
from pipeline.serving.rollups import smallest

BUCKET = "bucket"
GPU_MODEL = "gpu_model"


@dataclass(frozen=True)
class Asked:
    """A question, the WHERE that its conditions come to, the values of that, and the tables that can be asked."""

    query: UsageQuery
    condition: Sequence[str]
    values: Sequence[Any]
    tables: frozenset[str]

    @property
    def is_counted(self) -> bool:
        """True if distinct jobs and attempts can be told without looking at each charge."""
        return self.tables >= counts.TABLES

    @property
    def groups(self) -> str:
        """The question's dimensions as a select list, with a comma behind each."""
        return "".join(f'{group.sql} AS "{group.name}", ' for group in self.query.dimensions())

    @property
    def by(self) -> str:
        """GROUP BY the question's dimensions, if it has any; they come first in what is selected."""
        if not self.query.by:
            return ""
        return f" GROUP BY {', '.join(str(place + 1) for place in range(len(self.query.by)))}"

    @property
    def where(self) -> str:
        return " AND ".join(self.condition)


@dataclass(frozen=True)
class Part:
    """One SELECT by the question's groups, the metrics that it has, and its values."""

    sql: str
    names: tuple[str, ...]
    values: tuple[Any, ...]


def usage_sql(
    query: UsageQuery, condition: Sequence[str], values: Sequence[Any], tables: frozenset[str] = frozenset()
) -> tuple[str, list[Any]]:
    """The SELECT whose columns are `by` then `metrics`, ordered by `by`, and its values.

    tables   roll-ups that the cube has: any of them may be asked instead of a fact
    Raises UsageError if nothing is asked for, and for a metric that is not known by bucket or GPU model.
    """
    if not query.by and not query.metrics:
        raise UsageError("nothing is asked for", "Name dimensions with --by or metrics with --metrics.")
    asked, measures = Asked(query, condition, values, tables), query.measures()
    if query.asks_for(BUCKET):
        parts = [_sums(asked, smallest("waste_day", query.columns, tables), [_of_bucket(each) for each in measures])]
    elif query.asks_for(GPU_MODEL):
        parts = [_sums(asked, "gpu_day", [_of_gpu(each) for each in measures])]
    else:
        parts = list(_of_several_facts(asked, measures))
    found = parts[0].sql if len(parts) == 1 else _joined(query, parts)
    if query.by:
        found += f" ORDER BY {', '.join(str(place + 1) for place in range(len(query.by)))}"
    return found, [value for part in parts for value in part.values]


def _of_several_facts(asked: Asked, measures: Sequence[Metric]) -> list[Part]:
    """The first has every group that there is."""
    query, tables = asked.query, asked.tables
    distinct = [metric for metric in measures if metric.kind == "distinct"]
    plain = [metric for metric in measures if metric.fact == "usage" and metric.kind != "distinct"]
    waste = [(metric.name, metric.sql) for metric in measures if metric.fact == "waste"]
    gpu = [(metric.name, metric.sql) for metric in measures if metric.fact == "gpu"]
    parts = []
    # not every group has a row in `gpu_day`
    if plain or distinct or not measures or (query.by and gpu):
        parts += _usage(asked, [metric for metric in measures if metric.fact == "usage"])
    if waste:
        parts.append(_sums(asked, smallest("waste_day", query.columns, tables), waste))
    if gpu:
        parts.append(_sums(asked, "gpu_day", gpu))
    return parts


def _usage(asked: Asked, measures: Sequence[Metric]) -> list[Part]:
    """Sums and counts of charges: what adds up, then what has to be counted."""
    query = asked.query
    distinct = [metric for metric in measures if metric.kind == "distinct"]
    table = smallest("usage_day", query.columns, asked.tables)
    if not distinct:
        return [_sums(asked, table, [(metric.name, metric.sql) for metric in measures])]
    if not asked.is_counted:  # sums are in the charges, too
        fact = "charge" if query.booking == "used" else "charge_ended"
        parts = [_sums(asked, fact, [(metric.name, counts.of_charges(metric)) for metric in measures])]
        return parts + ([_of_summaries(asked)] if "imported" in asked.tables and "jobs" in query.metrics else [])
    selected = [(each.name, counts.adding_up(each) if each in distinct else each.sql) for each in measures]
    parts = [_sums(asked, counts.WHOLE if table == "usage_day" else table, selected)]
    if query.booking == "used":
        parts.append(_several(asked, distinct))
    return parts


def _sums(asked: Asked, table: str, measures: Sequence[tuple[str, str]]) -> Part:
    selected = asked.groups + "".join(f'{sql} AS "{name}", ' for name, sql in measures)
    condition, values = asked.where, list(asked.values)
    if not table.startswith("charge"):
        condition += " AND booking = ?"
        values.append(asked.query.booking)
    sql = f"SELECT {selected.removesuffix(', ')} FROM {table} AS fact WHERE {condition}{asked.by}"
    return Part(sql, tuple(name for name, _ in measures), tuple(values))


def _several(asked: Asked, measures: Sequence[Metric]) -> Part:
    """Jobs and attempts with several charges, each once a group."""
    table = smallest("itinerary", asked.query.columns, asked.tables)
    kinds = [counts.KINDS[metric.name] for metric in measures]
    inner = f"SELECT DISTINCT {asked.groups}{counts.row_of(table)} FROM {table} AS fact WHERE {asked.where}"
    inner += " AND list_contains(?, what)"
    names = "".join(f'"{name}", ' for name in asked.query.by)
    counted = ", ".join(f'{counts.several(metric)} AS "{metric.name}"' for metric in measures)
    sql = f"SELECT {names}{counted} FROM ({inner}){asked.by}"
    return Part(sql, tuple(metric.name for metric in measures), (*asked.values, kinds))


def _of_summaries(asked: Asked) -> Part:
    """Jobs of imported summaries, each row of which stands for several."""
    return _sums(asked, "imported", [("jobs", "sum(jobs)::BIGINT")])


def _joined(query: UsageQuery, parts: Sequence[Part]) -> str:
    """Every group that the first has, with the metrics in the order in which they were asked for.

    A metric that two parts have is the sum of both: of jobs and attempts that add up, and of those that do not.
    """
    selected = [f'"{name}"' for name in query.by]
    for name in query.metrics:
        columns = [f'part_{place}."{name}"' for place, part in enumerate(parts) if name in part.names]
        added = " + ".join(f"coalesce({column}, 0)" for column in columns)
        selected.append(f'{columns[0] if len(columns) == 1 else added} AS "{name}"')
    same = ", ".join(f'"{name}"' for name in query.by)
    sql = f"SELECT {', '.join(selected)} FROM ({parts[0].sql}) AS part_0"
    for place, part in enumerate(parts[1:], start=1):
        beside = f"({part.sql}) AS part_{place}"
        sql += f" LEFT JOIN {beside} USING ({same})" if query.by else f" CROSS JOIN {beside}"
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
