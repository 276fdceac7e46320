-- pilot_day: one row per (pool, day, site, project): core and GPU time of payload and of pilots there, as used.
-- Reads: usage_day, ce_site.
-- Pilots are a CE's jobs: what they hold is what payload runs in, so the two stand side by side and are never added.
-- A pilot's record names no site: it is the one that the glideins of its CE name. Null where there is nothing.
WITH
held AS (
    SELECT pool, day, ap, site, project, venue, sum(mcore_s) AS mcore_s, sum(gpu_s) AS gpu_s
    FROM usage_day
    WHERE booking = 'used' AND venue IN ('pool', 'pilot')
    GROUP BY ALL
)
SELECT
    held.pool,
    held.day,
    CASE
        WHEN held.venue = 'pilot' AND held.site = 'unattributed' THEN coalesce(ce_site.site, 'unattributed')
        ELSE held.site
    END                                                 AS site,
    held.project,
    sum(held.mcore_s) FILTER (held.venue = 'pool')::BIGINT AS payload_mcore_s,
    sum(held.mcore_s) FILTER (held.venue = 'pilot')::BIGINT AS pilot_mcore_s,
    sum(held.gpu_s) FILTER (held.venue = 'pool')::BIGINT AS payload_gpu_s,
    sum(held.gpu_s) FILTER (held.venue = 'pilot')::BIGINT AS pilot_gpu_s
FROM held
LEFT JOIN ce_site
    ON ce_site.pool = held.pool
    AND ce_site.host = lower(regexp_replace(held.ap, '^.*@', ''))
GROUP BY ALL
