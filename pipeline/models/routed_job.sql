-- routed_job: one row per job of which a router or CE made another one that the lake holds too.
-- Reads: lake_job, lake_attempt_record, lake_queue_job.
-- The two name each other by CLUSTER.PROC, without the access point: within a pool both must agree, and the copy is
-- submitted after the original (less five minutes, for two hosts' clocks) and before the original has ended. Their
-- hours are the same hours: the copy's count, the original has venue `routed`.
WITH
said AS (
    SELECT pool, ap, global_job_id, cluster, proc, routed_from, routed_to, submit_utc, status_utc AS end_utc
    FROM lake_job
    WHERE coalesce(routed_from, routed_to) IS NOT NULL
    UNION ALL
    SELECT pool, ap, global_job_id, cluster, proc, routed_from, routed_to, submit_utc, NULL
    FROM lake_attempt_record
    WHERE coalesce(routed_from, routed_to) IS NOT NULL AND global_job_id IS NOT NULL
    UNION ALL
    SELECT pool, ap, global_job_id, cluster, proc, routed_from, routed_to, submit_utc, NULL
    FROM lake_queue_job
    WHERE coalesce(routed_from, routed_to) IS NOT NULL
),
routed AS (
    SELECT
        pool,
        ap,
        global_job_id,
        concat(min(cluster), '.', min(proc))            AS id,
        max(routed_from)                                AS routed_from,
        max(routed_to)                                  AS routed_to,
        min(submit_utc)                                 AS submit_utc,
        max(end_utc)                                    AS end_utc
    FROM said
    GROUP BY ALL
)
SELECT
    original.pool,
    original.ap,
    original.global_job_id,
    copied.ap                                           AS copy_ap,
    copied.global_job_id                                AS copy_job_id
FROM routed AS original
INNER JOIN routed AS copied
    ON copied.pool = original.pool
    AND copied.id = original.routed_to
    AND copied.routed_from = original.id
    AND coalesce(copied.submit_utc >= original.submit_utc - 300, true)
    AND coalesce(copied.submit_utc <= original.end_utc, true)
QUALIFY row_number() OVER (
    PARTITION BY original.pool, original.ap, original.global_job_id
    ORDER BY (copied.ap = original.ap) DESC, copied.submit_utc, copied.ap, copied.global_job_id
) = 1
