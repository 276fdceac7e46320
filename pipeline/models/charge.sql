-- charge: one row per attempt and day of the reporting zone (and per residual and day, and per usage record of another
-- accounting system and day: kinds `record` and `summary`). Booking: as used.
-- Reads: attempt, phase, residual, job, imported, calendar.
-- An attempt is cut at the zone's midnights: the charges of an attempt add up to it, to the second. Its CPU time is
-- spread over its days in proportion to its seconds there, in whole microseconds by largest remainder (ties: the
-- earlier day). A residual is spread over its window in the same way, in whole seconds.
-- An attempt whose time is not known (lost, running) is one row on the day of its start, with null sums.
WITH
span AS (
    SELECT
        pool,
        ap,
        job_id,
        attempt_id,
        'attempt'                                       AS kind,
        coalesce(project, 'unmapped')                   AS project,
        coalesce(site, 'unattributed')                  AS site,
        coalesce(resource, 'unattributed')              AS resource,
        coalesce("user", 'unknown')                     AS "user",
        outcome,
        venue,
        start_utc,
        end_utc,
        wall_s                                          AS amount_s,
        cpu_used_us,
        cores_milli,
        gpus,
        memory_mib,
        memory_used_mib,
        gpus_used_milli
    FROM attempt
    LEFT JOIN (SELECT attempt_id, memory_used_mib, gpus_used_milli FROM phase) USING (attempt_id)
    UNION ALL
    SELECT
        residual.pool,
        residual.ap,
        residual.job_id,
        NULL                                            AS attempt_id,
        'residual'                                      AS kind,
        coalesce(job.project, 'unmapped')               AS project,
        'unattributed'                                  AS site,
        'unattributed'                                  AS resource,
        coalesce(job."user", 'unknown')                 AS "user",
        'unattributed'                                  AS outcome,
        job.venue,
        -- an empty window has only its end
        least(residual.start_utc, residual.end_utc)     AS start_utc,
        residual.end_utc,
        residual.charged_s                              AS amount_s,
        NULL                                            AS cpu_used_us,
        job.cores_milli,
        job.gpus,
        job.memory_mib,
        NULL                                            AS memory_used_mib,
        NULL                                            AS gpus_used_milli
    FROM residual
    INNER JOIN job USING (pool, ap, global_job_id)
    WHERE residual.charged_s > 0
),
span_day AS (
    SELECT
        *,
        local_day(start_utc)                            AS first_day,
        local_day(greatest(coalesce(end_utc, start_utc) - 1, start_utc)) AS last_day
    FROM span
),
one_day AS (
    SELECT
        * EXCLUDE (first_day, last_day),
        first_day                                       AS day_index,
        amount_s                                        AS wall_s,
        cpu_used_us                                     AS day_cpu_used_us
    FROM span_day
    WHERE first_day = last_day
),
piece AS (
    SELECT
        span_piece.*,
        -- seconds of the span on that day
        least(span_piece.end_utc, calendar.end_utc) - greatest(span_piece.start_utc, calendar.start_utc) AS day_s,
        span_piece.end_utc - span_piece.start_utc       AS span_s
    FROM (
        SELECT * EXCLUDE (first_day, last_day), unnest(range(first_day, last_day + 1)) AS day_index
        FROM span_day
        WHERE first_day < last_day
    ) AS span_piece
    INNER JOIN calendar USING (day_index)
),
shared AS (
    SELECT
        *,
        (amount_s::HUGEINT * day_s // span_s)::BIGINT   AS base_s,
        (cpu_used_us::HUGEINT * day_s // span_s)::BIGINT AS base_us,
        row_number() OVER (whole ORDER BY amount_s::HUGEINT * day_s % span_s DESC, day_index) AS rank_s,
        row_number() OVER (whole ORDER BY cpu_used_us::HUGEINT * day_s % span_s DESC, day_index) AS rank_us
    FROM piece
    WINDOW whole AS (PARTITION BY job_id, attempt_id, kind)
),
several_days AS (
    SELECT
        * EXCLUDE (day_s, span_s, base_s, base_us, rank_s, rank_us),
        base_s + (rank_s <= amount_s - sum(base_s) OVER whole)::BIGINT AS wall_s,
        base_us + (rank_us <= cpu_used_us - sum(base_us) OVER whole)::BIGINT AS day_cpu_used_us
    FROM shared
    WINDOW whole AS (PARTITION BY job_id, attempt_id, kind)
)
SELECT
    pool,
    ap,
    job_id,
    attempt_id,
    kind,
    day_index,
    DATE '1970-01-01' + day_index::INTEGER              AS day,
    project,
    site,
    resource,
    "user",
    outcome,
    venue,
    wall_s::BIGINT                                      AS wall_s,
    (wall_s * cores_milli)::BIGINT                      AS mcore_s,
    (wall_s * gpus)::BIGINT                             AS gpu_s,
    (wall_s * memory_mib)::BIGINT                       AS memory_mib_s,
    day_cpu_used_us::BIGINT                             AS cpu_used_us,
    -- what efficiency is made of: without cores there is nothing to measure against
    CASE WHEN wall_s * cores_milli IS NOT NULL THEN day_cpu_used_us END::BIGINT AS cpu_measured_us,
    CASE WHEN cpu_used_us IS NOT NULL THEN wall_s * cores_milli END::BIGINT AS mcore_measured_s,
    -- beyond what the slot gave: in no bucket
    CASE
        WHEN day_cpu_used_us - wall_s * cores_milli * 1000 IS NOT NULL
            THEN greatest(day_cpu_used_us - wall_s * cores_milli * 1000, 0)
    END::BIGINT                                         AS cpu_over_us,
    CASE WHEN memory_mib IS NOT NULL THEN wall_s * memory_used_mib END::BIGINT AS memory_used_mib_s,
    CASE WHEN memory_used_mib IS NOT NULL THEN wall_s * memory_mib END::BIGINT AS memory_measured_mib_s,
    CASE WHEN gpus > 0 THEN wall_s * gpus_used_milli END::BIGINT AS gpu_used_ms,
    CASE WHEN gpus > 0 AND gpus_used_milli IS NOT NULL THEN wall_s * gpus END::BIGINT AS gpu_measured_s
FROM (
    SELECT * FROM one_day
    UNION ALL BY NAME
    SELECT * FROM several_days
)
-- a residual so short that a day of its window got no second of it is not on that day
WHERE kind = 'attempt' OR wall_s > 0
UNION ALL BY NAME
SELECT * EXCLUDE (booking)
FROM imported
WHERE booking = 'used'
