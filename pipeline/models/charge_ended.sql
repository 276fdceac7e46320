-- charge_ended: one row per job that left the queue, on the day of its end, and one per attempt of it, for counting; and
-- those of other accounting systems (kinds `record` and `summary`). Booking: as ended. Reads: job, attempt, imported.
-- The whole job on its end day and its last site: wall time of all runs x cores of the final ad. This is what most
-- other accounting systems publish; jobs that still run are not in it.
WITH
ended AS (
    SELECT
        pool,
        ap,
        global_job_id,
        job_id,
        local_day(end_utc)                              AS day_index,
        coalesce(project, 'unmapped')                   AS project,
        coalesce(site, 'unattributed')                  AS site,
        coalesce(resource, 'unattributed')              AS resource,
        coalesce("user", 'unknown')                     AS "user",
        CASE
            WHEN status = 3 THEN 'removed'
            WHEN exit_by_signal THEN 'signal'
            WHEN exit_code = success_exit_code THEN 'succeeded'
            WHEN exit_code IS NOT NULL THEN 'failed'
            ELSE 'unknown'
        END                                             AS outcome,
        venue,
        wall_s,
        cores_milli,
        gpus,
        memory_mib,
        memory_used_mib,
        gpus_used_milli,
        CASE
            WHEN coalesce(cpu_user_all_us, cpu_sys_all_us) IS NOT NULL
                THEN coalesce(cpu_user_all_us, 0) + coalesce(cpu_sys_all_us, 0)
            WHEN coalesce(cpu_user_us, cpu_sys_us) IS NOT NULL
                THEN coalesce(cpu_user_us, 0) + coalesce(cpu_sys_us, 0)
        END                                             AS cpu_used_us
    FROM job
    WHERE end_utc IS NOT NULL
)
SELECT
    pool,
    ap,
    job_id,
    NULL::UHUGEINT                                      AS attempt_id,
    'job'                                               AS kind,
    day_index,
    DATE '1970-01-01' + day_index::INTEGER              AS day,
    project,
    site,
    resource,
    "user",
    outcome,
    venue,
    wall_s,
    (wall_s * cores_milli)::BIGINT                      AS mcore_s,
    (wall_s * gpus)::BIGINT                             AS gpu_s,
    (wall_s * memory_mib)::BIGINT                       AS memory_mib_s,
    cpu_used_us,
    CASE WHEN wall_s * cores_milli IS NOT NULL THEN cpu_used_us END AS cpu_measured_us,
    CASE WHEN cpu_used_us IS NOT NULL THEN wall_s * cores_milli END::BIGINT AS mcore_measured_s,
    CASE
        WHEN cpu_used_us - wall_s * cores_milli * 1000 IS NOT NULL
            THEN greatest(cpu_used_us - wall_s * cores_milli * 1000, 0)
    END::BIGINT                                         AS cpu_over_us,
    CASE WHEN memory_mib IS NOT NULL THEN wall_s * memory_used_mib END::BIGINT AS memory_used_mib_s,
    CASE WHEN memory_used_mib IS NOT NULL THEN wall_s * memory_mib END::BIGINT AS memory_measured_mib_s,
    CASE WHEN gpus > 0 THEN wall_s * gpus_used_milli END::BIGINT AS gpu_used_ms,
    CASE WHEN gpus > 0 AND gpus_used_milli IS NOT NULL THEN wall_s * gpus END::BIGINT AS gpu_measured_s
FROM ended
UNION ALL BY NAME
SELECT
    ended.pool,
    ended.ap,
    ended.job_id,
    attempt.attempt_id,
    'attempt'                                           AS kind,
    ended.day_index,
    DATE '1970-01-01' + ended.day_index::INTEGER        AS day,
    ended.project,
    ended.site,
    ended.resource,
    ended."user",
    ended.outcome,
    ended.venue
FROM ended
INNER JOIN attempt USING (pool, ap, global_job_id)
UNION ALL BY NAME
SELECT * EXCLUDE (booking)
FROM imported
WHERE booking = 'ended'
