-- Each roll-up of the buckets holds the same sums as the rows that it was made of, by day and bucket.
WITH
held AS (
    SELECT 'waste_day' AS made, * FROM waste_day
    UNION ALL BY NAME
    SELECT 'waste_project_day' AS made, * FROM waste_project_day
    UNION ALL BY NAME
    SELECT 'waste_site_day' AS made, * FROM waste_site_day
    UNION ALL BY NAME
    SELECT 'waste_user_day' AS made, * FROM waste_user_day
),
added AS (
    SELECT
        made,
        booking,
        pool,
        day,
        venue,
        bucket,
        completed,
        succeeded,
        sum(wall_us) AS wall_us,
        sum(core_us) AS core_us,
        sum(gpu_ms) AS gpu_ms,
        sum(memory_mib_s) AS memory_mib_s
    FROM held
    GROUP BY ALL
)
SELECT count(*) AS alike, min(made) AS one_of, * EXCLUDE (made)
FROM added
GROUP BY ALL
HAVING count(*) <> 4
