"""The morning sheet as one question to the cube: SQL with its values.

A job's campaign is the marker of the system that submitted it (POMS, CRAB, ...), else its DAG, else its batch; jobs of
none are in no row. A DAG is called by its batch name without the cluster that condor_submit_dag puts behind it, so that
the runs of one DAG file are one campaign. Markers and DAGs stand in the lake's records, whose files are read beside.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pipeline.calendar import midnight_utc
from pipeline.campaigns.files import COLUMNS, of_files
from pipeline.errors import UsageError
from pipeline.lake import Lake, listed, scan
from pipeline.query import UsageQuery
from pipeline.schema import JOB, QUEUE_JOB

MOST_ROWS = 5_000
KINDS = ("marker", "dag", "batch")
_CODES = 5
_PLACE = 'kind, campaign, "user"'
_KIND = """
    CASE
        WHEN list_contains(?, 'marker') AND {marker} IS NOT NULL THEN 'marker'
        WHEN list_contains(?, 'dag') AND {dag} IS NOT NULL THEN 'dag'
        WHEN list_contains(?, 'batch') AND {batch} IS NOT NULL THEN 'batch'
    END
"""
_NAME = r"""
    CASE kind
        WHEN 'marker' THEN campaign_marker
        WHEN 'dag' THEN coalesce(regexp_replace(batch_name, '\+[0-9]+$', ''), concat('DAG ', ap, '#', dag_cluster))
        ELSE batch_name
    END
