-- residual: one row per job whose final ad and whose attempts disagree on its wall time.
-- Reads: job, attempt.
-- residual_s = wall time of the final ad less the sum of its attempts. Positive: time that the job used and no
-- attempt explains (a run whose record was lost); it is charged, without a site, to the window in which it must have
-- happened. Negative (the schedd forgot time when it restarted): a note; the attempts stand.
-- cause, the first that applies:
--   positive  run_lost       a run has a beginning and no end: its shadow or its schedd died
--             run_unrecorded the job was started more often than there are attempts
--             rounding       no more than a second for each attempt
--             slot_kept      each run has its record: a slot was not given back at once when the record was written
--   negative  rounding       no more than a second for each attempt
--             schedd_restart a later shadow took a run over, and the schedd had forgotten its time up to then
--             forced_removal the job was removed by force: its ad says no time at all
--             shorter_ad     no cause is known
WITH attempts AS (
    SELECT
        pool,
        ap,
        global_job_id,
        coalesce(sum(wall_s), 0)::BIGINT                AS wall_s,
        count(*)                                        AS runs,
        count(*) FILTER (WHERE wall_s IS NULL)          AS lost_runs
    FROM attempt
    GROUP BY ALL
),
difference AS (
    SELECT
        job.pool,
        job.ap,
        job.global_job_id,
        job.job_id,
        job.status,
        job.last_run_instance + 1                       AS starts,
        coalesce(attempts.runs, 0)                      AS runs,
        coalesce(attempts.lost_runs, 0)                 AS lost_runs,
        job.wall_s                                      AS job_wall_s,
        coalesce(attempts.wall_s, 0)                    AS attempts_wall_s,
        job.wall_s - coalesce(attempts.wall_s, 0)       AS residual_s,
        -- the window: from the first start to the end
        coalesce(job.first_start_utc, job.submit_utc, job.end_utc) AS start_utc,
        job.end_utc
    FROM job
    LEFT JOIN attempts USING (pool, ap, global_job_id)
    WHERE job.wall_s <> coalesce(attempts.wall_s, 0)
)
SELECT
    pool,
    ap,
    global_job_id,
    job_id,
    job_wall_s,
    attempts_wall_s,
    residual_s,
    greatest(residual_s, 0)                             AS charged_s,
    CASE
        WHEN residual_s > 0 AND lost_runs > 0 THEN 'run_lost'
        WHEN residual_s > 0 AND runs < starts THEN 'run_unrecorded'
        WHEN abs(residual_s) <= runs THEN 'rounding'
        WHEN residual_s > 0 THEN 'slot_kept'
        WHEN runs < starts THEN 'schedd_restart'
        WHEN status = 3 AND job_wall_s = 0 THEN 'forced_removal'
        ELSE 'shorter_ad'
    END                                                 AS cause,
    start_utc,
    end_utc
FROM difference
