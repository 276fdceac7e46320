-- source_state: one row per pool: what was read, what was not, and how new it is. The evidence behind the badge.
-- Reads: lake_source_file, lake_reject, job, attempt, charge, residual.
WITH
newest AS (
    SELECT *
    FROM lake_source_file
    QUALIFY row_number() OVER (PARTITION BY pool, source ORDER BY read_bytes DESC, read_utc DESC) = 1
),
files AS (
    SELECT
        pool,
        count(*)                                        AS files,
        count(*) FILTER (WHERE read_bytes < size_bytes) AS open_files,
        max(read_utc)                                   AS read_utc
    FROM newest
    GROUP BY ALL
),
readings AS (
    SELECT
        pool,
        sum(chain_breaks)::BIGINT                       AS chain_breaks,
        max(last_utc)                                   AS newest_record_utc
    FROM lake_source_file
    GROUP BY ALL
),
rejects AS (
    SELECT pool, count(*) AS rejects FROM lake_reject GROUP BY ALL
),
days AS (
    SELECT
        pool,
        min(day)                                        AS first_day,
        max(day)                                        AS last_day
    FROM (SELECT pool, day FROM charge UNION ALL SELECT pool, day FROM charge_ended)
    GROUP BY ALL
),
lost AS (
    SELECT
        pool,
        count(*) FILTER (WHERE outcome = 'lost' AND end_utc IS NULL) AS lost_attempts,
        count(*) FILTER (WHERE cores_milli IS NULL AND basis <> 'spawn') AS attempts_without_cores
    FROM attempt
    GROUP BY ALL
),
unexplained AS (
    SELECT
        pool,
        sum(charged_s)::BIGINT                          AS residual_s,
        count(*) FILTER (WHERE residual_s < 0)          AS negative_residuals
    FROM residual
    GROUP BY ALL
)
SELECT
    pool,
    coalesce(files, 0)                                  AS files,
    coalesce(open_files, 0)                             AS open_files,
    coalesce(chain_breaks, 0)                           AS chain_breaks,
    coalesce(rejects, 0)                                AS rejects,
    coalesce(lost_attempts, 0)                          AS lost_attempts,
    coalesce(attempts_without_cores, 0)                 AS attempts_without_cores,
    coalesce(unexplained.residual_s, 0)                 AS residual_s,
    coalesce(negative_residuals, 0)                     AS negative_residuals,
    first_day,
    last_day,
    newest_record_utc,
    read_utc
FROM files
FULL JOIN readings USING (pool)
FULL JOIN rejects USING (pool)
FULL JOIN days USING (pool)
FULL JOIN lost USING (pool)
FULL JOIN unexplained USING (pool)
