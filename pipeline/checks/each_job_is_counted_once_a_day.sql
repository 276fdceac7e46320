-- Jobs and attempts that add up and those with an itinerary are each day the distinct ones of charges and summaries.
WITH
counted AS (
    SELECT pool, day, sum(jobs) AS jobs, sum(attempts) AS attempts
    FROM count_day
    WHERE booking = 'used'
    GROUP BY ALL
),
several AS (
    SELECT
        pool,
        day,
        count(DISTINCT id) FILTER (WHERE what = 'job') AS jobs,
        count(DISTINCT id) FILTER (WHERE what = 'attempt') AS attempts
    FROM itinerary
    GROUP BY ALL
),
charged AS (
    SELECT
        pool,
        day,
        count(DISTINCT job_id) FILTER (WHERE kind <> 'summary') + coalesce(sum(jobs), 0) AS jobs,
        count(DISTINCT attempt_id) AS attempts
    FROM charge
    GROUP BY ALL
),
told AS (
    SELECT
        pool,
        day,
        coalesce(counted.jobs, 0) + coalesce(several.jobs, 0) AS jobs,
        coalesce(counted.attempts, 0) + coalesce(several.attempts, 0) AS attempts
    FROM counted
    FULL JOIN several USING (pool, day)
)
SELECT pool, day, told.jobs, charged.jobs AS charged_jobs, told.attempts, charged.attempts AS charged_attempts
FROM charged
FULL JOIN told USING (pool, day)
WHERE told.jobs IS DISTINCT FROM charged.jobs OR told.attempts IS DISTINCT FROM charged.attempts
