-- GPU hours by model add up to the GPU hours of every slice, in both bookings, and no slice of a GPU is more than one.
WITH
by_model AS (
    SELECT
        booking, pool, day, ap, project, site, resource, "user", outcome, venue,
        sum(gpu_s) AS gpu_s, bool_and(gpu_28_s BETWEEN 0 AND 28 * gpu_s) AS is_share
    FROM gpu_day
    GROUP BY ALL
),
by_usage AS (
    SELECT booking, pool, day, ap, project, site, resource, "user", outcome, venue, gpu_s
    FROM usage_day
    WHERE gpu_s > 0
)
SELECT by_usage.gpu_s AS gpu_s, by_model.gpu_s AS by_model_s, by_model.is_share, booking, pool, day, ap, project
FROM by_usage
FULL JOIN by_model USING (booking, pool, day, ap, project, site, resource, "user", outcome, venue)
WHERE by_usage.gpu_s IS DISTINCT FROM by_model.gpu_s OR NOT by_model.is_share
