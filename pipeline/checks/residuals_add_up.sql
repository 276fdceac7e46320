-- The charges of a residual add up to it.
SELECT
    residual.job_id,
    residual.global_job_id,
    residual.charged_s,
    sum(charge.wall_s)                                  AS days_s
FROM residual
LEFT JOIN charge ON charge.job_id = residual.job_id AND charge.kind = 'residual'
WHERE residual.charged_s > 0
GROUP BY ALL
HAVING days_s IS DISTINCT FROM residual.charged_s
