-- failure: one row per attempt that ended and did not succeed: its class, whose it usually is, how sure that is, and the
-- signature of what was said; with what attempts are told apart by, so that failures can be looked at alone.
-- Reads: attempt, lake_attempt_record, lake_job.
-- What was said is what ended this run: the reason and codes of its hold, its removal or its eviction; for a run that
-- ended by itself the exit code or the signal. Classes are those of `pipeline/triage`: a message goes before a code, a
-- code before the run's end. They are asked of distinct shapes of messages, not of each attempt.
-- ended_utc: of a lost attempt, which has no end, its beginning. host: of a slot alone the part behind its last @.
-- mcore_s: milli-core-seconds. Rows are in the order of their ends.
WITH
failed AS (
    SELECT *
    FROM attempt
    WHERE outcome NOT IN ('succeeded', 'running')
),
record AS (
    SELECT 'epoch' AS basis, * FROM lake_attempt_record WHERE record_type = 'EPOCH'
    UNION ALL BY NAME
    SELECT 'final' AS basis, * FROM lake_job
),
said AS (
    SELECT
        failed.attempt_id,
        CASE WHEN failed.basis = 'spawn' THEN 'no_end' ELSE failed.outcome END AS outcome,
        -- 15 and 16, held before it ever ran, stay in the ad after the release
        failed.outcome = 'held'
            AND coalesce(record.hold_reason, record.hold_code::VARCHAR) IS NOT NULL
            AND coalesce(record.hold_code, 0) NOT IN (15, 16) AS told_by_hold,
        failed.outcome IN ('held', 'evicted', 'lost', 'removed') AS was_ended,
        CASE
            WHEN told_by_hold THEN record.hold_reason
            WHEN failed.outcome = 'removed' THEN coalesce(nullif(record.remove_reason, ''), record.vacate_reason)
            WHEN was_ended THEN record.vacate_reason
        END                                             AS message,
        CASE WHEN told_by_hold THEN record.hold_code WHEN was_ended THEN record.vacate_code END AS code,
        CASE WHEN told_by_hold THEN record.hold_subcode WHEN was_ended THEN record.vacate_subcode END AS subcode,
        CASE failed.outcome WHEN 'failed' THEN record.exit_code WHEN 'signal' THEN record.exit_signal END AS number
    FROM failed
    LEFT JOIN record USING (pool, ap, record_id, basis)
),
shaped AS MATERIALIZED (
    SELECT attempt_id, coalesce(shape_of(message), '') AS shape, code, subcode, outcome, number
    FROM said
),
told AS MATERIALIZED (
    SELECT shape, code, subcode, outcome, number, failure_of(shape, code, subcode, outcome, number) AS verdict
    FROM (SELECT DISTINCT shape, code, subcode, outcome, number FROM shaped)
),
classed AS (
    SELECT shaped.attempt_id, told.verdict
    FROM shaped
    INNER JOIN told
        ON told.shape = shaped.shape
        AND told.outcome = shaped.outcome
        AND told.code IS NOT DISTINCT FROM shaped.code
        AND told.subcode IS NOT DISTINCT FROM shaped.subcode
        AND told.number IS NOT DISTINCT FROM shaped.number
)
SELECT
    attempt_id,
    verdict.failure                                     AS failure,
    verdict.blame                                       AS blame,
    verdict.confidence                                  AS confidence,
    verdict.signature                                   AS signature,
    job_id,
    pool,
    venue,
    coalesce(end_utc, start_utc)                        AS ended_utc,
    coalesce(machine, nullif(regexp_extract(slot, '@([^@]+)$', 1), '')) AS host,
    site,
    glidein_entry                                       AS factory,
    coalesce(image, '')                                 AS image,
    "user",
    batch_name                                          AS batch,
    command,
    project,
    ap,
    wall_s,
    coalesce(wall_s * cores_milli, 0)                   AS mcore_s
FROM classed
INNER JOIN failed USING (attempt_id)
ORDER BY ended_utc
