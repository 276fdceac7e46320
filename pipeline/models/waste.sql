-- waste: one row per charge, with its seconds by bucket. Bookings: `used` and `ended`, as in charge and charge_ended.
-- Reads: charge, charge_ended, attempt, phase, job, calendar.
-- Each second is in one *_s column, and they add up to wall_s. rest_s belongs to rest_bucket; of `ran` the used_* are
-- what was used (null: not measured), the remainder is idle. Nothing is used beyond what the slot gave.
-- As used: an attempt's phases are laid on its time (queue, input, suspended, checkpointed, the rest, output) and cut at
-- the zone's midnights; its CPU time is spread evenly over the rest, in whole microseconds up to each midnight.
-- As ended: a final ad tells of no phases. The committed time of a completed job ended as the job did; the time of its
-- other runs, whose causes the ad does not tell, is unattributed.
WITH
laid AS (
    SELECT
        attempt.attempt_id,
        attempt.cores_milli,
        attempt.gpus,
        attempt.memory_mib,
        phase.start_utc,
        phase.end_utc,
        phase.start_utc + transfer_queue_s              AS queue_end,
        queue_end + transfer_in_s                       AS in_end,
        in_end + suspended_s                            AS suspended_end,
        suspended_end + checkpointed_s                  AS checkpointed_end,
        checkpointed_end + rest_s                       AS rest_end,
        rest_s                                          AS all_rest_s,
        CASE
            WHEN attempt.cpu_used_us IS NOT NULL AND attempt.cores_milli > 0
                THEN least(attempt.cpu_used_us, rest_s * attempt.cores_milli * 1000)
        END                                             AS all_used_us,
        lesser(phase.gpus_used_milli, attempt.gpus * 1000) AS gpus_used_milli,
        lesser(phase.memory_used_mib, attempt.memory_mib) AS memory_used_mib,
        phase.completed,
        phase.kept_completed,
        phase.kept_succeeded
    FROM attempt
    INNER JOIN phase USING (attempt_id)
),
on_day AS (
    SELECT
        charge.*,
        laid.* EXCLUDE (attempt_id),
        greatest(laid.start_utc, calendar.start_utc)    AS from_utc,
        least(laid.end_utc, calendar.end_utc)           AS to_utc
    FROM charge
    LEFT JOIN laid USING (attempt_id)
    LEFT JOIN calendar USING (day_index)
    WHERE charge.kind = 'attempt'
),
cut AS (
    SELECT
        *,
        overlap(start_utc, queue_end, from_utc, to_utc) AS queue_day_s,
        overlap(queue_end, in_end, from_utc, to_utc)    AS in_day_s,
        overlap(in_end, suspended_end, from_utc, to_utc) AS suspended_day_s,
        overlap(suspended_end, checkpointed_end, from_utc, to_utc) AS checkpointed_day_s,
        overlap(checkpointed_end, rest_end, from_utc, to_utc) AS rest_day_s,
        overlap(rest_end, end_utc, from_utc, to_utc)    AS out_day_s,
        -- seconds of the rest before and up to the end of that day
        greatest(least(from_utc, rest_end) - checkpointed_end, 0)::HUGEINT AS rest_before_s,
        greatest(least(to_utc, rest_end) - checkpointed_end, 0)::HUGEINT AS rest_up_to_s
    FROM on_day
),
used AS (
    SELECT
        'used'                                          AS booking,
        pool,
        ap,
        job_id,
        attempt_id,
        kind,
        day,
        project,
        site,
        resource,
        "user",
        outcome,
        venue,
        cores_milli,
        gpus,
        memory_mib,
        wall_s,
        suspended_day_s                                 AS suspended_s,
        queue_day_s                                     AS transfer_queue_s,
        in_day_s                                        AS transfer_in_s,
        out_day_s                                       AS transfer_out_s,
        checkpointed_day_s                              AS checkpointed_s,
        NULL::BIGINT                                    AS unattributed_s,
        rest_day_s                                      AS rest_s,
        bucket_of(outcome)                              AS rest_bucket,
        CASE
            -- of nothing nothing was used
            WHEN all_rest_s = 0 THEN all_used_us
            ELSE (all_used_us * rest_up_to_s // all_rest_s - all_used_us * rest_before_s // all_rest_s)
        END::BIGINT                                     AS run_used_us,
        gpus_used_milli,
        memory_used_mib,
        completed,
        kept_completed,
        kept_succeeded
    FROM cut
),
unexplained AS (
    SELECT
        'used'                                          AS booking,
        charge.pool,
        charge.ap,
        charge.job_id,
        charge.kind,
        charge.day,
        charge.project,
        charge.site,
        charge.resource,
        charge."user",
        charge.outcome,
        charge.venue,
        job.cores_milli,
        job.gpus,
        job.memory_mib,
        charge.wall_s,
        charge.wall_s                                   AS unattributed_s
    FROM charge
    INNER JOIN job USING (job_id)
    WHERE charge.kind = 'residual'
),
ended AS (
    SELECT
        'ended'                                         AS booking,
        booked.pool,
        booked.ap,
        booked.job_id,
        booked.kind,
        booked.day,
        booked.project,
        booked.site,
        booked.resource,
        booked."user",
        booked.outcome,
        booked.venue,
        job.cores_milli,
        job.gpus,
        job.memory_mib,
        booked.wall_s,
        CASE
            WHEN booked.outcome NOT IN ('succeeded', 'failed', 'signal') THEN booked.wall_s
            WHEN job.committed_s IS NULL OR booked.wall_s IS NULL THEN booked.wall_s
            ELSE least(job.committed_s, booked.wall_s)
        END                                             AS rest_s,
        booked.wall_s - rest_s                          AS unattributed_s,
        CASE
            WHEN booked.outcome = 'removed' THEN 'removed'
            -- nothing says how much of it was committed
            WHEN job.committed_s IS NULL OR booked.wall_s IS NULL THEN 'unknown'
            ELSE bucket_of(booked.outcome)
        END                                             AS rest_bucket,
        CASE
            WHEN coalesce(job.cpu_user_us, job.cpu_sys_us) IS NOT NULL AND job.cores_milli > 0
                THEN least(
                    coalesce(job.cpu_user_us, 0) + coalesce(job.cpu_sys_us, 0), rest_s * job.cores_milli * 1000
                )
        END                                             AS run_used_us,
        lesser(job.gpus_used_milli, job.gpus * 1000) AS gpus_used_milli,
        lesser(job.memory_used_mib, job.memory_mib) AS memory_used_mib,
        rest_bucket IN ('ran', 'failed', 'signal')      AS completed
    FROM charge_ended AS booked
    INNER JOIN job USING (job_id)
    WHERE booked.kind = 'job'
)
SELECT
    * EXCLUDE (run_used_us, gpus_used_milli, memory_used_mib, completed, kept_completed, kept_succeeded),
    CASE WHEN rest_bucket = 'ran' THEN run_used_us END  AS used_core_us,
    -- the seconds whose cores were used, of all of its cores
    used_core_us * 1000 // cores_milli                  AS used_wall_us,
    CASE WHEN rest_bucket = 'ran' AND gpus > 0 THEN gpus_used_milli * rest_s END AS used_gpu_ms,
    CASE WHEN rest_bucket = 'ran' THEN memory_used_mib * rest_s END AS used_memory_mib_s,
    coalesce(completed, false)                          AS completed,
    coalesce(kept_completed, false)                     AS kept_completed,
    coalesce(kept_succeeded, false)                     AS kept_succeeded
FROM (
    SELECT * FROM used
    UNION ALL BY NAME
    SELECT * FROM unexplained
    UNION ALL BY NAME
    SELECT * FROM ended
)
