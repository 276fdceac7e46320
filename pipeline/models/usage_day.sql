-- usage_day: one row per (booking, pool, day, ap, project, site, resource, user, outcome, venue).
-- Reads: charge, charge_ended.
-- Sums only; ratios are divided after grouping. Distinct jobs and attempts do not add up over rows: not in here.
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
    sum(wall_s)::BIGINT                                 AS wall_s,
    sum(mcore_s)::BIGINT                                AS mcore_s,
    sum(gpu_s)::BIGINT                                  AS gpu_s,
    sum(memory_mib_s)::BIGINT                           AS memory_mib_s,
    sum(cpu_used_us)::BIGINT                            AS cpu_used_us,
    sum(cpu_measured_us)::BIGINT                        AS cpu_measured_us,
    sum(mcore_measured_s)::BIGINT                       AS mcore_measured_s
FROM (
    SELECT 'used' AS booking, * FROM charge
    UNION ALL BY NAME
    SELECT 'ended' AS booking, * FROM charge_ended WHERE kind = 'job'
)
GROUP BY ALL
