"""Questions about the jobs that are to be recovered: to the cube and to the lake's tables, as SQL with its values.

Of the cube: jobs that left the queue, with their runs and how these failed; of the lake: who is in the queue, and the
bytes of final ads.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from pipeline.lake import Lake, scan
from pipeline.lake_errors import lake_errors
from pipeline.recover.asked import Asked
from pipeline.recover.parts import Job
from pipeline.schema import ARCHIVE, COVERAGE, JOB, QUEUE_JOB, Table

Row = dict[str, Any]
Question = tuple[str, list[Any]]
AT_A_TIME = 2_000
"""Records whose bytes are in memory at once."""
HELD = 5
MOST_QUEUED = 10_000
_SUCCEEDED = (
    "(status = 4 AND NOT coalesce(exit_by_signal, false) "
    "AND coalesce(exit_code = coalesce(success_exit_code, 0), false))"
)
"""Over the model `job`, and over the lake's table of final ads, of which many do not say what success is."""
_OWN = "venue NOT IN ('pilot', 'routed')"


def ended(condition: str, values: Sequence[Any], limit: int) -> Question:
    """Jobs for which that holds, over `job`, by cluster and user: how many, how many succeeded, the last end."""
    sql = f"""
        SELECT
            pool, ap, cluster, coalesce("user", 'unknown') AS "user", min(coalesce(project, 'unmapped')) AS project,
            count(*) AS jobs, count(*) FILTER (WHERE {_SUCCEEDED}) AS succeeded, max(end_utc) AS end_utc
        FROM job
        WHERE {_OWN} AND {condition}
        GROUP BY pool, ap, cluster, "user"
        ORDER BY pool, ap, cluster, "user"
        LIMIT {limit}
    """
    return sql, list(values)


def job_ids(condition: str, values: Sequence[Any]) -> Question:
    """The ids of those jobs."""
    return f"SELECT job_id::VARCHAR AS job_id FROM job WHERE {_OWN} AND {condition}", list(values)


def jobs(condition: str, values: Sequence[Any], limit: int, *, all_of_them: bool = False) -> Question:
    """Those of the jobs that have no success, or all, with how their last run ended and what all of them took.

    lost_mcore_s is null where the time or the size of a run is not known.
    """
    which = "true" if all_of_them else f"NOT {_SUCCEEDED}"
    sql = f"""
        WITH
        chosen AS (
            SELECT *, {_SUCCEEDED} AS succeeded
            FROM job
            WHERE {_OWN} AND {which} AND {condition}
            ORDER BY ap, cluster, proc, submit_utc
            LIMIT {limit}
        ),
        runs AS (
            SELECT
                job_id,
                count(*)                                AS attempts,
                CASE WHEN count(wall_s * cores_milli) = count(*) THEN sum(wall_s * cores_milli) END::BIGINT
                    AS lost_mcore_s,
                max_by({{
                    'outcome': outcome, 'hold_reason': hold_reason, 'vacate_reason': vacate_reason,
                    'memory_mib': memory_mib, 'failure': failure, 'signature': signature
                }}, run_instance)                        AS last
            FROM attempt
            LEFT JOIN (SELECT attempt_id, failure, signature FROM failure) USING (attempt_id)
            WHERE job_id IN (SELECT job_id FROM chosen)
            GROUP BY job_id
        )
        SELECT
            job.pool, job.ap, job.cluster, job.proc, job.job_id::VARCHAR AS job_id, job.global_job_id, job.record_id,
            coalesce(job."user", 'unknown') AS "user", coalesce(job.project, 'unmapped') AS project, job.status,
            job.exit_code, job.exit_by_signal, job.remove_reason, job.hold_reason, job.submit_utc, job.status_utc,
            job.memory_used_mib, job.request_memory_mib, job.memory_mib, job.disk_used_kib, job.request_disk_kib,
            job.succeeded, coalesce(runs.attempts, 0) AS attempts,
            CASE WHEN runs.attempts IS NULL THEN 0 ELSE runs.lost_mcore_s END AS lost_mcore_s,
            runs.last.outcome AS last_outcome, runs.last.hold_reason AS run_hold_reason,
            runs.last.vacate_reason AS run_vacate_reason, runs.last.failure AS run_failure,
            runs.last.signature AS run_signature, runs.last.memory_mib AS run_memory_mib
        FROM chosen AS job
        LEFT JOIN runs USING (job_id)
        ORDER BY job.ap, job.cluster, job.proc, job.submit_utc
    """
    return sql, list(values)


