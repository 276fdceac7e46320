-- field_of_science: one row per id of a field of science that metadata name, with its name and its broad field.
-- Reads: lake_metadata.
-- The broad field of a CIP id is its family (the first two digits), of other ids what their file says.
WITH
field AS (
    SELECT name, title, target
    FROM lake_metadata
    WHERE kind = 'field'
    QUALIFY row_number() OVER (
        PARTITION BY name
        ORDER BY (basis = 'file') DESC, valid_to DESC NULLS FIRST, valid_from DESC NULLS LAST, source
    ) = 1
)
SELECT
    field.name                                          AS field_id,
    coalesce(field.title, field.name)                   AS title,
    coalesce(area.title, field.target, 'unmapped')      AS area
FROM field
LEFT JOIN field AS area ON area.name = field.target
