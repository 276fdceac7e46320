-- The attempts of a job plus its residual are its wall time; where attempts exceed it, they stand and it is noted.
WITH charged AS (
    SELECT job_id, sum(wall_s) AS charged_s FROM charge GROUP BY ALL
)
SELECT
    job.global_job_id,
    job.wall_s,
    coalesce(charged.charged_s, 0)                      AS charged_s,
    residual.residual_s
FROM job
LEFT JOIN charged USING (job_id)
LEFT JOIN residual USING (job_id)
WHERE
    job.wall_s IS NOT NULL
    AND coalesce(charged.charged_s, 0) <> job.wall_s - least(coalesce(residual.residual_s, 0), 0)
