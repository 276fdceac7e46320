-- pilot_day: one row per (pool, day, site, project): core and GPU time of payload and of pilots there, as used.
-- Reads: usage_day, ce_site.
-- Pilots are a CE's jobs: what they hold is what payload runs in, so the two stand side by side and are never added.
-- A pilot's record names no site: it is the one that the glideins of its CE name. Null where there is nothing.
SELECT
    usage_day.pool,
    usage_day.day,
    CASE
        WHEN usage_day.venue = 'pilot' AND usage_day.site = 'unattributed' THEN coalesce(ce_site.site, 'unattributed')
        ELSE usage_day.site
    END                                                 AS site,
    usage_day.project,
    sum(usage_day.mcore_s) FILTER (usage_day.venue = 'pool')::BIGINT AS payload_mcore_s,
    sum(usage_day.mcore_s) FILTER (usage_day.venue = 'pilot')::BIGINT AS pilot_mcore_s,
    sum(usage_day.gpu_s) FILTER (usage_day.venue = 'pool')::BIGINT AS payload_gpu_s,
    sum(usage_day.gpu_s) FILTER (usage_day.venue = 'pilot')::BIGINT AS pilot_gpu_s
FROM usage_day
LEFT JOIN ce_site
    ON ce_site.pool = usage_day.pool
    AND ce_site.host = lower(regexp_replace(usage_day.ap, '^.*@', ''))
WHERE usage_day.booking = 'used' AND usage_day.venue IN ('pool', 'pilot')
GROUP BY ALL
