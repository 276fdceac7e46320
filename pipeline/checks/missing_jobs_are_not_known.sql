-- No job whose final ad is in the ledger is called missing.
SELECT job.global_job_id, missing_job.kind, missing_job.state
FROM missing_job
INNER JOIN job
    ON job.pool = missing_job.pool
    AND job.ap = missing_job.ap
    AND job.cluster = missing_job.first_cluster
    AND job.proc BETWEEN missing_job.first_proc AND missing_job.last_proc
WHERE missing_job.ranges = 1 AND missing_job.kind <> 'cluster'
