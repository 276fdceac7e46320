-- A job of which a CE made another one is neither payload nor pilot: the one that was made of it is counted.
SELECT told.global_job_id, told.venue
FROM (
    SELECT pool, ap, global_job_id, venue FROM job
    UNION ALL
    SELECT pool, ap, global_job_id, venue FROM attempt
) AS told
INNER JOIN routed_job USING (pool, ap, global_job_id)
WHERE told.venue IN ('pool', 'pilot')
