-- Each attempt has one row of phases, and each charge one row of buckets with its wall time.
WITH
booked AS (
    SELECT 'used' AS booking, job_id, attempt_id, day, wall_s FROM charge WHERE kind IN ('attempt', 'residual')
    UNION ALL
    SELECT 'ended', job_id, NULL, day, wall_s FROM charge_ended WHERE kind = 'job'
),
counted AS (
    SELECT booking, job_id, attempt_id, day, wall_s, 1 AS charges, 0 AS rows FROM booked
    UNION ALL
    SELECT booking, job_id, attempt_id, day, wall_s, 0, 1 FROM waste
)
SELECT booking, job_id, attempt_id, day, wall_s, sum(charges) AS charges, sum(rows) AS rows
FROM counted
GROUP BY ALL
HAVING sum(charges) <> sum(rows)
UNION ALL
SELECT 'used', NULL, attempt_id, NULL, NULL, 1, count(*)
FROM phase
GROUP BY attempt_id
HAVING count(*) <> 1
