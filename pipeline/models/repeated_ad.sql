-- repeated_ad: one row per final ad of each job that is in history more than once.
-- Reads: lake_job, job.
-- is_counted: the ad that the job stands in the ledger with (the newest); what the others say is added nowhere.
-- mcore_s: what the ad alone would be as ended, on the day of its own end (wall time of all runs x its cores).
SELECT
    said.pool,
    said.ap,
    said.global_job_id,
    job.job_id,
    said.record_id,
    said.record_id = job.record_id                      AS is_counted,
    local_day(coalesce(said.completion_utc, said.status_utc)) AS day_index,
    said.status_utc,
    said.completion_utc,
    said.shadow_starts,
    said.wall_s,
    coalesce(said.cpus_milli, said.request_cpus_milli, said.slot_cpus_milli) AS cores_milli,
    said.request_cpus_milli                             AS requested_milli,
    (said.wall_s * coalesce(said.cpus_milli, said.request_cpus_milli, said.slot_cpus_milli))::BIGINT AS mcore_s
FROM lake_job AS said
INNER JOIN job
    ON job.final_ads > 1
    AND job.pool = said.pool
    AND job.ap = said.ap
    AND job.global_job_id = said.global_job_id
