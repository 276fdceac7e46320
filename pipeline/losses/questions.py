"""Questions about lost hours, each as one SELECT. In: a question, its WHERE and values. Out: SQL and its values.

Workflows, sizes and waits are of jobs that left the queue on the question's days, with all of their hours; evictions
are of runs that ended on those days. The WHERE is over a fact that the SQL calls `fact`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.errors import UsageError
from pipeline.losses.sizes import size
from pipeline.query import UsageQuery

MOST_ROWS = 1_000
MOST_JOBS = 100
OCTAVE = 2
"""Bins of a size per doubling of it."""
CORE_H = 3_600_000.0
"""Milli-core-seconds of a core hour."""
Sql = tuple[str, list[Any]]
_JOBS = "(SELECT *, end_day AS day FROM listed_job) AS fact"
_WORKFLOW = "coalesce(batch_name, regexp_extract(command, '[^/]*$'), 'not named')"
"""What people call it: the batch's name (of a DAG: its file and cluster), else the executable's."""


def workflows(query: UsageQuery, condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """Workflows by wasted core hours, most first, at most MOST_ROWS: see `_ranked`."""
    return _ranked(f"{_WORKFLOW} AS workflow, {_registered(query)}", ("workflow", "project", "user"), condition, values)


def users(query: UsageQuery, condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """Users by wasted core hours, most first, at most MOST_ROWS: see `_ranked`."""
    return _ranked(_registered(query), ("project", "user"), condition, values)


def _registered(query: UsageQuery) -> str:
    return ", ".join(f'{group.sql} AS "{group.name}"' for group in query.dimensions())


def _ranked(selected: str, names: Sequence[str], condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """jobs, cpu_h, wasted_h; wasted_on: the bucket that most of it fell on, going by the largest bucket of each job;
    wasted_on_h: of the jobs that wasted most on that; ap, cluster, proc: the job of it that wasted most."""
    keys = ", ".join(f'"{name}"' for name in names)
    sql = f"""
        WITH by_bucket AS (
            SELECT
                {selected},
                wasted_on,
                count(*) AS jobs,
                sum(mcore_s) / {CORE_H} AS cpu_h,
                sum(wasted_mcore_s) / {CORE_H} AS wasted_h,
                max(wasted_mcore_s) AS most,
                arg_max({{'ap': ap, 'cluster': cluster, 'proc': proc}}, wasted_mcore_s) AS worst
            FROM {_JOBS}
            WHERE {" AND ".join(condition)}
            GROUP BY ALL
        )
        SELECT
            {keys},
            sum(jobs)::BIGINT AS jobs,
            sum(cpu_h) AS cpu_h,
            sum(wasted_h) AS wasted_h,
            sum(wasted_h) / nullif(sum(cpu_h), 0) AS wasted_share,
            arg_max(wasted_on, wasted_h) FILTER (WHERE wasted_on IS NOT NULL) AS wasted_on,
            max(wasted_h) FILTER (WHERE wasted_on IS NOT NULL) AS wasted_on_h,
            arg_max(worst, most).ap AS of_ap,
            arg_max(worst, most).cluster AS cluster,
            arg_max(worst, most).proc AS proc
        FROM by_bucket
        GROUP BY {keys}
        ORDER BY wasted_h DESC NULLS LAST, jobs DESC, {keys}
        LIMIT {MOST_ROWS}
    """
    return sql, list(values)


def _sized(of: str, condition: Sequence[str]) -> str:
    """Jobs with what they asked for and used, in the unit of `of`."""
    one = size(of)
    return f"""
        SELECT *, {one.asked} / {float(one.per_unit)} AS asked, {one.used} / {float(one.per_unit)} AS used
        FROM {_JOBS}
        WHERE {" AND ".join(condition)}
    """


def bins(of: str, condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """Jobs by what they asked for and what they used, in bins of half a doubling: asked_bin, used_bin, jobs, cpu_h.

    Bin b holds sizes from 2^(b/2) on, below that of the next. Null: not known. Nothing used is in the smallest bin of
    all, as if it were a thousandth.
    """
    sql = f"""
        SELECT
            floor(log2(nullif(asked, 0)) * {OCTAVE})::BIGINT AS asked_bin,
            CASE WHEN used IS NOT NULL THEN floor(log2(greatest(used, 0.001)) * {OCTAVE}) END::BIGINT AS used_bin,
            count(*) AS jobs,
            sum(mcore_s) / {CORE_H} AS cpu_h
        FROM ({_sized(of, condition)})
        WHERE wall_s > 0
        GROUP BY ALL
        ORDER BY ALL
    """
    return sql, list(values)


def outliers(of: str, condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """Jobs that left most of what they asked for unused, size times hours, at most MOST_JOBS: most first."""
    sql = f"""
        SELECT
            ap AS of_ap,
            cluster,
            proc,
            {_WORKFLOW} AS workflow,
            project,
            "user",
            asked,
            used,
            wall_s / 3600.0 AS wall_h,
            (asked - used) * wall_s / 3600.0 AS unused_h
        FROM ({_sized(of, condition)})
        WHERE asked > used AND wall_s > 0
        ORDER BY unused_h DESC, ap, cluster, proc
        LIMIT {MOST_JOBS}
    """
    return sql, list(values)


KIND_OF_REASON = r"""
    regexp_replace(
        regexp_replace(
            left(coalesce(attempt.vacate_reason, 'no reason was told'), 300), '"[^"]*"|\S+@\S+', '…', 'g'
        ),
        '[0-9]+', '#', 'g'
    )
