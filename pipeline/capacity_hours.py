"""The question what a pool offered over time, what of it was claimed, and what attempts used, as SQL with its values.

Backfill slots offer the same cores a second time: they are a column of their own and in no other.
"""

from collections.abc import Sequence
from datetime import date

from pipeline.errors import UsageError
from pipeline.pool_now import Question

BY = {
    "pool": "pool",
    "day": "strftime(day, '%Y-%m-%d')",
    "month": "strftime(day, '%Y-%m')",
    "site": "site",
    "resource": "resource",
}
"""By what offered and used hours can be put side by side: column -> SQL over `capacity_day` and over `usage_day`."""


def capacity_hours(
    by: Sequence[str],
    pools: Sequence[str],
    first: date | None,
    last: date | None,
    *,
    sees_all: bool,
    usage: str = "usage_day",
) -> Question:
    """Core and GPU hours offered, claimed and used on those days, by those columns. Raises UsageError for another one.

    used: attempts in the pool, as used. claimed_unused: claimed, and no attempt known (negative: attempts on slots that
    no picture shows). For who does not see all projects what is used is unknown (null).
    usage: `usage_day`, or the roll-up of it that has sites.
    """
    unknown = [name for name in by if name not in BY]
    if unknown:
        raise UsageError(f"capacity over time has no {unknown[0]!r}", f"Known: {', '.join(BY)}.")
    groups = "".join(f'{BY[name]} AS "{name}", ' for name in by)
    names = "".join(f'"{name}", ' for name in by)
    days, values = "", list[object]()
    for bound, day in ((" AND day >= ?", first), (" AND day <= ?", last)):
        if day is not None:
            days += bound
            values.append(day)
    used = "" if sees_all else " AND false"
    sql = f"""
        WITH put AS (
            SELECT
                {groups}
                CASE WHEN NOT is_backfill THEN mcore_s END AS offered_mcore_s,
                CASE WHEN NOT is_backfill AND state = 'claimed' THEN mcore_s END AS claimed_mcore_s,
                NULL::BIGINT AS used_mcore_s,
                CASE WHEN is_backfill THEN mcore_s END AS backfill_mcore_s,
                CASE WHEN NOT is_backfill THEN gpu_s END AS offered_gpu_s,
                CASE WHEN NOT is_backfill AND state = 'claimed' THEN gpu_s END AS claimed_gpu_s,
                NULL::BIGINT AS used_gpu_s
            FROM capacity_day WHERE list_contains(?, pool){days}
            UNION ALL BY NAME
            SELECT {groups} mcore_s AS used_mcore_s, gpu_s AS used_gpu_s
            FROM {usage}
            WHERE booking = 'used' AND venue = 'pool' AND list_contains(?, pool){days}{used}
        ), summed AS (
            SELECT {names} {", ".join(f"sum({fact}) AS {fact}" for fact in _FACTS)} FROM put GROUP BY ALL
        )
        SELECT
            {names}
            offered_mcore_s / 3600000 AS offered_cpu_h,
            claimed_mcore_s / 3600000 AS claimed_cpu_h,
            used_mcore_s / 3600000 AS used_cpu_h,
            (claimed_mcore_s - used_mcore_s) / 3600000 AS claimed_unused_cpu_h,
            backfill_mcore_s / 3600000 AS backfill_cpu_h,
            offered_gpu_s / 3600 AS offered_gpu_h,
            claimed_gpu_s / 3600 AS claimed_gpu_h,
            used_gpu_s / 3600 AS used_gpu_h
        FROM summed
        ORDER BY {names} offered_cpu_h
    """
    return sql, [list(pools), *values, list(pools), *values]


_FACTS = (
    "offered_mcore_s",
    "claimed_mcore_s",
    "used_mcore_s",
    "backfill_mcore_s",
    "offered_gpu_s",
    "claimed_gpu_s",
    "used_gpu_s",
)
