-- served_by: one row per attempt whose input, or a part of it, came from a named endpoint: which one.
-- Reads: file_moved, attempt.
-- cache: the endpoint of a file that failed, else of any file; of several the first by name. ended_utc: as in failure.
WITH
named AS (
    SELECT
        attempt_id,
        coalesce(min(endpoint) FILTER (WHERE result = 'failed'), min(endpoint)) AS cache
    FROM file_moved
    WHERE direction = 'download' AND endpoint <> 'unknown'
    GROUP BY attempt_id
)
SELECT
    named.attempt_id,
    coalesce(attempt.end_utc, attempt.start_utc)        AS ended_utc,
    named.cache
FROM named
INNER JOIN attempt USING (attempt_id)
WHERE attempt.venue = 'pool'
ORDER BY ended_utc
