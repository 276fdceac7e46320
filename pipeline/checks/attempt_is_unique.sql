-- Each attempt of a job is in the ledger once.
SELECT attempt_id, count(*) AS times
FROM attempt
GROUP BY ALL
HAVING times > 1
