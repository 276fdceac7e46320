-- attempt_gpu: one row per attempt that had GPUs: which model they were, and how much of a whole GPU each was.
-- Reads: attempt, lake_slot_ad.
-- Job records name no model. basis, best first:
--   slot     an ad of its slot, seen while it ran, says it
--   startd   all of the startd's GPUs were of one model, on the day before, the day after, and in between
--   unknown  nothing says it
-- A MIG slice (`... MIG 3g.20gb`) has that many of the GPU's compute slices: 7, of an A30 4. share_28 is in
-- 28ths of a GPU, so that both are whole numbers. A profile that is not known counts as one device: is_known_share is
-- then false. Source of the profiles: NVIDIA's MIG user guide.
WITH
run AS (
    SELECT
        pool,
        attempt_id,
        global_job_id,
        slot,
        startd_of(slot, machine)                        AS startd,
        start_utc,
        coalesce(end_utc, start_utc)                    AS end_utc
    FROM attempt
    WHERE gpus > 0
),
gpu_ad AS (
    SELECT pool, name, startd_of(name, machine) AS startd, remote_job, gpu_model, gpu_models, total_gpus, seen_utc
    FROM lake_slot_ad
    WHERE coalesce(total_gpus, gpus, 0) > 0
),
of_slot AS (
    SELECT run.attempt_id, arg_max(gpu_ad.gpu_model, gpu_ad.seen_utc) AS gpu_model
    FROM run
    INNER JOIN gpu_ad
        ON gpu_ad.pool = run.pool
        AND gpu_ad.name = run.slot
        AND gpu_ad.seen_utc BETWEEN run.start_utc AND run.end_utc
        AND coalesce(gpu_ad.remote_job = run.global_job_id, true)
    WHERE gpu_ad.gpu_model IS NOT NULL
    GROUP BY ALL
),
of_startd AS (
    SELECT run.attempt_id, min(gpu_ad.gpu_model) AS gpu_model
    FROM run
    INNER JOIN gpu_ad
        ON gpu_ad.pool = run.pool
        AND gpu_ad.startd = run.startd
        AND gpu_ad.seen_utc BETWEEN run.start_utc - 86400 AND run.end_utc + 86400
    GROUP BY ALL
    HAVING
        count(DISTINCT gpu_ad.gpu_model) = 1
        -- slots with several models name none
        AND bool_and(gpu_ad.gpu_models IS NULL)
),
named AS (
    SELECT
        run.pool,
        run.attempt_id,
        coalesce(of_slot.gpu_model, of_startd.gpu_model, 'unknown') AS gpu_model,
        CASE
            WHEN of_slot.gpu_model IS NOT NULL THEN 'slot'
            WHEN of_startd.gpu_model IS NOT NULL THEN 'startd'
            ELSE 'unknown'
        END                                             AS basis
    FROM run
    LEFT JOIN of_slot USING (attempt_id)
    LEFT JOIN of_startd USING (attempt_id)
),
sliced AS (
    SELECT
        *,
        contains(gpu_model, ' MIG ')                    AS is_slice,
        CASE WHEN regexp_matches(gpu_model, '\bA30\b') THEN 4 ELSE 7 END AS slices,
        TRY_CAST(regexp_extract(gpu_model, ' MIG (\d)g\.\d+gb', 1) AS INTEGER) AS has_slices
    FROM named
)
SELECT
    pool,
    attempt_id,
    gpu_model,
    basis,
    CASE WHEN is_slice AND has_slices BETWEEN 1 AND slices THEN has_slices * (28 // slices) ELSE 28 END AS share_28,
    NOT is_slice OR coalesce(has_slices BETWEEN 1 AND slices, false) AS is_known_share
FROM sliced