"""


def sheet(
    lake: Lake,
    zone: str,
    query: UsageQuery,
    where: tuple[Sequence[str], Sequence[Any]],
    asked: tuple[str, Sequence[str]],
    projects: Sequence[str] | None,
) -> tuple[str, list[Any]]:
    """Campaigns by day, the newest day first and on it those with most failures. Raises LakeError.

    where      the WHERE over `fact`, jobs that ended, and its values: `usage_condition`
    asked      the pool, and which KINDS
    projects   whose queued jobs the viewer may see; None: all

    asked_for: jobs of clusters that were submitted on the day, as their records tell. ended = succeeded + failed +
    removed. recovered: of the succeeded those whose DAG node had failed when it was tried before, or that took the
    place of a failed job. running, idle, held: in the queue when that was last asked, in the row of that day; where it
    is after the pool's newest day of usage, in the row of the last day. cpu_efficiency is of attempts that reported CPU
    time. downtimes: sites that ran its jobs and were down. files: input files that the ended jobs name, see `files`;
    null where no record of theirs names any.
    """
    condition, values = where
    pool, kinds = asked
    begin, end = _span(query, zone)
    jobs, queue = (scan(table, listed(lake.snapshot(table).files)) for table in (JOB, QUEUE_JOB))
    sql = f"""
        WITH
        ended AS (
            SELECT
                fact.*,
                (fact.outcome = 'succeeded') AS is_done
            FROM (SELECT *, end_day AS day FROM listed_job) AS fact
            WHERE {" AND ".join(condition)}
        ),
        said AS (
            SELECT job.pool, job.ap, job.cluster, job.proc, job.end_utc, job.job_id, record.dag_cluster,
                record.dag_node, record.campaign AS campaign_marker, record.recovers, record.input_files
            FROM job
            INNER JOIN (
                SELECT record_id, dag_cluster, dag_node, campaign, recovers, input_files
                FROM {jobs}
                WHERE pool = ? AND status_utc >= ?
            ) AS record USING (record_id)
            WHERE job.pool = ? AND job.end_utc >= ? AND job.end_utc < ?
        ),
        kinds AS (
            SELECT ended.*, said.* EXCLUDE (pool, ap, cluster, proc, end_utc),
                {_KIND.format(marker="said.campaign_marker", dag="said.dag_cluster", batch="ended.batch_name")} AS kind
            FROM ended
            LEFT JOIN said USING (pool, ap, cluster, proc, end_utc)
        ),
        named AS (SELECT *, {_NAME} AS campaign FROM kinds WHERE kind IS NOT NULL),
        tries AS (
            SELECT {_PLACE}, ap, cluster, dag_node, bool_and(is_done) AS is_whole, min(submit_utc) AS submit_utc
            FROM named
            WHERE dag_node IS NOT NULL
            GROUP BY {_PLACE}, ap, cluster, dag_node
        ),
        tried AS (
            SELECT {_PLACE}, ap, cluster, dag_node,
                is_whole AND NOT coalesce(lag(is_whole) OVER of_node, true) AS is_recovered
            FROM tries
            WINDOW of_node AS (PARTITION BY {_PLACE}, dag_node ORDER BY submit_utc, cluster)
        ),
        queued AS (
            SELECT *, campaign AS campaign_marker,
                {_KIND.format(marker="campaign", dag="dag_cluster", batch="batch_name")} AS kind
            FROM (
                SELECT * FROM {queue}
                WHERE pool = ?
                QUALIFY seen_utc = max(seen_utc) OVER (PARTITION BY ap)
            )
            ANTI JOIN job USING (pool, ap, global_job_id)
            WHERE ?::VARCHAR[] IS NULL OR list_contains(?::VARCHAR[], coalesce(project, 'unmapped'))
        ),
        waiting AS (
            SELECT * REPLACE ({_NAME} AS campaign, coalesce("user", 'unknown') AS "user") FROM queued
            WHERE kind IS NOT NULL AND coalesce(universe, 5) NOT IN (7, 12)
        ),
        now AS (
            SELECT {_PLACE}, least(seen.day, ?::DATE) AS day,
                count(*) FILTER (WHERE status IN (2, 6, 7)) AS running,
                count(*) FILTER (WHERE status = 1) AS idle,
                count(*) FILTER (WHERE status = 5) AS held
            FROM waiting
            INNER JOIN calendar AS seen ON waiting.seen_utc >= seen.start_utc AND waiting.seen_utc < seen.end_utc
            WHERE seen.day >= ?::DATE
                AND (seen.day <= ?::DATE OR (SELECT max(last_day) FROM source_state WHERE pool = ?) <= ?::DATE)
            GROUP BY ALL
        ),
        clusters AS (
            SELECT {_PLACE}, ap, cluster FROM named UNION SELECT {_PLACE}, ap, cluster FROM waiting
        ),
        wanted AS (
            SELECT {_PLACE}, calendar.day, sum(whole.jobs)::BIGINT AS asked_for
            FROM clusters
            INNER JOIN (
                SELECT ap, cluster, min(submit_utc) AS submit_utc, greatest(max(cluster_jobs), count(*)) AS jobs
                FROM seen_job WHERE pool = ? GROUP BY ap, cluster
            ) AS whole USING (ap, cluster)
            INNER JOIN calendar ON whole.submit_utc >= calendar.start_utc AND whole.submit_utc < calendar.end_utc
            WHERE whole.submit_utc >= ? AND whole.submit_utc < ?
            GROUP BY ALL
        ),
        counted AS (
            SELECT {_PLACE}, day, exit_code, count(*) AS jobs
            FROM named
            WHERE outcome = 'failed' AND exit_code IS NOT NULL
            GROUP BY {_PLACE}, day, exit_code
        ),
        most AS (
            SELECT * FROM counted
            QUALIFY row_number() OVER (PARTITION BY {_PLACE}, day ORDER BY jobs DESC, exit_code) <= {_CODES}
        ),
        codes AS (
            SELECT {_PLACE}, day,
                string_agg(concat(exit_code, ' × ', jobs), ', ' ORDER BY jobs DESC, exit_code) AS exit_codes
            FROM most
            GROUP BY {_PLACE}, day
        ),
        down AS (
            SELECT {_PLACE}, day, string_agg(DISTINCT downtime.site, ', ' ORDER BY downtime.site) AS downtimes
            FROM (SELECT DISTINCT {_PLACE}, pool, day, site, resource FROM named)
            INNER JOIN calendar USING (day)
            LEFT JOIN site_day USING (pool, day, site, resource)
            INNER JOIN downtime
                ON downtime.from_utc < calendar.end_utc AND downtime.to_utc > calendar.start_utc
                AND (downtime.site = coalesce(site_day.registered, site) OR downtime.resource = resource)
            GROUP BY ALL
        ),
        {of_files(_PLACE)},
        done AS (
            SELECT {_PLACE}, day,
                count(*) AS ended,
                count(*) FILTER (WHERE is_done) AS succeeded,
                count(*) FILTER (WHERE NOT is_done AND outcome <> 'removed') AS failed,
                count(*) FILTER (WHERE outcome = 'removed') AS removed,
                count(*) FILTER (WHERE is_done AND (recovers IS NOT NULL OR is_recovered)) AS recovered,
                sum(mcore_s) / 3600000.0 AS cpu_h,
                sum(cpu_measured_us) / nullif(sum(mcore_measured_s) * 1000.0, 0) AS cpu_efficiency,
                max(end_utc) FILTER (WHERE is_done) AS last_success_utc
            FROM named
            LEFT JOIN tried USING ({_PLACE}, ap, cluster, dag_node)
            GROUP BY ALL
        )
        SELECT
            strftime(day, '%Y-%m-%d') AS day, kind, campaign, "user", asked_for, coalesce(ended, 0) AS ended,
            coalesce(succeeded, 0) AS succeeded, coalesce(failed, 0) AS failed, coalesce(removed, 0) AS removed,
            coalesce(recovered, 0) AS recovered, exit_codes, running, idle, held, cpu_h, cpu_efficiency,
            last_success_utc, downtimes, {", ".join(COLUMNS)}
        FROM done
        FULL JOIN wanted USING ({_PLACE}, day)
        FULL JOIN now USING ({_PLACE}, day)
        LEFT JOIN codes USING ({_PLACE}, day)
        LEFT JOIN down USING ({_PLACE}, day)
        LEFT JOIN file USING ({_PLACE}, day)
        ORDER BY day DESC, failed DESC, ended DESC, {_PLACE}
        LIMIT {MOST_ROWS}
    """
    of_kinds = [list(kinds)] * len(KINDS)
    bound = [*values, pool, begin, pool, begin, end, *of_kinds, *of_kinds, pool]
    now = [query.last, query.first, query.last, pool, query.last]
    return sql, [*bound, projects, projects, *now, pool, begin, end]


def _span(query: UsageQuery, zone: str) -> tuple[int, int]:
    """First second of the question's days, and the first one after them. Raises UsageError for a question of all."""
    if query.first is None or query.last is None:
        raise UsageError("the sheet is of some days", "Name the first and the last one.")
    return midnight_utc(query.first, zone), midnight_utc(query.last + timedelta(days=1), zone)
