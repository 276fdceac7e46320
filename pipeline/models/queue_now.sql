-- queue_now: one row per (pool, ap, venue, project, user, status, hold_code) of the jobs in the queue when last asked.
-- Reads: lake_queue_job, routed_job, provisional.
-- Cores and GPUs asked for are those of all jobs, held are those of running ones. The usage so far (`provisional_...`)
-- is of the runs that have not ended in the lake since. hold_reason is one of the reasons given for that code.
WITH
queued AS (
    SELECT
        * EXCLUDE (request_cpus_milli, request_gpus, request_memory_mib, cpus_milli, gpus),
        within(request_cpus_milli, 1_000_000_000)       AS asked_milli,
        coalesce(within(request_gpus, 1_000_000), 0)    AS asked_gpus,
        within(request_memory_mib, 1_000_000_000)       AS asked_mib,
        status IN (2, 6, 7)                             AS holds_slot,
        coalesce(within(cpus_milli, 1_000_000_000), asked_milli) AS held_milli,
        coalesce(within(gpus, 1_000_000), asked_gpus)   AS held_gpus
    FROM lake_queue_job
    QUALIFY
        seen_utc = max(seen_utc) OVER (PARTITION BY pool, ap)
        AND row_number() OVER (PARTITION BY pool, ap, global_job_id ORDER BY status_utc DESC NULLS LAST, record_id) = 1
)
SELECT
    queued.pool,
    queued.ap,
    queued.seen_utc,
    venue_of(queued.universe, routed_job.copy_job_id IS NOT NULL, queued.at_ce, queued.routed_from) AS venue,
    coalesce(queued.project, 'unmapped')                AS project,
    coalesce(queued."user", 'unknown')                  AS "user",
    CASE queued.status
        WHEN 1 THEN 'idle'
        WHEN 2 THEN 'running'
        WHEN 3 THEN 'removed'
        WHEN 4 THEN 'completed'
        WHEN 5 THEN 'held'
        WHEN 6 THEN 'transferring'
        WHEN 7 THEN 'suspended'
        ELSE 'unknown'
    END                                                 AS status,
    CASE WHEN queued.status = 5 THEN queued.hold_code END AS hold_code,
    min(CASE WHEN queued.status = 5 THEN left(queued.hold_reason, 500) END) AS hold_reason,
    count(*)                                            AS jobs,
    min(queued.status_utc)                              AS since_utc,
    sum(queued.asked_milli)                             AS cores_asked_milli,
    sum(queued.asked_gpus)                              AS gpus_asked,
    sum(queued.asked_mib)                               AS memory_asked_mib,
    sum(queued.held_milli) FILTER (WHERE queued.holds_slot) AS cores_held_milli,
    sum(queued.held_gpus) FILTER (WHERE queued.holds_slot) AS gpus_held,
    count(provisional.global_job_id)                    AS provisional_jobs,
    sum(provisional.wall_s)                             AS provisional_wall_s,
    sum(provisional.mcore_s)                            AS provisional_mcore_s,
    sum(provisional.gpu_s)                              AS provisional_gpu_s
FROM queued
LEFT JOIN routed_job USING (pool, ap, global_job_id)
LEFT JOIN provisional USING (pool, ap, global_job_id)
GROUP BY ALL
