-- capacity: one row per (pool, origin, is_backfill, site, resource, state): cores and memory that a pool offers now.
-- Reads: slot_now.
-- A partitionable slot offers its TotalSlotCpus: what it has not given away is in its own state, the rest is `claimed`.
-- Slots are counted by their own state. origin: `glidein` if the slot names a site, else `local`.
WITH part AS (
    SELECT
        *,
        1                                               AS slots,
        CASE WHEN is_partitionable THEN cpus_milli ELSE coalesce(total_cpus_milli, cpus_milli) END AS part_cores_milli,
        CASE WHEN is_partitionable THEN memory_mib ELSE coalesce(total_memory_mib, memory_mib) END AS part_memory_mib
    FROM slot_now
    WHERE role = 'whole'
    UNION ALL BY NAME
    SELECT
        * REPLACE ('claimed' AS state),
        0                                               AS slots,
        CASE WHEN total_cpus_milli >= cpus_milli THEN total_cpus_milli - cpus_milli END AS part_cores_milli,
        CASE WHEN total_memory_mib >= memory_mib THEN total_memory_mib - memory_mib END AS part_memory_mib
    FROM slot_now
    WHERE role = 'whole' AND is_partitionable AND (total_cpus_milli > cpus_milli OR total_memory_mib > memory_mib)
)
SELECT
    pool,
    pool_seen_utc                                       AS seen_utc,
    origin,
    is_backfill,
    site,
    resource,
    state,
    sum(slots)                                          AS slots,
    sum(part_cores_milli)                               AS cores_milli,
    sum(part_memory_mib)                                AS memory_mib
FROM part
GROUP BY ALL
