-- Each stream of a source has one state a day.
SELECT pool, ap, source, stream, day, count(*) AS times
FROM coverage_day
GROUP BY ALL
HAVING times > 1
