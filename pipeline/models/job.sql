-- job: one row per (pool, ap, global_job_id): the newest final ad of each job that left the queue.
-- Reads: lake_job, routed_job.
-- A job can be in history twice, with other times and fewer hours, when its schedd was killed: the newest ad counts,
-- the others are kept in the lake and never added.
SELECT
    pool,
    ap,
    global_job_id,
    md5_number(concat_ws(chr(31), pool, ap, global_job_id)) AS job_id,
    cluster,
    proc,
    project,
    "user",
    universe,
    routed_from,
    coalesce(at_ce, false)                                  AS at_ce,
    venue_of(universe, routed_job.copy_job_id IS NOT NULL, at_ce, routed_from) AS venue,
    batch_name,
    command,
    status,
    last_status,
    exit_code,
    exit_by_signal,
    coalesce(success_exit_code, 0)                          AS success_exit_code,
    remove_reason,
    hold_reason,
    submit_utc,
    first_start_utc,
    start_utc,
    completion_utc,
    status_utc,
    coalesce(completion_utc, status_utc)                    AS end_utc,
    wall_s,
    last_wall_s,
    -- older HTCondor does not count shadows: its first start is run 0
    greatest(coalesce(shadow_starts, job_starts, 1) - 1, 0) AS last_run_instance,
    coalesce(cpus_milli, request_cpus_milli, slot_cpus_milli) AS cores_milli,
    CASE
        WHEN cpus_milli IS NOT NULL THEN 'provisioned'
        WHEN request_cpus_milli IS NOT NULL THEN 'requested'
        WHEN slot_cpus_milli IS NOT NULL THEN 'slot'
        ELSE 'unknown'
    END                                                     AS cores_basis,
    coalesce(gpus, request_gpus, 0)                         AS gpus,
    coalesce(memory_mib, request_memory_mib)                AS memory_mib,
    cpu_user_us,
    cpu_sys_us,
    cpu_user_all_us,
    cpu_sys_all_us,
    site,
    resource,
    slot,
    machine,
    count(*) OVER (PARTITION BY pool, ap, global_job_id)    AS final_ads
FROM lake_job
LEFT JOIN routed_job USING (pool, ap, global_job_id)
QUALIFY row_number() OVER (
    PARTITION BY pool, ap, global_job_id
    ORDER BY
        status_utc DESC NULLS LAST,
        completion_utc DESC NULLS LAST,
        shadow_starts DESC NULLS LAST,
        wall_s DESC NULLS LAST,
        record_id
) = 1