def job_of(row: Row) -> Job:
    """The job of a row of `jobs`."""
    lost = row["lost_mcore_s"]
    hours = None if lost is None else lost / 3_600_000
    place = (row["ap"], row["cluster"], row["proc"])
    return Job(*place, row["user"], row["project"], row["global_job_id"], row["attempts"], hours)


def clusters(rows: Iterable[Row]) -> Question:
    """What is known of the clusters of those jobs: jobs without a final ad, and how many there should be."""
    places = sorted({(row["pool"], row["ap"], row["cluster"]) for row in rows})
    sql = """
        SELECT
            pool, ap, cluster, count(*) AS seen,
            list(proc ORDER BY proc) FILTER (WHERE NOT has_ended) AS open_procs,
            max(cluster_jobs) AS cluster_jobs, bool_or(is_materialized) AS is_late, max(made_jobs) AS made_jobs
        FROM seen_job
        WHERE (pool, ap, cluster) IN (SELECT unnest(?), unnest(?), unnest(?))
        GROUP BY ALL
        ORDER BY ALL
    """
    columns = [list(each) for each in zip(*places, strict=True)] or [[], [], []]
    return sql, columns


def over(ids: Sequence[str]) -> Question:
    """Those of the jobs (GlobalJobIds) that have a final ad."""
    return "SELECT global_job_id FROM job WHERE global_job_id IN (SELECT unnest(?::VARCHAR[]))", [list(ids)]


def condition(asked: Asked) -> tuple[str, list[Any]]:
    """The WHERE of a cluster or a batch, over a fact with ap, cluster, batch_name, pool and user."""
    if asked.batch is not None:
        sql, values = "batch_name = ?", [asked.batch]
    else:
        assert asked.cluster is not None
        sql, values = asked.cluster.sql
    if asked.pool is not None:
        sql, values = f"{sql} AND pool = ?", [*values, asked.pool]
    if asked.user is not None:
        sql, values = f'{sql} AND "user" = ?', [*values, asked.user]
    return sql, values


def of_dag(lake: Lake, asked: Asked) -> list[Row]:
    """Record ids of final ads of the DAG's node jobs, with their nodes, and of its own job (`dag_node` null)."""
    ids = asked.dag
    assert ids is not None
    sql = f"""
        SELECT pool, ap, record_id, dag_node, dag_cluster
        FROM {scan(JOB, "$files")}
        WHERE (dag_cluster = $cluster OR (cluster = $cluster AND proc = 0 AND universe = 7))
            AND ($ap IS NULL OR ap = $ap OR split_part(ap, '.', 1) = $ap) AND ($pool IS NULL OR pool = $pool)
    """
    return _ask(lake, JOB, sql, {"cluster": ids.cluster, "ap": ids.ap, "pool": asked.pool})


