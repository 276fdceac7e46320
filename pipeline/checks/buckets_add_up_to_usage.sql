-- The buckets add up to the usage of every slice, in both bookings: wall time, cores, GPUs and memory.
WITH
by_bucket AS (
    SELECT
        booking, pool, day, ap, project, site, resource, "user", outcome, venue,
        coalesce(sum(wall_us), 0) AS wall_us,
        coalesce(sum(core_us), 0) AS core_us,
        coalesce(sum(gpu_ms), 0) AS gpu_ms,
        coalesce(sum(memory_mib_s), 0) AS memory_mib_s
    FROM waste_day
    GROUP BY ALL
),
by_usage AS (
    SELECT
        booking, pool, day, ap, project, site, resource, "user", outcome, venue,
        coalesce(wall_s, 0)::HUGEINT * 1_000_000 AS wall_us,
        coalesce(mcore_s, 0)::HUGEINT * 1000 AS core_us,
        coalesce(gpu_s, 0)::HUGEINT * 1000 AS gpu_ms,
        coalesce(memory_mib_s, 0)::HUGEINT AS memory_mib_s
    FROM usage_day
)
(SELECT 'buckets' AS only_in, * FROM (FROM by_bucket EXCEPT FROM by_usage))
UNION ALL
(SELECT 'usage' AS only_in, * FROM (FROM by_usage EXCEPT FROM by_bucket))
