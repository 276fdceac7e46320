-- residual: one row per job whose final ad and whose attempts disagree on its wall time.
-- Reads: job, attempt.
-- residual_s = wall time of the final ad less the sum of its attempts. Positive: time that the job used and no
-- attempt explains (a run whose record was lost); it is charged, without a site, to the window in which it must have
-- happened. Negative (the schedd forgot time when it restarted): a note; the attempts stand.
WITH attempts AS (
    SELECT pool, ap, global_job_id, sum(wall_s)::BIGINT AS wall_s
    FROM attempt
    GROUP BY ALL
)
SELECT
    job.pool,
    job.ap,
    job.global_job_id,
    job.job_id,
    job.wall_s                                          AS job_wall_s,
    coalesce(attempts.wall_s, 0)                        AS attempts_wall_s,
    job.wall_s - coalesce(attempts.wall_s, 0)           AS residual_s,
    greatest(job.wall_s - coalesce(attempts.wall_s, 0), 0) AS charged_s,
    -- the window: from the first start to the end
    coalesce(job.first_start_utc, job.submit_utc, job.end_utc) AS start_utc,
    job.end_utc
FROM job
LEFT JOIN attempts USING (pool, ap, global_job_id)
WHERE job.wall_s <> coalesce(attempts.wall_s, 0)
