-- provisional: one row per job that ran when its access point's queue was last asked: its usage so far.
-- Reads: lake_queue_job, attempt, routed_job.
-- Wall time from the start of the run to the moment of asking, and that times the cores, GPUs and memory held.
-- Provisional: it is in no charge. A run whose attempt has ended in the lake by now is left out: its record counts.
WITH
running AS (
    SELECT
        *,
        coalesce(within(cpus_milli, 1_000_000_000), within(request_cpus_milli, 1_000_000_000)) AS cores_milli,
        coalesce(within(gpus, 1_000_000), within(request_gpus, 1_000_000), 0) AS devices
    FROM lake_queue_job
    -- running, sending output, suspended: all of them hold a slot
    WHERE status IN (2, 6, 7) AND start_utc IS NOT NULL
    QUALIFY
        seen_utc = max(seen_utc) OVER (PARTITION BY pool, ap)
        AND row_number() OVER (PARTITION BY pool, ap, global_job_id ORDER BY status_utc DESC NULLS LAST, record_id) = 1
)
SELECT
    running.pool,
    running.ap,
    running.global_job_id,
    running.shadow_starts - 1                           AS run_instance,
    running.seen_utc,
    running.start_utc,
    coalesce(running.project, 'unmapped')               AS project,
    coalesce(running."user", 'unknown')                 AS "user",
    coalesce(running.site, 'unattributed')              AS site,
    venue_of(running.universe, routed_job.copy_job_id IS NOT NULL, running.at_ce, running.routed_from) AS venue,
    greatest(running.seen_utc - running.start_utc, 0)   AS wall_s,
    greatest(running.seen_utc - running.start_utc, 0) * running.cores_milli AS mcore_s,
    greatest(running.seen_utc - running.start_utc, 0) * running.devices AS gpu_s,
    running.cores_milli,
    running.devices                                     AS gpus
FROM running
LEFT JOIN routed_job USING (pool, ap, global_job_id)
WHERE NOT EXISTS (
    FROM attempt AS ended
    WHERE
        ended.pool = running.pool
        AND ended.ap = running.ap
        AND ended.global_job_id = running.global_job_id
        AND ended.end_utc IS NOT NULL
        AND (ended.run_instance = running.shadow_starts - 1 OR ended.start_utc = running.start_utc)
)
