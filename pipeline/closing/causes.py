"""What can have changed a month, and the SQL that finds the one cause of each job that did.

A job has one cause, the first that holds, in the order of the list; so the causes of a month add up to its difference.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """A name, and the sentence for people."""

    name: str
    doc: str


CAUSES: tuple[Cause, ...] = (
    Cause("counted now", "A record of the job was rejected when the month was closed, and is counted now."),
    Cause("rejected now", "A record of the job was counted when the month was closed, and is rejected now."),
    Cause("read anew", "The same bytes are read differently now (`htc-ledger replay`)."),
    Cause("corrected", "A newer record says something else of the same job or run."),
    Cause("late", "A record of the job came after the month was closed."),
    Cause("gone", "A record of the job is not in the lake any more."),
    Cause("zone", "Days begin at another time zone's midnight now."),
    Cause("rules", "The records are the same, the rules of the ledger are not."),
    Cause("mapping", "The records are the same, what the names in them mean is not."),
    Cause("linked", "Records of another job changed what this one counts as (routed jobs, runs without their own id)."),
)
UNCHANGED = "unchanged"

# `before` and `after` are schemas; the variables say whether zone, rules and mapping differ, and when was closed
CHANGED_JOB_SQL = """
    CREATE TEMP TABLE changed_job AS
    WITH
    was AS (SELECT DISTINCT record.* FROM before.closed_record AS record INNER JOIN differing USING (job_id)),
    -- a job that was not in the month then: what had been read by then was known
    known AS (
        FROM was
        UNION
        SELECT record.*
        FROM after.closed_record AS record
        INNER JOIN differing USING (job_id)
        WHERE
            record.job_id NOT IN (SELECT job_id FROM was)
            AND record.read_utc <= getvariable('newest_read_utc')
    ),
    is_now AS (SELECT DISTINCT record.* FROM after.closed_record AS record INNER JOIN differing USING (job_id)),
    gone AS (FROM was ANTI JOIN is_now USING (pool, job_id, record_id)),
    fresh AS (
        SELECT
            is_now.job_id,
            bool_or((pool, source, offset_bytes) IN (SELECT (pool, source, offset_bytes) FROM before.closed_reject))
                                                            AS was_rejected,
            bool_or((job_id, source, offset_bytes) IN (SELECT (job_id, source, offset_bytes) FROM gone))
                                                            AS is_read_anew,
            bool_or((job_id, what) IN (SELECT (job_id, what) FROM known)) AS is_corrected
        FROM is_now
        ANTI JOIN known USING (pool, job_id, record_id)
        GROUP BY ALL
    ),
    lost AS (
        SELECT
            job_id,
            bool_or((pool, source, offset_bytes) IN (SELECT (pool, source, offset_bytes) FROM after.closed_reject))
                                                            AS is_rejected
        FROM gone
        GROUP BY ALL
    )
    SELECT
        differing.job_id,
        CASE
            WHEN fresh.was_rejected THEN 'counted now'
            WHEN lost.is_rejected THEN 'rejected now'
            WHEN fresh.is_read_anew THEN 'read anew'
            WHEN fresh.is_corrected THEN 'corrected'
            WHEN fresh.job_id IS NOT NULL THEN 'late'
            WHEN lost.job_id IS NOT NULL THEN 'gone'
            WHEN getvariable('other_zone') THEN 'zone'
            WHEN getvariable('other_rules') THEN 'rules'
            WHEN getvariable('other_mapping') THEN 'mapping'
            ELSE 'linked'
        END                                                 AS cause
    FROM differing
    LEFT JOIN fresh USING (job_id)
    LEFT JOIN lost USING (job_id)
"""
