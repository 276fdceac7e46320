-- job: one row per (pool, ap, global_job_id): the newest final ad of each job that left the queue.
-- Reads: lake_job, routed_job.
-- A job can be in history twice, with other times and fewer hours, when its schedd was killed: the newest ad counts,
-- the others are kept in the lake (see `repeated_ad`) and never added. Wall time of all runs cannot shrink: where the
-- newest ad says less than one before it, because its schedd had forgotten the last run, it is the largest of them.
WITH
twice AS (
    SELECT pool, ap, global_job_id FROM lake_job GROUP BY ALL HAVING count(*) > 1
),
newest AS (
    SELECT *, wall_s AS longest_s, 1::BIGINT AS final_ads
    FROM lake_job
    ANTI JOIN twice USING (pool, ap, global_job_id)
    UNION ALL
    SELECT
        *,
        max(wall_s) OVER (PARTITION BY pool, ap, global_job_id) AS longest_s,
        count(*) OVER (PARTITION BY pool, ap, global_job_id) AS final_ads
    FROM lake_job
    SEMI JOIN twice USING (pool, ap, global_job_id)
    QUALIFY row_number() OVER (
        PARTITION BY pool, ap, global_job_id
        ORDER BY
            status_utc DESC NULLS LAST,
            completion_utc DESC NULLS LAST,
            shadow_starts DESC NULLS LAST,
            wall_s DESC NULLS LAST,
            record_id
    ) = 1
)
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
    longest_s                                               AS wall_s,
    last_wall_s,
    committed_s,
    -- of a run too short for a sample both are 0: not measured
    nullif(within(coalesce(memory_used_mib, (rss_kib + 1023) // 1024), 1 << 26), 0) AS memory_used_mib,
    within(gpus_usage_milli, 10_000_000)                    AS gpus_used_milli,
    within(request_memory_mib, 1 << 26)                     AS request_memory_mib,
    within(request_disk_kib, 70_000_000_000_000)                       AS request_disk_kib,
    within(disk_used_kib, 70_000_000_000_000)                          AS disk_used_kib,
    within(bytes_received, 1_000_000_000_000_000)           AS bytes_received,
    within(bytes_sent, 1_000_000_000_000_000)               AS bytes_sent,
    -- older HTCondor does not count shadows: its first start is run 0
    greatest(coalesce(shadow_starts, job_starts, 1) - 1, 0) AS last_run_instance,
    coalesce(cpus_milli, request_cpus_milli, slot_cpus_milli) AS cores_milli,
    CASE
        WHEN cpus_milli IS NOT NULL THEN 'provisioned'
        WHEN request_cpus_milli IS NOT NULL THEN 'requested'
        WHEN slot_cpus_milli IS NOT NULL THEN 'slot'
        ELSE 'unknown'
    END                                                     AS cores_basis,
    request_cpus_milli                                      AS requested_milli,
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
    glidein_entry,
    container_image                                         AS image,
    final_ads,
    record_id
FROM newest
LEFT JOIN routed_job USING (pool, ap, global_job_id)
