-- Of the final ads of a job that is in history more than once all are known, and exactly one counts.
SELECT
    job.job_id,
    job.global_job_id,
    job.final_ads,
    count(repeated_ad.record_id)                        AS known_ads,
    count(*) FILTER (WHERE repeated_ad.is_counted)      AS counted_ads
FROM job
LEFT JOIN repeated_ad USING (pool, ap, job_id)
WHERE job.final_ads > 1
GROUP BY ALL
HAVING known_ads <> job.final_ads OR counted_ads <> 1
