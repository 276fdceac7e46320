-- What a running job has used so far is counted as provisional only until its run has ended in the ledger.
SELECT provisional.global_job_id, attempt.run_instance, attempt.end_utc
FROM provisional
INNER JOIN attempt USING (pool, ap, global_job_id, run_instance)
WHERE attempt.end_utc IS NOT NULL
