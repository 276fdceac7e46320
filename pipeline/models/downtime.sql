-- downtime: one row per announced or reported downtime of a resource or site, with the site that it is of.
-- Reads: lake_metadata.
-- Where a file and Topology state one under the same id, the file's counts.
WITH
stated AS (
    SELECT *
    FROM lake_metadata
    WHERE kind = 'downtime'
    QUALIFY row_number() OVER (PARTITION BY name, pool ORDER BY (basis = 'file') DESC, source, record_id) = 1
),
-- the site of the resource on the day on which the downtime began
placed AS (
    SELECT
        stated.record_id,
        known.site,
        known.facility
    FROM stated
    INNER JOIN lake_metadata AS known
        ON known.kind = 'resource'
        AND known.name = stated.target
        AND stated.from_utc // 86400 BETWEEN coalesce(known.valid_from, stated.from_utc // 86400)
            AND coalesce(known.valid_to, stated.from_utc // 86400)
    QUALIFY row_number() OVER (
        PARTITION BY stated.record_id
        ORDER BY (known.basis = 'file') DESC, known.valid_from DESC NULLS LAST, known.source, known.record_id
    ) = 1
)
SELECT
    stated.name                                         AS downtime_id,
    stated.pool,
    stated.target                                       AS resource,
    coalesce(placed.site, stated.target)                AS site,
    placed.facility,
    stated.severity,
    stated.is_planned,
    stated.from_utc,
    stated.to_utc,
    stated.title,
    stated.source
FROM stated
LEFT JOIN placed USING (record_id)
