-- The day table holds the same sums as the charges that it was made from, in both bookings.
WITH
fact AS (
    SELECT 'used' AS booking, pool, wall_s, mcore_s, gpu_s, memory_mib_s, cpu_used_us, cpu_measured_us, mcore_measured_s
    FROM charge
    UNION ALL
    SELECT 'ended', pool, wall_s, mcore_s, gpu_s, memory_mib_s, cpu_used_us, cpu_measured_us, mcore_measured_s
    FROM charge_ended
),
by_fact AS (
    SELECT
        booking,
        pool,
        sum(wall_s) AS wall_s,
        sum(mcore_s) AS mcore_s,
        sum(gpu_s) AS gpu_s,
        sum(memory_mib_s) AS memory_mib_s,
        sum(cpu_used_us) AS cpu_used_us,
        sum(cpu_measured_us) AS cpu_measured_us,
        sum(mcore_measured_s) AS mcore_measured_s
    FROM fact
    GROUP BY ALL
),
by_day AS (
    SELECT
        booking,
        pool,
        sum(wall_s) AS wall_s,
        sum(mcore_s) AS mcore_s,
        sum(gpu_s) AS gpu_s,
        sum(memory_mib_s) AS memory_mib_s,
        sum(cpu_used_us) AS cpu_used_us,
        sum(cpu_measured_us) AS cpu_measured_us,
        sum(mcore_measured_s) AS mcore_measured_s
    FROM usage_day
    GROUP BY ALL
)
(SELECT 'fact' AS only_in, * FROM (FROM by_fact EXCEPT FROM by_day))
UNION ALL
(SELECT 'day' AS only_in, * FROM (FROM by_day EXCEPT FROM by_fact))
