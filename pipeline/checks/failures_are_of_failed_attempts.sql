-- Each failure is of an attempt that is there, that ended, and that did not succeed.
SELECT failure.attempt_id, failure.failure, attempt.outcome
FROM failure
LEFT JOIN attempt USING (attempt_id)
WHERE attempt.attempt_id IS NULL OR attempt.outcome IN ('succeeded', 'running')
