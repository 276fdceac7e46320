-- itinerary: one row per (job that has several charges, or attempt of several days; and each day and slice of it).
-- Reads: charge. Booking: as used.
-- Distinct jobs and attempts do not add up over days and sites. Those with one charge do (count_day); these are here.
-- Of a summary nobody knows which jobs it has: they are in count_day, each once.
-- what: `job` or `attempt`, and `id` which one. by_project, by_user, by_site: equal for those that were charged to the
-- same days and the same projects (projects and users, sites and resources): a question of those counts all or none.
WITH
visit AS (
    SELECT DISTINCT
        'job'                                           AS what,
        job_id                                          AS id,
        pool,
        job_id,
        day,
        ap,
        project,
        site,
        resource,
        "user",
        outcome,
        venue
    FROM charge
    SEMI JOIN (SELECT job_id FROM charge GROUP BY job_id HAVING count(*) > 1) USING (job_id)
    WHERE kind <> 'summary'
    UNION ALL
    SELECT
        'attempt',
        attempt_id,
        pool,
        job_id,
        day,
        ap,
        project,
        site,
        resource,
        "user",
        outcome,
        venue
    FROM charge
    SEMI JOIN (
        SELECT attempt_id FROM charge WHERE attempt_id IS NOT NULL GROUP BY attempt_id HAVING count(*) > 1
    ) USING (attempt_id)
),
journey AS (
    SELECT
        what,
        id,
        sum(DISTINCT hash(day, pool, project, venue))   AS by_project,
        sum(DISTINCT hash(day, pool, project, "user", venue)) AS by_user,
        sum(DISTINCT hash(day, pool, site, resource, venue)) AS by_site
    FROM visit
    GROUP BY what, id
)
SELECT visit.*, journey.by_project, journey.by_user, journey.by_site
FROM visit
INNER JOIN journey USING (what, id)
