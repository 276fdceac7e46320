-- efficiency: one row per attempt that has ended, on the day of its end: what distributions are made of.
-- Reads: attempt, phase.
-- cpu_permille: CPU time per core time, weighed by core_us (core-microseconds); memory_permille: peak per memory asked
-- for, weighed by memory_mib_s (asked for); both in whole thousandths, null where not measured, over 1000 as it is.
-- wall_s: each attempt counts once.
SELECT
    attempt.pool,
    attempt.ap,
    attempt.attempt_id,
    DATE '1970-01-01' + local_day(greatest(attempt.end_utc - 1, attempt.start_utc))::INTEGER AS day,
    coalesce(attempt.project, 'unmapped')               AS project,
    coalesce(attempt.site, 'unattributed')              AS site,
    coalesce(attempt.resource, 'unattributed')          AS resource,
    coalesce(attempt."user", 'unknown')                 AS "user",
    attempt.outcome,
    attempt.venue,
    attempt.wall_s,
    attempt.wall_s * attempt.cores_milli * 1000         AS core_us,
    (attempt.cpu_used_us::HUGEINT * 1000 // nullif(core_us, 0))::BIGINT AS cpu_permille,
    attempt.wall_s * phase.request_memory_mib           AS memory_mib_s,
    CASE
        WHEN memory_mib_s > 0 THEN phase.memory_used_mib * 1000 // phase.request_memory_mib
    END                                                 AS memory_permille
FROM attempt
INNER JOIN phase USING (attempt_id)
