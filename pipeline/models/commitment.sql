-- commitment: one row per pledge of a site or facility, and per allocation or award of a project, with its days.
-- Reads: lake_metadata.
-- `promised_s` is null where no amount is stated: of an award, and of a share whose whole nobody stated.
SELECT
    kind,
    name                                                AS number,
    CASE WHEN kind = 'pledge' THEN of_kind ELSE 'project' END AS of_kind,
    CASE WHEN kind = 'pledge' THEN name ELSE target END AS owner,
    pool,
    title,
    resource_group,
    share_ppm,
    CASE
        WHEN share_ppm IS NULL THEN core_s
        ELSE (core_s::HUGEINT * share_ppm // 1000000)::BIGINT
    END                                                 AS promised_s,
    DATE '1970-01-01' + valid_from::INTEGER             AS first_day,
    DATE '1970-01-01' + valid_to::INTEGER               AS last_day,
    source
FROM lake_metadata
WHERE kind IN ('pledge', 'allocation', 'award')
