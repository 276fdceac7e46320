-- transfer_day: one row per (pool, day, ap, project, site, resource, user, venue, purpose, direction, protocol, endpoint,
-- result): files that URL plugins moved. Its files and bytes add up to those of file_moved.
-- Reads: file_moved.
-- files: transfers of a file, each try of the job anew; lists_none: records of a plugin that listed no file.
-- Sums stand beside what they cover: bytes of sized_files; timed_bytes in timed_s seconds, where size and time are known;
-- hit_bytes were in the cache already, fetched_bytes it fetched for this; of others than the aged_files nobody says. Null:
-- of none of its files it is known.
SELECT
    pool,
    day,
    ap,
    project,
    site,
    resource,
    "user",
    venue,
    purpose,
    direction,
    protocol,
    endpoint,
    result,
    count(*) FILTER (WHERE result <> 'none')            AS files,
    count(*) FILTER (WHERE result = 'none')             AS lists_none,
    count(file_bytes)                                   AS sized_files,
    sum(file_bytes)::BIGINT                             AS bytes,
    sum(moved_bytes)::BIGINT                            AS moved_bytes,
    sum(file_bytes) FILTER (WHERE transfer_s IS NOT NULL)::BIGINT AS timed_bytes,
    sum(transfer_s) FILTER (WHERE file_bytes IS NOT NULL)::BIGINT AS timed_s,
    sum(transfer_s)::BIGINT                             AS transfer_s,
    count(cache_age_us)                                 AS aged_files,
    (
        sum(CASE WHEN cache_age_us > 0 THEN file_bytes ELSE 0 END)
        FILTER (WHERE cache_age_us IS NOT NULL AND file_bytes IS NOT NULL)
    )::BIGINT                                           AS hit_bytes,
    (
        sum(CASE WHEN cache_age_us > 0 THEN 0 ELSE file_bytes END)
        FILTER (WHERE cache_age_us IS NOT NULL AND file_bytes IS NOT NULL)
    )::BIGINT                                           AS fetched_bytes
FROM file_moved
GROUP BY ALL
