-- slot_now: one row per slot that a pool has now.
-- Reads: lake_slot_ad.
-- Of each slot the newest ad counts, if it is no more than 15 minutes older than the newest of its pool: the collector
-- daemon forgets a slot after that time. role:
--   whole     a partitionable slot, or a static one of a startd that has no partitionable slot: it offers its cores
--   part      a dynamic slot: its cores are those of a partitionable one, and never added
--   shadowed  a static slot beside a partitionable one
-- Backfill slots offer the same cores a second time: they are looked at by themselves.
WITH newest AS (
    SELECT
        pool,
        name,
        startd_of(name, machine)                        AS startd,
        coalesce(is_partitionable, slot_type = 'Partitionable', false) AS is_partitionable,
        coalesce(is_dynamic, slot_type = 'Dynamic', false) AS is_dynamic,
        coalesce(is_backfill, false)                    AS is_backfill,
        coalesce(lower(state), 'unknown')               AS state,
        CASE WHEN site IS NULL THEN 'local' ELSE 'glidein' END AS origin,
        coalesce(site, 'unattributed')                  AS site,
        coalesce(resource, 'unattributed')              AS resource,
        within(cpus_milli, 1_000_000_000)               AS cpus_milli,
        within(total_cpus_milli, 1_000_000_000)         AS total_cpus_milli,
        within(memory_mib, 1_000_000_000)               AS memory_mib,
        within(total_memory_mib, 1_000_000_000)         AS total_memory_mib,
        within(gpus, 1_000_000)                         AS gpus,
        within(total_gpus, 1_000_000)                   AS total_gpus,
        gpu_model,
        gpu_models,
        gpu_models_free,
        seen_utc,
        max(seen_utc) OVER (PARTITION BY pool)          AS pool_seen_utc
    FROM lake_slot_ad
    QUALIFY row_number() OVER (PARTITION BY pool, name ORDER BY seen_utc DESC, read_utc DESC, record_id) = 1
)
SELECT
    * EXCLUDE (is_dynamic),
    CASE
        WHEN is_partitionable THEN 'whole'
        WHEN is_dynamic THEN 'part'
        WHEN bool_or(is_partitionable) OVER (PARTITION BY pool, startd, is_backfill) THEN 'shadowed'
        ELSE 'whole'
    END                                                 AS role
FROM newest
WHERE seen_utc >= pool_seen_utc - 900
