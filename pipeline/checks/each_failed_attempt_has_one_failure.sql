-- Each attempt that ended without success has exactly one failure.
SELECT attempt_id, outcome, count(failure.attempt_id) AS failures
FROM attempt
LEFT JOIN failure USING (attempt_id)
WHERE outcome NOT IN ('succeeded', 'running')
GROUP BY attempt_id, outcome
HAVING failures <> 1
