"""How efficiencies are spread: quantiles of attempts, by any dimension. In: a question. Out: SQL and its values.

A quantile is a value that occurs: at or below it lies that share of the weight. What was not measured is in none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.query import UsageQuery

QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Spread:
    """One distribution: the column of `efficiency`, what weighs it, and what its stored numbers are divided by."""

    name: str
    label: str
    unit: str
    weighed_by: str
    doc: str
    value: str
    weight: str
    scale: int


SPREADS: tuple[Spread, ...] = (
    Spread(
        "cpu",
        "CPU efficiency",
        "%",
        "core hours",
        "CPU time per core time of each attempt that reported it, weighed by its core hours.",
        "cpu_permille",
        "core_us",
        1000,
    ),
    Spread(
        "memory",
        "Memory peak per request",
        "%",
        "memory hours asked for",
        "Peak memory per memory asked for of each attempt that measured it, weighed by the memory hours asked for.",
        "memory_permille",
        "memory_mib_s",
        1000,
    ),
    Spread(
        "wall",
        "Wall time of an attempt",
        "h",
        "attempts",
        "Wall time of each attempt; every attempt counts once.",
        "wall_s",
        "1",
        3600,
    ),
)


def spread(name: str) -> Spread:
    """The distribution of that name; UsageError if there is none."""
    for known in SPREADS:
        if known.name == name:
            return known
    raise UsageError(f"there is no distribution {name!r}", f"Known: {', '.join(known.name for known in SPREADS)}.")


def spread_sql(query: UsageQuery, of: Spread, condition: Sequence[str], values: Sequence[Any]) -> tuple[str, list[Any]]:
    """One row a group, ordered by `by`: its columns, `attempts`, `measured`, and p5 ... p95.

    attempts: those that ended on those days; measured: those of them that are in the quantiles. Null: none was.
    Raises UsageError for buckets.
    """
    if query.asks_for("bucket"):
        raise UsageError("an attempt is in several buckets", "Leave `bucket` out: efficiencies are of whole attempts.")
    groups = "".join(f'{group.sql} AS "{group.name}", ' for group in query.dimensions())
    names = "".join(f'"{name}", ' for name in query.by)
    parted = f"PARTITION BY {names.rstrip(', ')} " if names else ""
    ordered = f" ORDER BY {', '.join(str(place + 1) for place in range(len(query.by)))}" if query.by else ""
    cuts = ", ".join(
        f"min(value) FILTER (WHERE up_to * 100 >= whole * {cut}) / {float(of.scale)} AS p{cut}" for cut in QUANTILES
    )
    sql = f"""
        WITH
        valued AS (
            SELECT {groups}{of.value} AS value, count(*) AS attempts, sum({of.weight}) AS weight
            FROM efficiency AS fact
            WHERE {" AND ".join(condition)}
            GROUP BY ALL
        ),
        ranked AS (
            SELECT
                *,
                CASE WHEN value IS NOT NULL THEN sum(weight) FILTER (WHERE value IS NOT NULL) OVER upwards END AS up_to,
                sum(weight) FILTER (WHERE value IS NOT NULL) OVER ({parted}) AS whole
            FROM valued
            WINDOW upwards AS ({parted}ORDER BY value NULLS LAST)
        )
        SELECT
            {names}
            sum(attempts)::BIGINT AS attempts,
            coalesce(sum(attempts) FILTER (WHERE value IS NOT NULL), 0)::BIGINT AS measured,
            {cuts}
        FROM ranked
        {"GROUP BY " + names.rstrip(", ") if names else ""}
        {ordered}
    """
    return sql, list(values)
