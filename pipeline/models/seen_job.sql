-- seen_job: one row per (pool, ap, cluster, proc) that a final ad, a record of an attempt or the queue names.
-- Reads: lake_job, lake_attempt_record, lake_queue_job.
-- has_ended: there is a final ad; ended_utc: its first one's; read_utc: when the last one was read. heard_utc: newest
-- record of its attempts. is_queued: in the queue when that was asked last. What it says of its cluster: submitted when,
-- of how many jobs, made late or not.
SELECT
    pool,
    ap,
    cluster,
    proc,
    bool_or(has_ended)                                  AS has_ended,
    min(ended_utc)                                      AS ended_utc,
    max(read_utc)                                       AS read_utc,
    max(heard_utc)                                      AS heard_utc,
    bool_or(is_queued)                                  AS is_queued,
    min(submit_utc)                                     AS submit_utc,
    max(within(cluster_jobs, 10_000_000))               AS cluster_jobs,
    bool_or(materialized_utc IS NOT NULL)               AS is_materialized,
    max(within(made_jobs, 10_000_000))                  AS made_jobs
FROM (
    SELECT
        pool, ap, cluster, proc, submit_utc, cluster_jobs, materialized_utc, made_jobs,
        true AS has_ended, status_utc AS ended_utc, read_utc, NULL::BIGINT AS heard_utc, false AS is_queued
    FROM lake_job
    UNION ALL
    SELECT
        pool, ap, cluster, proc, submit_utc, cluster_jobs, materialized_utc, made_jobs,
        false, NULL, NULL, coalesce(write_utc, shadow_start_utc, start_utc), false
    FROM lake_attempt_record
    UNION ALL
    SELECT
        pool, ap, cluster, proc, submit_utc, cluster_jobs, materialized_utc, made_jobs,
        false, NULL, NULL, NULL, true
    FROM lake_queue_job
)
-- HTCondor's own ids are 32-bit
WHERE cluster BETWEEN 0 AND 2_147_483_647 AND proc BETWEEN 0 AND 2_147_483_647
GROUP BY pool, ap, cluster, proc
