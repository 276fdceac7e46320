-- usage_project_day: one row per (booking, pool, day, project, venue): usage_user_day, added up.
-- Reads: usage_user_day, which has the same by user.
-- Sums are wider than 64 bits, and sorted by day, so that a question for few days reads few rows.
SELECT
    booking,
    pool,
    day,
    project,
    venue,
    sum(wall_s)                                         AS wall_s,
    sum(mcore_s)                                        AS mcore_s,
    sum(gpu_s)                                          AS gpu_s,
    sum(memory_mib_s)                                   AS memory_mib_s,
    sum(cpu_used_us)                                    AS cpu_used_us,
    sum(cpu_measured_us)                                AS cpu_measured_us,
    sum(mcore_measured_s)                               AS mcore_measured_s,
    sum(cpu_over_us)                                    AS cpu_over_us,
    sum(memory_used_mib_s)                              AS memory_used_mib_s,
    sum(memory_measured_mib_s)                          AS memory_measured_mib_s,
    sum(gpu_used_ms)                                    AS gpu_used_ms,
    sum(gpu_measured_s)                                 AS gpu_measured_s,
    sum(jobs)::BIGINT                                   AS jobs,
    sum(attempts)::BIGINT                               AS attempts
FROM usage_user_day
GROUP BY ALL
ORDER BY booking, pool, day
