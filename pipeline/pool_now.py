"""Questions about the present to the cube, as SQL with its values: queue, capacity, GPUs, pilots beside payload.

The pools, and the projects if not all, are those that the viewer may see; `Cube` decides that and runs the SQL.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from pipeline.errors import UsageError

Question = tuple[str, list[Any]]
QUEUE_BY = ("pool", "ap", "venue", "project", "user", "status", "hold_code")
"""By what the queue can be grouped."""


def queue(by: Sequence[str], pools: Sequence[str], projects: Iterable[str] | None) -> Question:
    """Jobs in the queue when last asked, by those columns; `projects` None means all.

    Jobs, cores and GPUs asked for and held, and the usage so far of running jobs, which is provisional. Raises
    UsageError for a column that the queue is not kept by.
    """
    unknown = [name for name in by if name not in QUEUE_BY]
    if unknown:
        raise UsageError(f"the queue has no {unknown[0]!r}", f"Known: {', '.join(QUEUE_BY)}.")
    names = "".join(f'"{name}", ' for name in by)
    condition, values = "list_contains(?, pool)", [list(pools)]
    if projects is not None:
        condition += " AND list_contains(?, project)"
        values.append(sorted(projects))
    sql = f"""
        SELECT
            {names}
            sum(jobs)::BIGINT AS jobs,
            sum(cores_asked_milli) / 1000 AS cores_asked,
            sum(cores_held_milli) / 1000 AS cores_held,
            sum(gpus_asked)::BIGINT AS gpus_asked,
            sum(gpus_held)::BIGINT AS gpus_held,
            sum(provisional_jobs)::BIGINT AS provisional_jobs,
            sum(provisional_mcore_s) / 3600000 AS provisional_cpu_h,
            sum(provisional_gpu_s) / 3600 AS provisional_gpu_h,
            min(since_utc) AS since_utc,
            min(hold_reason) AS hold_reason,
            min(seen_utc) AS seen_utc
        FROM queue_now WHERE {condition}
        GROUP BY ALL ORDER BY {names} jobs
    """
    return sql, values


def capacity(by: Sequence[str], pools: Sequence[str]) -> Question:
    """Cores and memory that pools offer now, by those columns of the model `capacity`; backfill slots apart."""
    unknown = [name for name in by if name not in CAPACITY_BY]
    if unknown:
        raise UsageError(f"capacity has no {unknown[0]!r}", f"Known: {', '.join(CAPACITY_BY)}.")
    names = "".join(f'"{name}", ' for name in by)
    sql = f"""
        SELECT
            {names}
            sum(slots)::BIGINT AS slots,
            sum(cores_milli) / 1000 AS cores,
            sum(memory_mib) / 1024 AS memory_gib,
            max(seen_utc) AS seen_utc
        FROM capacity WHERE list_contains(?, pool)
        GROUP BY ALL ORDER BY {names} cores
    """
    return sql, [list(pools)]


CAPACITY_BY = ("pool", "origin", "is_backfill", "site", "resource", "state")
"""By what capacity can be grouped."""


def gpus(pools: Sequence[str]) -> Question:
    """GPUs that pools offer now, by model, site and state; backfill slots apart."""
    sql = """
        SELECT pool, origin, is_backfill, site, gpu_model, state, gpus, seen_utc
        FROM capacity_gpu WHERE list_contains(?, pool)
        ORDER BY pool, is_backfill, gpu_model, site, state
    """
    return sql, [list(pools)]


def site_hours(pools: Sequence[str], projects: Iterable[str] | None, first: date | None, last: date | None) -> Question:
    """Core hours of payload and of pilots, as used on those days, and of running jobs so far, by pool and site.

    What running payload has used so far is provisional, and of now, whatever the days. Null where there is nothing.
    """
    condition, values = "list_contains(?, pool)", [list(pools)]
    if projects is not None:
        condition += " AND list_contains(?, project)"
        values.append(sorted(projects))
    now, now_values = condition, list(values)
    for bound, day in (("day >= ?", first), ("day <= ?", last)):
        if day is not None:
            condition += f" AND {bound}"
            values.append(day)  # type: ignore[arg-type]
    sql = f"""
        WITH used AS (
            SELECT pool, site, payload_mcore_s, pilot_mcore_s, NULL::BIGINT AS running_mcore_s
            FROM pilot_day WHERE {condition}
            UNION ALL
            SELECT pool, site, NULL, NULL, mcore_s FROM provisional WHERE {now} AND venue = 'pool'
        )
        SELECT
            pool,
            site,
            sum(payload_mcore_s) / 3600000 AS payload_cpu_h,
            sum(pilot_mcore_s) / 3600000 AS pilot_cpu_h,
            sum(running_mcore_s) / 3600000 AS provisional_cpu_h
        FROM used
        GROUP BY ALL
        HAVING coalesce(payload_cpu_h, pilot_cpu_h, provisional_cpu_h) IS NOT NULL
        ORDER BY pool, site
    """
    return sql, [*values, *now_values]


def negotiation(pools: Sequence[str]) -> Question:
    """Negotiation cycles of the last day, by negotiator, the newest first: see the model `negotiation`."""
    sql = """
        SELECT * FROM negotiation WHERE list_contains(?, pool)
        ORDER BY pool, negotiator, cycle_end_utc DESC
    """
    return sql, [list(pools)]


def idle_sizes(pools: Sequence[str], projects: Iterable[str] | None) -> Question:
    """Idle jobs by what each asks for; null where a request is an expression or absurd. `projects` None means all."""
    condition, values = "list_contains(?, pool)", [list(pools)]
    if projects is not None:
        condition += " AND list_contains(?, project)"
        values.append(sorted(projects))
    sql = f"""
        SELECT
            request_cpus_milli,
            request_memory_mib,
            request_gpus,
            sum(jobs)::BIGINT                           AS jobs,
            min(oldest_submit_utc)                      AS oldest_submit_utc
        FROM idle_group WHERE {condition}
        GROUP BY ALL ORDER BY ALL
    """
    return sql, values


def slot_sizes(pools: Sequence[str]) -> Question:
    """Slots by what is free in each now, and by what it has in all; those that a match could be made with: is_free."""
    sql = """
        SELECT
            is_free,
            is_partitionable,
            cpus_milli,
            memory_mib,
            coalesce(gpus, 0)                           AS gpus,
            total_cpus_milli,
            total_memory_mib,
            coalesce(total_gpus, 0)                     AS total_gpus,
            count(*)                                    AS slots
        FROM slot_offer WHERE list_contains(?, pool)
        GROUP BY ALL ORDER BY ALL
    """
    return sql, [list(pools)]


def glideins(pools: Sequence[str]) -> Question:
    """Startds of the pool now by site, CE and factory entry, with their cores; those with a site are glideins."""
    sql = """
        SELECT
            pool,
            coalesce(site, 'unattributed')              AS site,
            lower(regexp_extract(gatekeeper, '^([A-Za-z0-9.-]+)', 1)) AS ce,
            glidein_entry,
            count(DISTINCT startd)                      AS startds,
            count(DISTINCT machine)                     AS machines,
            sum(total_cpus_milli) / 1000                AS cores,
            count(DISTINCT startd) FILTER (WHERE is_free AND cpus_milli = total_cpus_milli) AS empty,
            max(seen_utc)                               AS seen_utc
        FROM slot_offer WHERE list_contains(?, pool)
        GROUP BY ALL ORDER BY ALL
    """
    return sql, [list(pools)]
