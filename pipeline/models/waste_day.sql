-- waste_day: one row per (booking, pool, day, ap, project, site, resource, user, outcome, venue, bucket, completed,
-- succeeded): the time that was allocated, by what became of it. Its buckets add up to usage_day in every slice.
-- Reads: waste, imported.
-- Whole numbers: wall_us, core_us (core-microseconds), gpu_ms (device-milliseconds), memory_mib_s. Each of cores, GPUs
-- and memory has its own `used`, `idle` and `not_measured`; wall time is split as cores are. Null: nothing is known.
-- completed, succeeded: whether it counts as goodput, as HTCondor calls it and by the job's own success code.
-- Of what was imported all time belongs to its end; of jobs that succeeded CPU time is the part of their cores used.
WITH
piece AS NOT MATERIALIZED (
    SELECT *, 'suspended' AS bucket, suspended_s AS piece_s FROM waste WHERE suspended_s > 0
    UNION ALL
    SELECT *, 'transfer_queue', transfer_queue_s FROM waste WHERE transfer_queue_s > 0
    UNION ALL
    SELECT *, 'transfer_in', transfer_in_s FROM waste WHERE transfer_in_s > 0
    UNION ALL
    SELECT *, 'transfer_out', transfer_out_s FROM waste WHERE transfer_out_s > 0
    UNION ALL
    SELECT *, 'checkpointed', checkpointed_s FROM waste WHERE checkpointed_s > 0
    UNION ALL
    SELECT *, 'unattributed', unattributed_s FROM waste WHERE unattributed_s > 0
    UNION ALL
    -- a run of no length, and one whose time is not known, are there too
    SELECT *, rest_bucket, rest_s FROM waste WHERE rest_bucket <> 'ran' AND (rest_s > 0 OR wall_s = 0 OR wall_s IS NULL)
),
whole AS NOT MATERIALIZED (
    SELECT
        *,
        piece_s * 1_000_000                             AS wall_us,
        piece_s * cores_milli * 1000                    AS core_us,
        piece_s * gpus * 1000                           AS gpu_ms,
        piece_s * memory_mib                            AS memory_mib_s
    FROM piece
),
ran AS NOT MATERIALIZED (
    SELECT
        *,
        rest_s * 1_000_000                              AS rest_wall_us,
        rest_s * cores_milli * 1000                     AS rest_core_us,
        rest_s * gpus * 1000                            AS rest_gpu_ms,
        rest_s * memory_mib                             AS rest_memory_mib_s
    FROM waste
    WHERE rest_bucket = 'ran' AND (rest_s > 0 OR wall_s = 0)
),
split AS NOT MATERIALIZED (
    SELECT
        *,
        'used'                                          AS bucket,
        used_wall_us                                    AS wall_us,
        used_core_us                                    AS core_us,
        used_gpu_ms                                     AS gpu_ms,
        used_memory_mib_s                               AS memory_mib_s
    FROM ran
    WHERE coalesce(used_core_us, used_gpu_ms, used_memory_mib_s) IS NOT NULL
    UNION ALL
    SELECT
        *,
        'idle',
        rest_wall_us - used_wall_us,
        rest_core_us - used_core_us,
        rest_gpu_ms - used_gpu_ms,
        rest_memory_mib_s - used_memory_mib_s
    FROM ran
    WHERE coalesce(used_core_us, used_gpu_ms, used_memory_mib_s) IS NOT NULL
    UNION ALL
    SELECT
        *,
        'not_measured',
        CASE WHEN used_core_us IS NULL THEN rest_wall_us END,
        CASE WHEN used_core_us IS NULL THEN rest_core_us END,
        CASE WHEN used_gpu_ms IS NULL THEN rest_gpu_ms END,
        CASE WHEN used_memory_mib_s IS NULL THEN rest_memory_mib_s END
    FROM ran
    WHERE used_core_us IS NULL OR used_memory_mib_s IS NULL OR (gpus > 0 AND used_gpu_ms IS NULL)
),
told AS NOT MATERIALIZED (
    SELECT
        booking,
        pool,
        day,
        ap,
        project,
        site,
        resource,
        "user",
        outcome,
        venue,
        outcome IN ('succeeded', 'failed', 'signal')    AS completed,
        wall_s * 1_000_000                              AS all_wall_us,
        mcore_s * 1000                                  AS all_core_us,
        gpu_s * 1000                                    AS all_gpu_ms,
        memory_mib_s                                    AS all_memory_mib_s,
        CASE WHEN outcome = 'succeeded' AND mcore_s > 0 THEN lesser(cpu_used_us, mcore_s * 1000) END AS used_core_us,
        all_wall_us::HUGEINT * used_core_us // all_core_us AS used_wall_us
    FROM imported
),
foreign_piece AS NOT MATERIALIZED (
    SELECT *, 'used' AS bucket, used_wall_us AS wall_us, used_core_us AS core_us, NULL AS gpu_ms, NULL AS memory_mib_s
    FROM told
    WHERE used_core_us IS NOT NULL
    UNION ALL
    SELECT *, 'idle', all_wall_us - used_wall_us, all_core_us - used_core_us, NULL, NULL
    FROM told
    WHERE used_core_us IS NOT NULL
    UNION ALL
    SELECT *, 'not_measured', NULL, NULL, all_gpu_ms, all_memory_mib_s
    FROM told
    WHERE used_core_us IS NOT NULL AND coalesce(all_gpu_ms, all_memory_mib_s) IS NOT NULL
    UNION ALL
    SELECT
        *,
        CASE WHEN outcome = 'succeeded' THEN 'not_measured' ELSE bucket_of(outcome) END,
        all_wall_us,
        all_core_us,
        all_gpu_ms,
        all_memory_mib_s
    FROM told
    WHERE used_core_us IS NULL
)
SELECT
    booking,
    pool,
    day,
    ap,
    project,
    site,
    resource,
    "user",
    outcome,
    venue,
    bucket,
    CASE
        WHEN bucket = 'checkpointed' THEN kept_completed
        -- as ended, what the ad does not tell of was not committed
        ELSE completed AND bucket <> 'unattributed'
    END                                                 AS completed,
    CASE
        WHEN bucket = 'checkpointed' THEN kept_succeeded
        ELSE outcome = 'succeeded' AND bucket NOT IN ('unattributed', 'unknown')
    END                                                 AS succeeded,
    -- wider than 64 bits: a few ads of ten years on the largest slot are more core-microseconds than fit into that
    sum(wall_us)                                        AS wall_us,
    sum(core_us)                                        AS core_us,
    sum(gpu_ms)                                         AS gpu_ms,
    sum(memory_mib_s)                                   AS memory_mib_s
FROM (
    SELECT * FROM whole
    UNION ALL BY NAME
    SELECT * FROM split
    UNION ALL BY NAME
    SELECT * FROM foreign_piece
)
GROUP BY ALL
