-- No day on which something was lost, rejected or is missing is called complete.
SELECT pool, ap, source, stream, day, state, gaps, chain_breaks, rejects, missing_jobs
FROM coverage_day
WHERE (gaps + chain_breaks + rejects + missing_jobs > 0) <> (state = 'partial')
