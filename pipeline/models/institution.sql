-- institution: one row per id of an institution that metadata name: the institution that it stands for.
-- Reads: lake_metadata.
-- An institution is its id, never its spelling; `institution_id` differs from the id where a file says that two ids
-- are one institution (an alias). The title is the newest that is stated; where several to which anything belongs have
-- the same, it gets the id behind it.
WITH
written AS (
    SELECT written_id, bool_or(is_used) AS is_used
    FROM (
        SELECT institution_id AS written_id, true AS is_used FROM lake_metadata WHERE institution_id IS NOT NULL
        UNION ALL
        SELECT name AS written_id, false AS is_used FROM lake_metadata WHERE kind = 'institution'
    )
    GROUP BY written_id
),
same AS (
    SELECT name, target
    FROM lake_metadata
    WHERE kind = 'alias' AND of_kind = 'institution' AND basis = 'file' AND name <> target
    QUALIFY row_number() OVER (PARTITION BY name ORDER BY valid_to DESC NULLS FIRST, valid_from DESC NULLS LAST, source)
        = 1
),
titled AS (
    SELECT name, title
    FROM lake_metadata
    WHERE kind = 'institution' AND title <> ''
    QUALIFY row_number() OVER (
        PARTITION BY name
        ORDER BY (basis = 'file') DESC, valid_to DESC NULLS FIRST, valid_from DESC NULLS LAST, source
    ) = 1
),
meant AS (
    SELECT written.written_id, written.is_used, coalesce(same.target, written.written_id) AS institution_id
    FROM written
    LEFT JOIN same ON same.name = written.written_id
)
SELECT
    meant.written_id,
    meant.institution_id,
    CASE
        WHEN titled.title IS NULL THEN meant.institution_id
        WHEN count(DISTINCT CASE WHEN meant.is_used THEN meant.institution_id END) OVER (PARTITION BY titled.title) > 1
            THEN concat(titled.title, ' [', meant.institution_id, ']')
        ELSE titled.title
    END                                                 AS title
FROM meant
LEFT JOIN titled ON titled.name = meant.institution_id
