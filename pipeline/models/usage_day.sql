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
    sum(mcore_measured_s)::BIGINT                       AS mcore_measured_s,
    sum(cpu_over_us)                                    AS cpu_over_us,
    sum(memory_used_mib_s)                              AS memory_used_mib_s,
    sum(memory_measured_mib_s)                          AS memory_measured_mib_s,
    sum(gpu_used_ms)                                    AS gpu_used_ms,
    sum(gpu_measured_s)                                 AS gpu_measured_s
FROM (
    SELECT 'used' AS booking, * FROM charge
    UNION ALL BY NAME
    SELECT 'ended' AS booking, * FROM charge_ended WHERE kind <> 'attempt'
)
GROUP BY ALL