def queued(lake: Lake, asked: Asked) -> list[Row]:
    """Jobs that were in the queue when it was last asked, with its time: held ones first, at most MOST_QUEUED."""
    sql = f"""
        SELECT
            pool, ap, cluster, proc, global_job_id, status, hold_code, hold_subcode, hold_reason, seen_utc, project,
            "user", memory_used_mib, request_memory_mib, request_disk_kib
        FROM {scan(QUEUE_JOB, "$files")}
        WHERE ($pool IS NULL OR pool = $pool) AND ($user IS NULL OR "user" = $user)
            AND ($ap IS NULL OR ap = $ap OR split_part(ap, '.', 1) = $ap)
            AND (
                ($batch IS NOT NULL AND batch_name = $batch)
                OR ($dag IS NOT NULL AND (dag_cluster = $dag OR cluster = $dag))
                OR ($cluster IS NOT NULL AND cluster = $cluster)
            )
        QUALIFY seen_utc = max(seen_utc) OVER (PARTITION BY pool, ap)
        ORDER BY status <> {HELD}, ap, cluster, proc
        LIMIT {MOST_QUEUED}
    """
    ids = asked.dag or asked.cluster
    values = {
        "pool": asked.pool,
        "user": asked.user,
        "batch": asked.batch,
        "ap": ids.ap if ids else None,
        "dag": asked.dag.cluster if asked.dag else None,
        "cluster": asked.cluster.cluster if asked.cluster else None,
    }
    return _ask(lake, QUEUE_JOB, sql, values)


def taking_the_place_of(lake: Lake, ids: list[str]) -> list[Row]:
    """Jobs that say they take the place of those (GlobalJobIds); `is_good`: they succeeded, or are in the queue."""
    ended = f"""
        SELECT
            ap, cluster, proc, global_job_id, recovers,
            {_SUCCEEDED} AS is_good,
            'succeeded' AS what
        FROM {scan(JOB, "$files")} WHERE recovers IN (SELECT unnest($ids))
    """
    waiting = f"""
        SELECT ap, cluster, proc, global_job_id, recovers, true AS is_good, 'is in the queue' AS what
        FROM {scan(QUEUE_JOB, "$files")} WHERE recovers IN (SELECT unnest($ids))
    """
    queued_now = _ask(lake, QUEUE_JOB, waiting, {"ids": ids})
    done = _ask(lake, JOB, ended, {"ids": ids})
    over = {row["global_job_id"] for row in done}
    return [*(row for row in queued_now if row["global_job_id"] not in over), *done]


def queue_seen(lake: Lake, pool: str, ap: str) -> int | None:
    """When the queue of that access point was last asked, in Unix seconds; None if never."""
    values = {"pool": pool, "ap": ap}
    where = "pool = $pool AND ap = $ap"
    jobs = _ask(lake, QUEUE_JOB, f"SELECT max(seen_utc) AS utc FROM {scan(QUEUE_JOB, '$files')} WHERE {where}", values)
    sql = f"SELECT max(to_utc) AS utc FROM {scan(COVERAGE, '$files')} WHERE {where} AND stream = 'queue'"
    known = [row["utc"] for row in (*jobs, *_ask(lake, COVERAGE, sql, values)) if row["utc"] is not None]
    return max(known, default=None)


def bytes_of(lake: Lake, rows: Sequence[Row]) -> dict[int, tuple[bytes, str]]:
    """Record id of a final ad -> its bytes and their form; what is not kept is left out."""
    times = [row["status_utc"] for row in rows if row["status_utc"] is not None]
    bound = "AND record_utc BETWEEN $low AND $high" if len(times) == len(rows) and rows else ""
    values: dict[str, Any] = {"ids": [row["record_id"] for row in rows]}
    if bound:
        values |= {"low": min(times), "high": max(times)}
    sql = f"""
        SELECT record_id, content, form FROM {scan(ARCHIVE, "$files")}
        WHERE made = '{JOB.name}' AND record_id IN (SELECT unnest($ids)) {bound}
    """
    return {row["record_id"]: (row["content"], row["form"]) for row in _ask(lake, ARCHIVE, sql, values)}


def _ask(lake: Lake, table: Table, sql: str, values: dict[str, Any]) -> list[Row]:
    files = list(lake.snapshot(table).files)
    if not files:
        return []
    with lake_errors(f"table {table.name} cannot be read"), duckdb.connect() as con:
        rows: list[Row] = con.sql(sql, params={"files": files, **values}).to_arrow_table().to_pylist()
    return rows
