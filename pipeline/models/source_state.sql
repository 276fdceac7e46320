-- source_state: one row per pool: what was read, what was not, and how new it is. The evidence behind the badge.
-- Reads: lake_source_file, lake_reject, lake_coverage, lake_queue_job, missing_job, coverage_day, attempt, residual, charge,
-- charge_ended, imported.
-- streams: polled streams of what usage is made of (history, epochs); 0 where files were only ingested.
-- summary_wall_s: wall time of imported summaries, which is spread evenly over their days.
-- open_jobs: jobs that were given an id, or ran, and have no final ad: in the queue still, or lost.
WITH
newest AS (
    SELECT *
    FROM lake_source_file
    QUALIFY row_number() OVER (PARTITION BY pool, source ORDER BY read_bytes DESC, read_utc DESC) = 1
),
files AS (
    SELECT
        pool,
        count(*)                                        AS files,
        count(*) FILTER (WHERE read_bytes < size_bytes) AS open_files,
        max(read_utc)                                   AS read_utc
    FROM newest
    GROUP BY ALL
),
readings AS (
    SELECT
        pool,
        sum(chain_breaks)::BIGINT                       AS chain_breaks,
        max(last_utc)                                   AS newest_record_utc
    FROM lake_source_file
    GROUP BY ALL
),
rejects AS (
    SELECT pool, count(*) AS rejects FROM lake_reject GROUP BY ALL
),
days AS (
    SELECT
        pool,
        min(day)                                        AS first_day,
        max(day)                                        AS last_day
    FROM (SELECT pool, day FROM charge UNION ALL SELECT pool, day FROM charge_ended)
    GROUP BY ALL
),
lost AS (
    SELECT
        pool,
        count(*) FILTER (WHERE outcome = 'lost' AND end_utc IS NULL) AS lost_attempts,
        count(*) FILTER (WHERE cores_milli IS NULL AND basis <> 'spawn') AS attempts_without_cores
    FROM attempt
    GROUP BY ALL
),
watched AS (
    SELECT
        pool,
        count(DISTINCT concat_ws(chr(31), source, ap, stream)) FILTER (WHERE stream IN ('history', 'epochs'))
                                                        AS streams,
        max(to_utc) FILTER (WHERE state = 'proven')     AS proven_utc
    FROM lake_coverage
    GROUP BY ALL
),
queues AS (
    SELECT pool, max(asked_utc) AS queue_utc
    FROM (
        SELECT pool, seen_utc AS asked_utc FROM lake_queue_job
        UNION ALL
        -- a queue that was empty has no rows
        SELECT pool, to_utc FROM lake_coverage WHERE stream = 'queue'
    )
    GROUP BY ALL
),
covered AS (
    SELECT pool, min(day) AS first_covered_day
    FROM coverage_day
    WHERE stream IN ('history', 'epochs')
    GROUP BY ALL
),
ids AS (
    SELECT
        pool,
        sum(jobs) FILTER (WHERE state = 'missing')      AS missing_jobs,
        sum(jobs) FILTER (WHERE state = 'unknown' AND kind <> 'cluster') AS open_jobs,
        sum(jobs) FILTER (WHERE kind = 'cluster')       AS absent_clusters
    FROM missing_job
    GROUP BY ALL
),
summed AS (
    SELECT pool, sum(wall_s)::BIGINT AS summary_wall_s
    FROM imported
    WHERE booking = 'used' AND kind = 'summary'
    GROUP BY ALL
),
unexplained AS (
    SELECT
        pool,
        sum(charged_s)::BIGINT                          AS residual_s,
        count(*) FILTER (WHERE residual_s < 0)          AS negative_residuals
    FROM residual
    GROUP BY ALL
)
SELECT
    pool,
    coalesce(files, 0)                                  AS files,
    coalesce(open_files, 0)                             AS open_files,
    coalesce(chain_breaks, 0)                           AS chain_breaks,
    coalesce(rejects, 0)                                AS rejects,
    coalesce(lost_attempts, 0)                          AS lost_attempts,
    coalesce(attempts_without_cores, 0)                 AS attempts_without_cores,
    coalesce(unexplained.residual_s, 0)                 AS residual_s,
    coalesce(negative_residuals, 0)                     AS negative_residuals,
    coalesce(summary_wall_s, 0)                         AS summary_wall_s,
    coalesce(streams, 0)                                AS streams,
    coalesce(missing_jobs, 0)::BIGINT                   AS missing_jobs,
    coalesce(open_jobs, 0)::BIGINT                      AS open_jobs,
    coalesce(absent_clusters, 0)::BIGINT                AS absent_clusters,
    first_day,
    last_day,
    first_covered_day,
    newest_record_utc,
    proven_utc,
    queue_utc,
    read_utc
FROM files
FULL JOIN readings USING (pool)
FULL JOIN rejects USING (pool)
FULL JOIN days USING (pool)
FULL JOIN lost USING (pool)
FULL JOIN unexplained USING (pool)
FULL JOIN summed USING (pool)
FULL JOIN watched USING (pool)
FULL JOIN queues USING (pool)
FULL JOIN covered USING (pool)
FULL JOIN ids USING (pool)
