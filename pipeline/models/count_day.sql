-- count_day: one row per (booking, pool, day, ap, project, site, resource, user, outcome, venue): jobs and attempts that
-- are in no other row, so that they add up over rows. Reads: charge, charge_ended, itinerary.
-- As used, those of several days or slices are in `itinerary` instead, and are counted there. As ended there are none.
-- A summary of another accounting system has as many jobs as it says, each on one of its days.
WITH
several AS (
    SELECT DISTINCT pool, day, what, id
    FROM itinerary
)
SELECT
    'used'                                              AS booking,
    charge.pool,
    charge.day,
    charge.ap,
    charge.project,
    charge.site,
    charge.resource,
    charge."user",
    charge.outcome,
    charge.venue,
    (
        count(*) FILTER (WHERE several_jobs.id IS NULL AND charge.kind <> 'summary')
        + coalesce(sum(charge.jobs), 0)
    )::BIGINT                                           AS jobs,
    count(charge.attempt_id) FILTER (WHERE several_attempts.id IS NULL) AS attempts
FROM charge
LEFT JOIN several AS several_jobs
    ON several_jobs.what = 'job'
    AND several_jobs.pool = charge.pool
    AND several_jobs.day = charge.day
    AND several_jobs.id = charge.job_id
LEFT JOIN several AS several_attempts
    ON several_attempts.what = 'attempt'
    AND several_attempts.pool = charge.pool
    AND several_attempts.day = charge.day
    AND several_attempts.id = charge.attempt_id
GROUP BY ALL
UNION ALL
SELECT
    'ended',
    pool,
    day,
    ap,
    project,
    site,
    resource,
    "user",
    outcome,
    venue,
    (count(*) FILTER (WHERE kind IN ('job', 'record')) + coalesce(sum(jobs), 0))::BIGINT,
    count(attempt_id)
FROM charge_ended
GROUP BY ALL
