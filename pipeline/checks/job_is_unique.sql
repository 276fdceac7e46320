-- Each job is in the ledger once, however many final ads it has.
SELECT job_id, count(*) AS times
FROM job
GROUP BY ALL
HAVING times > 1
