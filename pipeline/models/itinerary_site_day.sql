-- itinerary_site_day: one row per (what, pool, day, site, resource, venue, itinerary): the jobs or
-- attempts that have it. Reads: itinerary.
-- n is the same in all rows of an itinerary: in a question it counts once.
SELECT
    what,
    pool,
    day,
    site,
    resource,
    venue,
    by_site                                             AS itinerary,
    count(DISTINCT id)                                  AS n
FROM itinerary
GROUP BY ALL
ORDER BY what, pool, day
