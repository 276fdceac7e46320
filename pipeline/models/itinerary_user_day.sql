-- itinerary_user_day: one row per (what, pool, day, project, user, venue, itinerary): the jobs or
-- attempts that have it. Reads: itinerary.
-- n is the same in all rows of an itinerary: in a question it counts once.
SELECT
    what,
    pool,
    day,
    project,
    "user",
    venue,
    by_user                                             AS itinerary,
    count(DISTINCT id)                                  AS n
FROM itinerary
GROUP BY ALL
ORDER BY what, pool, day
