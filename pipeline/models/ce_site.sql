-- ce_site: one row per (pool, host of a CE): the site at which the glideins that it started say they are.
-- Reads: lake_slot_ad.
-- A pilot's own record does not say its site; its glidein names both site and CE. The newest word counts.
SELECT
    pool,
    lower(regexp_extract(gatekeeper, '^([A-Za-z0-9.-]+)', 1)) AS host,
    arg_max(site, seen_utc)                             AS site,
    max(seen_utc)                                       AS seen_utc
FROM lake_slot_ad
WHERE site IS NOT NULL AND regexp_extract(gatekeeper, '^([A-Za-z0-9.-]+)', 1) <> ''
GROUP BY ALL
