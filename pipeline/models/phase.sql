-- phase: one row per attempt: into which phases its seconds fall, by what its own record says.
-- Reads: attempt, job, lake_attempt_record, lake_job.
-- Each second is in one phase. They are taken in this order, and none takes what one before it has:
--   suspended_s       the run's own suspensions, and one that was open when it ended
--   transfer_queue_s  waiting for the access point's transfer queue, input and output
--   transfer_in_s, transfer_out_s  files on their way; without an end: until the executable started, or the run ended
--   checkpointed_s    of an evicted run: from the executable's start to its last checkpoint
--   rest_s            all else; rest_bucket says to which bucket the run's end assigns it (`ran`: it ended well)
-- Ads keep instants of earlier runs: only those within the attempt count. What no record tells is in rest_s.
-- completed: the run's end was the job's: it ran to completion, whatever its exit code. kept_*: the job that the
-- checkpoint was made for has completed, or succeeded.
WITH
said AS (
    SELECT 'epoch' AS basis, * FROM lake_attempt_record WHERE record_type = 'EPOCH'
    UNION ALL BY NAME
    -- a final ad speaks of the status after the run
    SELECT 'final' AS basis, * REPLACE (last_status AS status) FROM lake_job
),
within_run AS (
    SELECT
        attempt.*,
        inside(said.executing_utc, attempt.start_utc, attempt.end_utc) AS executing_utc,
        coalesce(
            inside(said.transfer_in_began_utc, attempt.start_utc, attempt.end_utc),
            inside(said.transfer_in_start_utc, attempt.start_utc, attempt.end_utc)
        )                                               AS in_utc,
        said.transfer_in_done_utc                       AS in_done_utc,
        said.transfer_in_end_utc                        AS in_end_utc,
        inside(said.transfer_queued_utc, attempt.start_utc, attempt.end_utc) AS in_queued_utc,
        coalesce(
            inside(said.transfer_out_began_utc, attempt.start_utc, attempt.end_utc),
            inside(said.transfer_out_start_utc, attempt.start_utc, attempt.end_utc)
        )                                               AS out_utc,
        said.transfer_out_done_utc                      AS out_done_utc,
        said.transfer_out_end_utc                       AS out_end_utc,
        inside(said.transfer_out_queued_utc, attempt.start_utc, attempt.end_utc) AS out_queued_utc,
        inside(said.checkpoint_utc, attempt.start_utc, attempt.end_utc) AS checkpoint_utc,
        CASE
            WHEN said.status = 7 THEN inside(said.suspension_utc, attempt.start_utc, attempt.end_utc)
        END                                             AS suspended_utc,
        -- the other one is of all runs: of the first run it is its own
        within(
            coalesce(said.run_suspended_s, CASE WHEN attempt.run_instance = 0 THEN said.suspended_s END),
            attempt.wall_s
        )                                               AS was_suspended_s,
        CASE WHEN attempt.run_instance = 0 THEN within(said.committed_s, attempt.wall_s) END AS committed_s,
        -- of a run too short for a sample both are 0: not measured
        nullif(within(coalesce(said.memory_used_mib, (said.rss_kib + 1023) // 1024), 1 << 26), 0) AS memory_used_mib,
        within(said.gpus_usage_milli, 10_000_000)       AS gpus_used_milli,
        said.request_memory_mib,
        -- no later run is known of: a run that ended well was the job's end
        max(attempt.run_instance) FILTER (WHERE attempt.end_utc IS NOT NULL OR attempt.outcome = 'running') OVER (
            PARTITION BY pool, ap, attempt.global_job_id, attempt.cluster, attempt.proc
        )                                               AS last_run
    FROM attempt
    LEFT JOIN said USING (pool, ap, record_id, basis)
),
told AS (
    SELECT
        *,
        CASE
            WHEN suspended_utc IS NOT NULL THEN coalesce(was_suspended_s, 0) + end_utc - suspended_utc
            ELSE was_suspended_s
        END                                             AS suspended_s,
        CASE
            WHEN in_utc >= in_queued_utc THEN in_utc - in_queued_utc
            -- it waited to the end
            WHEN in_utc IS NULL AND executing_utc IS NULL THEN end_utc - in_queued_utc
        END                                             AS in_queue_s,
        CASE
            -- the queue of a transfer that made a checkpoint is not that of the output
            WHEN checkpoint_utc >= out_queued_utc THEN NULL
            WHEN out_utc >= out_queued_utc THEN out_utc - out_queued_utc
            ELSE end_utc - out_queued_utc
        END                                             AS out_queue_s,
        coalesce(
            inside(in_done_utc, in_utc, end_utc),
            inside(in_end_utc, in_utc, end_utc),
            inside(executing_utc, in_utc, end_utc),
            end_utc
        ) - in_utc                                      AS in_s,
        coalesce(
            inside(out_done_utc, out_utc, end_utc),
            inside(out_end_utc, out_utc, end_utc),
            end_utc
        ) - out_utc                                     AS out_s,
        CASE
            WHEN outcome <> 'evicted' THEN NULL
            WHEN checkpoint_utc >= coalesce(executing_utc, start_utc)
                THEN checkpoint_utc - coalesce(executing_utc, start_utc)
            -- versions that do not say when they made it
            ELSE committed_s
        END                                             AS saved_s
    FROM within_run
),
-- seconds up to the end of each phase, in their order: no more than there are
stacked AS (
    SELECT
        *,
        least(coalesce(suspended_s, 0), wall_s)         AS to_suspended_s,
        least(to_suspended_s + coalesce(in_queue_s, 0) + coalesce(out_queue_s, 0), wall_s) AS to_queue_s,
        least(to_queue_s + coalesce(in_s, 0), wall_s)   AS to_in_s,
        least(to_in_s + coalesce(out_s, 0), wall_s)     AS to_out_s,
        least(to_out_s + coalesce(saved_s, 0), wall_s)  AS to_saved_s
    FROM told
    WHERE wall_s IS NOT NULL
)
SELECT
    stacked.attempt_id,
    stacked.start_utc,
    stacked.end_utc,
    to_suspended_s                                      AS suspended_s,
    to_queue_s - to_suspended_s                         AS transfer_queue_s,
    to_in_s - to_queue_s                                AS transfer_in_s,
    to_out_s - to_in_s                                  AS transfer_out_s,
    to_saved_s - to_out_s                               AS checkpointed_s,
    stacked.wall_s - to_saved_s                         AS rest_s,
    stacked.outcome IN ('succeeded', 'failed', 'signal')
        AND stacked.run_instance = last_run
        AND job.status IS DISTINCT FROM 3               AS completed,
    coalesce(job.status = 4, false)                     AS kept_completed,
    kept_completed
        AND coalesce(NOT job.exit_by_signal, true)
        AND coalesce(job.exit_code = job.success_exit_code, false) AS kept_succeeded,
    stacked.memory_used_mib,
    stacked.gpus_used_milli,
    stacked.request_memory_mib
FROM stacked
LEFT JOIN job USING (pool, ap, global_job_id)