"""
_COST = f"""
    count(*) AS runs,
    count(*) FILTER (WHERE vacated.outcome = 'evicted') AS evicted,
    count(*) FILTER (WHERE vacated.outcome = 'lost') AS lost,
    sum(phase.rest_s * attempt.cores_milli) / {CORE_H} AS lost_h,
    sum(phase.checkpointed_s * attempt.cores_milli) / {CORE_H} AS saved_h
"""


def _vacated(selected: str, condition: Sequence[str]) -> str:
    """Evicted and lost runs, with what is selected of the fact, and their attempts and phases."""
    return f"""
        (
            SELECT {selected} attempt_id, outcome
            FROM efficiency AS fact
            WHERE outcome IN ('evicted', 'lost') AND {" AND ".join(condition)}
        ) AS vacated
        INNER JOIN attempt USING (attempt_id)
        INNER JOIN phase USING (attempt_id)
    """


def _groups(query: UsageQuery) -> str:
    return "".join(f'{group.sql} AS "{group.name}", ' for group in query.dimensions())


def evictions(query: UsageQuery, condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """Evicted and lost runs by the question's groups: runs, lost_h (not saved by a checkpoint), saved_h; most first."""
    keys = "".join(f'vacated."{name}", ' for name in query.by)
    sql = f"""
        SELECT {keys} {_COST}
        FROM {_vacated(_groups(query), condition)}
        {"GROUP BY ALL" if query.by else ""}
        ORDER BY lost_h DESC NULLS LAST{"".join(f', vacated."{name}"' for name in query.by)}
        LIMIT {MOST_ROWS}
    """
    return sql, list(values)


def evicting_hosts(query: UsageQuery, condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """The same by host, too; `unknown` where no record names it."""
    keys = "".join(f'vacated."{name}", ' for name in query.by)
    sql = f"""
        SELECT {keys} coalesce(attempt.machine, 'unknown') AS host, {_COST}
        FROM {_vacated(_groups(query), condition)}
        GROUP BY ALL
        ORDER BY lost_h DESC NULLS LAST, host
        LIMIT {MOST_ROWS}
    """
    return sql, list(values)


def eviction_reasons(condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """The same by reason, without numbers, addresses and names in quotes; `reason` is the newest of the kind."""
    sql = f"""
        SELECT
            {KIND_OF_REASON} AS kind,
            arg_max(left(attempt.vacate_reason, 1000), attempt.end_utc) AS reason,
            {_COST}
        FROM {_vacated("", condition)}
        GROUP BY kind
        ORDER BY lost_h DESC NULLS LAST, kind
        LIMIT {MOST_ROWS}
    """
    return sql, list(values)


WAIT_CUTS = (50, 75, 95)


def waits(query: UsageQuery, condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """From submission to the first start, in hours: started, never_started, p50 ... of those that started.

    A quantile is a value that occurs: that share of the jobs waited no longer.
    """
    groups = _groups(query)
    ordered = f"ORDER BY {', '.join(str(place + 1) for place in range(len(query.by)))}" if query.by else ""
    cuts = ", ".join(f"quantile_disc(wait_s, {cut / 100}) / 3600.0 AS p{cut}" for cut in WAIT_CUTS)
    sql = f"""
        SELECT
            {groups}
            count(wait_s) AS started,
            count(*) - count(wait_s) AS never_started,
            {cuts},
            max(wait_s) / 3600.0 AS longest_h
        FROM (
            SELECT *, CASE WHEN first_start_utc >= submit_utc THEN first_start_utc - submit_utc END AS wait_s
            FROM {_JOBS}
        ) AS fact
        WHERE {" AND ".join(condition)}
        {"GROUP BY ALL" if query.by else ""}
        {ordered}
    """
    return sql, list(values)


_BY_GROUP: Mapping[str, Callable[[UsageQuery, Sequence[str], Sequence[Any]], Sql]] = {
    "workflows": workflows,
    "users": users,
    "evictions": evictions,
    "evicting_hosts": evicting_hosts,
    "waits": waits,
}
_OF_SIZE: Mapping[str, Callable[[str, Sequence[str], Sequence[Any]], Sql]] = {"bins": bins, "outliers": outliers}
"""What is asked of memory, cores or disk: `bins of memory`."""


def losses_sql(what: str, query: UsageQuery, condition: Sequence[str], values: Sequence[Any]) -> Sql:
    """The SELECT of a question by its name: `workflows`, `bins of memory`, ... Raises UsageError for an unknown one."""
    if query.asks_for("bucket") or query.asks_for("gpu_model"):
        raise UsageError("this is not known by bucket or GPU model", "Leave `bucket` and `gpu_model` out.")
    name, _, of = what.partition(" of ")
    if name in _OF_SIZE:
        return _OF_SIZE[name](of, condition, values)
    if what == "eviction_reasons":
        return eviction_reasons(condition, values)
    if what in _BY_GROUP:
        return _BY_GROUP[what](query, condition, values)
    raise UsageError(f"there is no question {what!r}", f"Known: {', '.join((*_BY_GROUP, *_OF_SIZE))}.")
