-- project_day: one row per (pool, day, project as the jobs name it) that was used: what is registered of it that day.
-- Reads: usage_project_day, lake_metadata, institution, field_of_science.
-- Of several statements counts, in this order: one for that pool alone, one of a file, the one that began last.
-- A name that an alias gives to another project on that day is that project. What nobody registered is `unmapped`.
WITH
named AS (
    SELECT DISTINCT pool, day, project, (day - DATE '1970-01-01')::BIGINT AS day_index
    FROM usage_project_day
),
registered AS (
    SELECT
        named.pool,
        named.day,
        named.project,
        named.day_index,
        coalesce(stated.target, stated.name)            AS name
    FROM named
    INNER JOIN lake_metadata AS stated
        ON stated.name = named.project
        AND (stated.kind = 'project' OR (stated.kind = 'alias' AND stated.of_kind = 'project'))
        AND named.day_index BETWEEN coalesce(stated.valid_from, named.day_index)
            AND coalesce(stated.valid_to, named.day_index)
        AND coalesce(stated.pool, named.pool) = named.pool
    QUALIFY row_number() OVER (
        PARTITION BY named.pool, named.day, named.project
        ORDER BY
            stated.pool IS NULL,
            (stated.kind = 'alias' AND stated.basis = 'file') DESC,
            (stated.kind = 'project') DESC,
            (stated.basis = 'file') DESC,
            stated.valid_from DESC NULLS LAST,
            stated.source,
            stated.record_id
    ) = 1
),
project AS (
    SELECT registered.pool, registered.day, registered.project, stated.*
        EXCLUDE (pool, name, kind, target, of_kind, title, facility, site)
    FROM registered
    INNER JOIN lake_metadata AS stated
        ON stated.name = registered.name
        AND stated.kind = 'project'
        AND registered.day_index BETWEEN coalesce(stated.valid_from, registered.day_index)
            AND coalesce(stated.valid_to, registered.day_index)
        AND coalesce(stated.pool, registered.pool) = registered.pool
    QUALIFY row_number() OVER (
        PARTITION BY registered.pool, registered.day, registered.project
        ORDER BY
            stated.pool IS NULL,
            (stated.basis = 'file') DESC,
            stated.valid_from DESC NULLS LAST,
            stated.source,
            stated.record_id
    ) = 1
),
broad AS (
    SELECT name, title
    FROM lake_metadata
    WHERE kind = 'nsf_field'
    QUALIFY row_number() OVER (
        PARTITION BY name
        ORDER BY (basis = 'file') DESC, valid_to DESC NULLS FIRST, valid_from DESC NULLS LAST, source
    ) = 1
)
SELECT
    named.pool,
    named.day,
    named.project,
    coalesce(registered.name, named.project)            AS registered,
    project.record_id IS NOT NULL                       AS is_registered,
    coalesce(project.pi, 'unmapped')                    AS pi,
    coalesce(institution.institution_id, 'unmapped')    AS consumer_id,
    coalesce(institution.title, 'unmapped')             AS consumer,
    coalesce(project.field_id, 'unmapped')              AS field_id,
    coalesce(field_of_science.title, project.field_id, project.field_name, 'unmapped') AS field_title,
    coalesce(field_of_science.area, 'unmapped')         AS field_area,
    coalesce(broad.title, 'unmapped')                   AS nsf_area,
    coalesce(project.sponsor, 'unmapped')               AS sponsor
FROM named
LEFT JOIN registered USING (pool, day, project)
LEFT JOIN project USING (pool, day, project)
LEFT JOIN institution ON institution.written_id = project.institution_id
LEFT JOIN field_of_science ON field_of_science.field_id = project.field_id
LEFT JOIN broad ON broad.name = project.field_name
