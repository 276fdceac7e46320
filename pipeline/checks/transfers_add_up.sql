-- The days hold the files and bytes of all files that were moved.
WITH
by_file AS (
    SELECT
        pool,
        day,
        result,
        count(*) FILTER (WHERE result <> 'none') AS files,
        count(*) FILTER (WHERE result = 'none') AS lists_none,
        sum(file_bytes) AS bytes,
        sum(moved_bytes) AS moved_bytes
    FROM file_moved
    GROUP BY ALL
),
by_day AS (
    SELECT
        pool,
        day,
        result,
        sum(files) AS files,
        sum(lists_none) AS lists_none,
        sum(bytes) AS bytes,
        sum(moved_bytes) AS moved_bytes
    FROM transfer_day
    GROUP BY ALL
)
(SELECT 'files' AS only_in, * FROM (FROM by_file EXCEPT FROM by_day))
UNION ALL
(SELECT 'days' AS only_in, * FROM (FROM by_day EXCEPT FROM by_file))
