-- waste_project_day: one row per (booking, pool, day, project, venue, bucket, completed, succeeded): waste_user_day, added up.
-- Reads: waste_user_day, which has the same by user.
-- Sorted by day, so that a question for few days reads few rows.
SELECT
    booking,
    pool,
    day,
    project,
    venue,
    bucket,
    completed,
    succeeded,
    sum(wall_us)                                        AS wall_us,
    sum(core_us)                                        AS core_us,
    sum(gpu_ms)                                         AS gpu_ms,
    sum(memory_mib_s)                                   AS memory_mib_s
FROM waste_user_day
GROUP BY ALL
ORDER BY booking, pool, day
