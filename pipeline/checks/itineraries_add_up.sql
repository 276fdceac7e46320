-- An itinerary is of as many jobs or attempts in all of its rows, and of those that have it.
WITH
made AS (
    SELECT 'project' AS grain, what, pool, itinerary, min(n) AS least, max(n) AS most
    FROM itinerary_project_day
    GROUP BY ALL
    UNION ALL
    SELECT 'site', what, pool, itinerary, min(n), max(n) FROM itinerary_site_day GROUP BY ALL
    UNION ALL
    SELECT 'user', what, pool, itinerary, min(n), max(n) FROM itinerary_user_day GROUP BY ALL
),
had AS (
    SELECT 'project' AS grain, what, pool, by_project AS itinerary, count(DISTINCT id) AS n
    FROM itinerary
    GROUP BY ALL
    UNION ALL
    SELECT 'site', what, pool, by_site, count(DISTINCT id) FROM itinerary GROUP BY ALL
    UNION ALL
    SELECT 'user', what, pool, by_user, count(DISTINCT id) FROM itinerary GROUP BY ALL
)
SELECT grain, what, pool, itinerary, made.least, made.most, had.n
FROM made
FULL JOIN had USING (grain, what, pool, itinerary)
WHERE made.least IS DISTINCT FROM had.n OR made.most IS DISTINCT FROM had.n
