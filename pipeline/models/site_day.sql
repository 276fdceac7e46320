-- site_day: one row per (pool, day, site and resource as the records name them): where that was, as registered that day.
-- Reads: usage_site_day, lake_metadata, institution.
-- Of the names that glideins give, counts in this order: an alias of the resource or the site that a file states; the
-- resource, as registered; the site, as registered; a resource group of that name; a resource that has the site's name.
-- Of several statements of one kind: one for that pool alone, one of a file, the one that began last.
-- A site that nobody registered keeps its name, and its facility is `unmapped`; of `unattributed` nothing is known.
WITH
named AS (
    SELECT DISTINCT pool, day, site, resource, (day - DATE '1970-01-01')::BIGINT AS day_index
    FROM usage_site_day
),
-- what is stated of the names of each day; a statement about both names is found twice, which changes nothing
stated_of_name AS (
    SELECT named.*, stated.* EXCLUDE (pool, site), stated.pool AS stated_pool, stated.site AS stated_site
    FROM named
    INNER JOIN lake_metadata AS stated
        ON stated.name = named.site
        AND named.site <> 'unattributed'
        AND (stated.kind IN ('site', 'resource') OR (stated.kind = 'alias' AND stated.of_kind = 'site'))
    UNION ALL BY NAME
    SELECT named.*, stated.* EXCLUDE (pool, site), stated.pool AS stated_pool, stated.site AS stated_site
    FROM named
    INNER JOIN lake_metadata AS stated
        ON stated.name = named.resource
        AND named.resource <> 'unattributed'
        AND (stated.kind = 'resource' OR (stated.kind = 'alias' AND stated.of_kind = 'resource'))
),
in_force AS (
    SELECT
        pool,
        day,
        site,
        resource,
        day_index,
        name,
        coalesce(target, name)                          AS target,
        stated_site,
        stated_pool IS NULL                             AS is_general,
        basis = 'file'                                  AS is_own,
        valid_from,
        source,
        record_id,
        CASE
            WHEN kind = 'alias' AND of_kind = 'resource' AND name = resource THEN 0
            WHEN kind = 'alias' AND of_kind = 'site' AND basis = 'file' THEN 1
            WHEN kind = 'resource' AND name = resource THEN 2
            WHEN kind = 'site' THEN 3
            WHEN kind = 'alias' THEN 4
            ELSE 5
        END                                             AS place
    FROM stated_of_name
    WHERE
        day_index BETWEEN coalesce(valid_from, day_index) AND coalesce(valid_to, day_index)
        AND coalesce(stated_pool, pool) = pool
),
best AS (
    SELECT *
    FROM in_force
    QUALIFY row_number() OVER (
        PARTITION BY pool, day, site, resource
        ORDER BY place, is_general, is_own DESC, valid_from DESC NULLS LAST, source, record_id
    ) = 1
),
-- an alias of a resource leads to the resource, and that to its site
found AS (
    SELECT
        best.pool,
        best.day,
        best.site,
        best.resource,
        best.day_index,
        CASE
            WHEN best.place = 0 THEN best.target
            WHEN best.place = 2 THEN best.name
        END                                             AS registered_resource,
        CASE
            WHEN best.place IN (1, 3, 4) THEN best.target
            WHEN best.place IN (2, 5) THEN best.stated_site
            ELSE stated.site
        END                                             AS registered_site
    FROM best
    LEFT JOIN lake_metadata AS stated
        ON best.place = 0
        AND stated.kind = 'resource'
        AND stated.name = best.target
        AND best.day_index BETWEEN coalesce(stated.valid_from, best.day_index)
            AND coalesce(stated.valid_to, best.day_index)
        AND coalesce(stated.pool, best.pool) = best.pool
    QUALIFY row_number() OVER (
        PARTITION BY best.pool, best.day, best.site, best.resource
        ORDER BY stated.pool IS NULL, (stated.basis = 'file') DESC, stated.valid_from DESC NULLS LAST, stated.source,
            stated.record_id
    ) = 1
),
located AS (
    SELECT found.pool, found.day, found.site, found.resource, found.day_index, stated.facility, stated.institution_id
    FROM found
    INNER JOIN lake_metadata AS stated
        ON stated.kind = 'site'
        AND stated.name = found.registered_site
        AND found.day_index BETWEEN coalesce(stated.valid_from, found.day_index)
            AND coalesce(stated.valid_to, found.day_index)
        AND coalesce(stated.pool, found.pool) = found.pool
    QUALIFY row_number() OVER (
        PARTITION BY found.pool, found.day, found.site, found.resource
        ORDER BY stated.pool IS NULL, (stated.basis = 'file') DESC, stated.valid_from DESC NULLS LAST, stated.source,
            stated.record_id
    ) = 1
),
owned AS (
    SELECT located.pool, located.day, located.site, located.resource, stated.institution_id
    FROM located
    INNER JOIN lake_metadata AS stated
        ON stated.kind = 'facility'
        AND stated.name = located.facility
        AND located.day_index BETWEEN coalesce(stated.valid_from, located.day_index)
            AND coalesce(stated.valid_to, located.day_index)
        AND coalesce(stated.pool, located.pool) = located.pool
    QUALIFY row_number() OVER (
        PARTITION BY located.pool, located.day, located.site, located.resource
        ORDER BY stated.pool IS NULL, (stated.basis = 'file') DESC, stated.valid_from DESC NULLS LAST, stated.source,
            stated.record_id
    ) = 1
),
unknown AS (
    SELECT
        named.*,
        CASE WHEN named.site = 'unattributed' THEN 'unattributed' ELSE 'unmapped' END AS nowhere
    FROM named
)
SELECT
    unknown.pool,
    unknown.day,
    unknown.site,
    unknown.resource,
    coalesce(found.registered_site, unknown.site)       AS registered,
    coalesce(found.registered_resource, unknown.resource) AS registered_resource,
    found.registered_site IS NOT NULL                   AS is_registered,
    coalesce(located.facility, unknown.nowhere)         AS place,
    coalesce(institution.institution_id, unknown.nowhere) AS contributor_id,
    coalesce(institution.title, unknown.nowhere)        AS contributor
FROM unknown
LEFT JOIN found USING (pool, day, site, resource)
LEFT JOIN located USING (pool, day, site, resource)
LEFT JOIN owned USING (pool, day, site, resource)
LEFT JOIN institution ON institution.written_id = coalesce(located.institution_id, owned.institution_id)
