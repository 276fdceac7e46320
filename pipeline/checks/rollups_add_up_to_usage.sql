-- Each roll-up of usage holds the same sums and counts as the rows that it was made of, on every day.
WITH
fact AS (
    SELECT * FROM usage_day
    UNION ALL BY NAME
    SELECT * FROM count_day
),
held AS (
    SELECT 'usage_day' AS made, * FROM fact
    UNION ALL BY NAME
    SELECT 'usage_project_day' AS made, * FROM usage_project_day
    UNION ALL BY NAME
    SELECT 'usage_site_day' AS made, * FROM usage_site_day
    UNION ALL BY NAME
    SELECT 'usage_user_day' AS made, * FROM usage_user_day
),
added AS (
    SELECT
        made,
        booking,
        pool,
        day,
        venue,
        sum(wall_s) AS wall_s,
        sum(mcore_s) AS mcore_s,
        sum(gpu_s) AS gpu_s,
        sum(memory_mib_s) AS memory_mib_s,
        sum(cpu_used_us) AS cpu_used_us,
        sum(cpu_measured_us) AS cpu_measured_us,
        sum(mcore_measured_s) AS mcore_measured_s,
        sum(cpu_over_us) AS cpu_over_us,
        sum(memory_used_mib_s) AS memory_used_mib_s,
        sum(memory_measured_mib_s) AS memory_measured_mib_s,
        sum(gpu_used_ms) AS gpu_used_ms,
        sum(gpu_measured_s) AS gpu_measured_s,
        sum(jobs) AS jobs,
        sum(attempts) AS attempts
    FROM held
    GROUP BY ALL
)
SELECT count(*) AS alike, min(made) AS one_of, * EXCLUDE (made)
FROM added
GROUP BY ALL
HAVING count(*) <> 4
