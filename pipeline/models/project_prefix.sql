-- project_prefix: one row per beginning of a project's name that stands for an institution, by its name.
-- Reads: lake_metadata.
-- A suggestion for names that nobody registered; no usage is mapped by it.
SELECT
    name                                                AS prefix,
    min(title)                                          AS institution
FROM lake_metadata
WHERE kind = 'prefix'
GROUP BY name
