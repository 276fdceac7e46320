-- listed_job: one row per job that left the queue, at a known place: what lists of jobs filter, sort and show.
-- Reads: job, attempt, waste, failure.
-- All of a job's hours, on whatever day they were used: core time of its attempts and residual (mcore_s), what of it
-- was wasted (wasted_mcore_s: buckets as in the metric wasted_h), and the bucket with most of that (wasted_on).
-- end_day, project, site and outcome as in charge_ended. cpu_measured_us is the CPU time of attempts that reported it,
-- and mcore_measured_s their core time. other_id: its GlobalJobId where that is not AP#CLUSTER.PROC#SUBMITTED. Texts
-- are cut to 500 characters. several_projects: attempts of it were charged to another project than the job's.
-- failure, signature: of its last attempt that failed, whatever came after.
-- Rows are in the order of their end: what is listed is mostly of some days, or the newest.
WITH
run AS (
    SELECT
        job_id,
        count(*)                                        AS attempts,
        sum(cpu_used_us)::BIGINT                        AS cpu_used_us,
        (sum(cpu_used_us) FILTER (WHERE wall_s * cores_milli IS NOT NULL))::BIGINT AS cpu_measured_us,
        (sum(wall_s * cores_milli) FILTER (WHERE cpu_used_us IS NOT NULL))::BIGINT AS mcore_measured_s,
        min(coalesce(project, 'unmapped'))              AS first_project,
        max(coalesce(project, 'unmapped'))              AS last_project
    FROM attempt
    GROUP BY job_id
),
-- milli-core-seconds by bucket
spent AS (
    SELECT
        job_id,
        sum(wall_s)::BIGINT                             AS wall_s,
        sum(wall_s * cores_milli)::BIGINT               AS mcore_s,
        coalesce(sum(suspended_s * cores_milli), 0)     AS suspended,
        coalesce(sum(transfer_queue_s * cores_milli), 0) AS transfer_queue,
        coalesce(sum(transfer_in_s * cores_milli), 0)   AS transfer_in,
        coalesce(sum(transfer_out_s * cores_milli), 0)  AS transfer_out,
        coalesce(sum(rest_s * cores_milli) FILTER (WHERE rest_bucket = 'lost'), 0) AS lost,
        coalesce(sum(rest_s * cores_milli) FILTER (WHERE rest_bucket = 'evicted'), 0) AS evicted,
        coalesce(sum(rest_s * cores_milli) FILTER (WHERE rest_bucket = 'held'), 0) AS held,
        coalesce(sum(rest_s * cores_milli) FILTER (WHERE rest_bucket = 'removed'), 0) AS removed,
        coalesce(sum(rest_s * cores_milli) FILTER (WHERE rest_bucket = 'signal'), 0) AS signal,
        coalesce(sum(rest_s * cores_milli) FILTER (WHERE rest_bucket = 'failed'), 0) AS failed,
        coalesce(
            sum(rest_s * cores_milli * 1000 - used_core_us) FILTER (WHERE rest_bucket = 'ran'), 0
        ) // 1000                                       AS idle,
        suspended + transfer_queue + transfer_in + transfer_out + lost + evicted + held + removed + signal + failed
            + idle                                      AS wasted,
        greatest(
            suspended, transfer_queue, transfer_in, transfer_out, lost, evicted, held, removed, signal, failed, idle
        )                                               AS most
    FROM waste
    WHERE booking = 'used'
    GROUP BY job_id
),
last_failure AS (
    SELECT job_id, failure, signature
    FROM failure
    QUALIFY row_number() OVER (PARTITION BY job_id ORDER BY ended_utc DESC NULLS LAST, attempt_id) = 1
),
never_ran AS (
    SELECT job_id, 0::BIGINT AS s
    FROM job
    ANTI JOIN run USING (job_id)
    WHERE wall_s = 0
)
SELECT
    job.pool,
    job.ap,
    job.cluster,
    job.proc,
    CASE
        WHEN job.global_job_id <> concat(job.ap, '#', job.cluster, '.', job.proc, '#', job.submit_utc)
            THEN job.global_job_id
    END                                                 AS other_id,
    DATE '1970-01-01' + local_day(job.end_utc)::INTEGER AS end_day,
    job.submit_utc,
    job.first_start_utc,
    job.end_utc,
    coalesce(job.project, 'unmapped')                   AS project,
    coalesce(run.first_project <> coalesce(job.project, 'unmapped'), false)
        OR coalesce(run.last_project <> coalesce(job.project, 'unmapped'), false) AS several_projects,
    coalesce(job."user", 'unknown')                     AS "user",
    coalesce(job.site, 'unattributed')                  AS site,
    coalesce(job.resource, 'unattributed')              AS resource,
    job.venue,
    left(job.batch_name, 500)                           AS batch_name,
    left(job.command, 500)                              AS command,
    CASE
        WHEN job.status = 3 THEN 'removed'
        WHEN job.exit_by_signal THEN 'signal'
        WHEN job.exit_code = job.success_exit_code THEN 'succeeded'
        WHEN job.exit_code IS NOT NULL THEN 'failed'
        ELSE 'unknown'
    END                                                 AS outcome,
    job.exit_code,
    left(job.hold_reason, 500)                          AS hold_reason,
    left(job.remove_reason, 500)                        AS remove_reason,
    last_failure.failure,
    last_failure.signature,
    coalesce(run.attempts, 0)                           AS attempts,
    coalesce(spent.wall_s, never_ran.s)                 AS wall_s,
    job.cores_milli,
    job.gpus,
    coalesce(spent.mcore_s, never_ran.s)                AS mcore_s,
    run.cpu_used_us,
    run.cpu_measured_us,
    run.mcore_measured_s,
    job.memory_mib,
    job.memory_used_mib,
    job.request_memory_mib,
    job.request_disk_kib,
    job.disk_used_kib,
    -- all that was moved to and from its runs, by HTCondor itself and by plugins
    job.bytes_received,
    job.bytes_sent,
    coalesce(CASE WHEN spent.mcore_s IS NOT NULL THEN spent.wasted END, never_ran.s)::BIGINT AS wasted_mcore_s,
    CASE spent.most
        WHEN 0 THEN NULL
        WHEN spent.suspended THEN 'suspended'
        WHEN spent.transfer_queue THEN 'transfer_queue'
        WHEN spent.transfer_in THEN 'transfer_in'
        WHEN spent.transfer_out THEN 'transfer_out'
        WHEN spent.lost THEN 'lost'
        WHEN spent.evicted THEN 'evicted'
        WHEN spent.held THEN 'held'
        WHEN spent.removed THEN 'removed'
        WHEN spent.signal THEN 'signal'
        WHEN spent.failed THEN 'failed'
        WHEN spent.idle THEN 'idle'
    END                                                 AS wasted_on
FROM job
LEFT JOIN run USING (job_id)
LEFT JOIN spent USING (job_id)
LEFT JOIN never_ran USING (job_id)
LEFT JOIN last_failure USING (job_id)
WHERE job.end_utc IS NOT NULL AND job.cluster IS NOT NULL AND job.proc IS NOT NULL
ORDER BY job.end_utc
