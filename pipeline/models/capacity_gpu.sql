-- capacity_gpu: one row per (pool, origin, is_backfill, site, gpu_model, state): the GPUs that a pool offers now.
-- Reads: slot_now.
-- The same slots as in `capacity`. A slot with GPUs of several models lists them. One of an older lake does not, nor
-- which of them are free: of those given away its dynamic slots say it, all others have the model `unknown`.
WITH
listed AS (
    SELECT
        *,
        TRY_CAST(TRY_CAST(gpu_models AS JSON) AS MAP(VARCHAR, BIGINT)) AS models,
        TRY_CAST(TRY_CAST(gpu_models_free AS JSON) AS MAP(VARCHAR, BIGINT)) AS free_models
    FROM slot_now
    WHERE role = 'whole'
),
slot AS (
    SELECT
        *,
        CASE WHEN is_partitionable THEN gpus ELSE coalesce(total_gpus, gpus) END AS own,
        CASE WHEN is_partitionable THEN greatest(total_gpus - gpus, 0) ELSE 0 END AS given
    FROM listed
    WHERE gpu_model IS NOT NULL OR models IS NULL
    UNION ALL BY NAME
    SELECT
        *,
        CASE WHEN is_partitionable THEN coalesce(free, 0) ELSE total END AS own,
        CASE WHEN is_partitionable THEN greatest(total - coalesce(free, 0), 0) ELSE 0 END AS given
    FROM (
        SELECT
            * REPLACE (model AS gpu_model),
            within(models[model], 1_000_000)            AS total,
            within(free_models[model], 1_000_000)       AS free
        FROM (
            SELECT *, unnest(map_keys(models)) AS model
            FROM listed
            WHERE gpu_model IS NULL AND models IS NOT NULL
        )
    )
),
-- partitionable slots that name no model, by startd
mixed AS (
    SELECT pool, pool_seen_utc, startd, origin, is_backfill, site, sum(given)::BIGINT AS given
    FROM slot
    WHERE gpu_model IS NULL
    GROUP BY ALL
),
held AS (
    SELECT pool, startd, is_backfill, gpu_model, sum(gpus)::BIGINT AS gpus
    FROM slot_now
    WHERE role = 'part' AND gpu_model IS NOT NULL AND gpus > 0
    GROUP BY ALL
),
named AS (
    SELECT mixed.* EXCLUDE (given), held.gpu_model, held.gpus
    FROM mixed
    INNER JOIN held USING (pool, startd, is_backfill)
    -- dynamic slots' ads can be newer than that of the slot that they are parts of: then they are not believed
    QUALIFY sum(held.gpus) OVER (PARTITION BY pool, startd, is_backfill, mixed.site) <= mixed.given
),
part AS (
    SELECT pool, pool_seen_utc, origin, is_backfill, site, gpu_model, state, own AS gpus
    FROM slot
    UNION ALL
    SELECT pool, pool_seen_utc, origin, is_backfill, site, gpu_model, 'claimed', given
    FROM slot
    WHERE gpu_model IS NOT NULL
    UNION ALL
    SELECT pool, pool_seen_utc, origin, is_backfill, site, gpu_model, 'claimed', gpus
    FROM named
    UNION ALL
    SELECT pool, pool_seen_utc, origin, is_backfill, site, NULL, 'claimed', given - coalesce(of_startd.gpus, 0)
    FROM mixed
    LEFT JOIN (
        SELECT pool, startd, is_backfill, site, sum(gpus)::BIGINT AS gpus FROM named GROUP BY ALL
    ) AS of_startd USING (pool, startd, is_backfill, site)
)
SELECT
    pool,
    pool_seen_utc                                       AS seen_utc,
    origin,
    is_backfill,
    site,
    coalesce(gpu_model, 'unknown')                      AS gpu_model,
    state,
    sum(gpus)::BIGINT                                   AS gpus
FROM part
WHERE gpus > 0
GROUP BY ALL
