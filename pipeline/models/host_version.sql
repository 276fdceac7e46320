-- host_version: one row per (pool, host, version): from when until when slots of a host said which HTCondor runs them.
-- Reads: lake_slot_ad.
-- A version counts from its first ad to the first ad of the next one, the last one for ever. Hosts on which two versions
-- were there at a time (glideins bring their own) are left out: which of them ran an attempt is not known.
WITH
seen AS (
    SELECT
        pool,
        machine                                         AS host,
        nullif(regexp_extract(condor_version, '([0-9]+[.][0-9]+[.][0-9]+)', 1), '') AS version,
        min(seen_utc)                                   AS first_utc,
        max(seen_utc)                                   AS last_utc
    FROM lake_slot_ad
    WHERE machine IS NOT NULL AND seen_utc IS NOT NULL
    GROUP BY ALL
    HAVING version IS NOT NULL
),
in_turn AS (
    SELECT *, lead(first_utc) OVER (PARTITION BY pool, host ORDER BY first_utc, version) AS next_utc
    FROM seen
)
SELECT
    pool,
    host,
    version,
    first_utc                                           AS from_utc,
    -- the year 2200
    coalesce(next_utc, 7_258_118_400)                   AS until_utc
FROM in_turn
QUALIFY NOT bool_or(coalesce(next_utc <= last_utc, false)) OVER (PARTITION BY pool, host)
