-- The charges of an attempt add up to its wall time and its CPU time, to the second and the microsecond.
SELECT
    attempt.attempt_id,
    attempt.global_job_id,
    attempt.run_instance,
    attempt.wall_s                                      AS attempt_s,
    sum(charge.wall_s)                                  AS charged_s,
    sum(charge.cpu_used_us)                             AS charged_us
FROM attempt
LEFT JOIN charge ON charge.attempt_id = attempt.attempt_id
GROUP BY ALL
HAVING
    count(charge.attempt_id) = 0
    OR charged_s IS DISTINCT FROM attempt_s
    OR charged_us IS DISTINCT FROM any_value(attempt.cpu_used_us)
