"""SQL: every job's part in every step, from charges and ended jobs of the cube.

Each question gives rows (cause, grp, pool, ap, job_id, mcore_s). A charge stands in a cell as used (its own day, place
and names) and in a cell as ended (its job's): where it is in one of them only, or in two groups, it moves, for one
cause. What is left between the charges of a job and its final ad (cores, forgotten time) is settled once a job.
"""

from pipeline.bridge.asked import BridgeQuery, within

EVICTED = "('evicted', 'lost')"
OWN = "charge.kind IN ('attempt', 'residual')"
"""Charges of HTCondor's jobs: of what was imported nobody knows the runs, there is nothing to walk."""


def ended_jobs(asked: BridgeQuery) -> str:
    """A CTE: jobs that left the queue, with their group, and whether they are asked for."""
    return f"""
        ended_job AS (
            SELECT
                booked.*,
                job.wall_s AS job_wall_s, job.cores_milli, job.requested_milli, job.completion_utc, job.final_ads,
                {within("booked.day")} AS is_in_period
            FROM {asked.labelled("charge_ended")} AS booked
            INNER JOIN job USING (pool, ap, job_id)
            WHERE booked.kind = 'job'
        )
    """


def pieces(asked: BridgeQuery) -> str:
    """CTEs: charges that are used or ended in the period, with both of their cells."""
    return f"""
        {ended_jobs(asked)},
        piece AS (
            SELECT
                charge.pool, charge.ap, charge.job_id, charge.kind, charge.outcome,
                coalesce(charge.mcore_s, 0) AS mcore_s,
                charge.day, charge.venue,
                ended_job.day AS end_day, ended_job.venue AS end_venue,
                charge.grp AS from_grp,
                ended_job.grp AS to_grp,
                charge.site IS DISTINCT FROM ended_job.site
                    OR charge.resource IS DISTINCT FROM ended_job.resource AS is_elsewhere,
                {within("charge.day")} AND charge.venue = 'pool' AND charge.fits AS is_used,
                coalesce(ended_job.is_in_period AND ended_job.venue = 'pool' AND ended_job.fits, false) AS is_ended
            FROM {asked.labelled("charge")} AS charge
            LEFT JOIN ended_job USING (pool, ap, job_id)
            WHERE {OWN} AND ({within("charge.day")} OR coalesce(ended_job.is_in_period, false))
        )
    """


def moved(asked: BridgeQuery) -> str:
    """CTE: each charge that is not in the same cell in both bookings, with its cause."""
    place = f"""
        WHEN {"is_elsewhere" if asked.tells_places else "false"} THEN CASE
            WHEN kind = 'residual' THEN 'residual_place'
            WHEN outcome IN {EVICTED} THEN 'evictions'
            ELSE 'earlier_runs'
        END
    """
    return f"""
        moved AS (
            SELECT
                *,
                CASE
                    WHEN end_day IS NULL THEN 'no_final_ad'
                    WHEN venue <> end_venue THEN 'venue'
                    WHEN is_used AND end_day > $last THEN 'ended_later'
                    WHEN is_used AND end_day < $first THEN 'ended_earlier'
                    WHEN is_ended AND day < $first THEN 'used_earlier'
                    WHEN is_ended AND day > $last THEN 'used_later'
                    {place}
                    ELSE 'renamed'
                END AS cause
            FROM piece
            WHERE is_used <> is_ended OR (is_used AND is_ended AND from_grp <> to_grp)
        )
    """


SETTLED = """
    settled AS (
        SELECT
            'cores' AS cause, grp, ended_job.pool, ended_job.ap, ended_job.job_id,
            attempt.wall_s * (ended_job.cores_milli - attempt.cores_milli) AS mcore_s
        FROM asked_job AS ended_job
        INNER JOIN attempt USING (pool, ap, job_id)
        WHERE is_known AND attempt.wall_s IS NOT NULL AND attempt.cores_milli <> ended_job.cores_milli
        UNION ALL
        SELECT
            'cores_unknown', grp, ended_job.pool, ended_job.ap, ended_job.job_id,
            attempt.wall_s * ended_job.cores_milli
        FROM asked_job AS ended_job
        INNER JOIN attempt USING (pool, ap, job_id)
        WHERE is_known AND attempt.wall_s IS NOT NULL AND attempt.cores_milli IS NULL
        UNION ALL
        SELECT
            residual.cause, grp, ended_job.pool, ended_job.ap, ended_job.job_id,
            residual.residual_s * ended_job.cores_milli
        FROM asked_job AS ended_job
        INNER JOIN residual USING (pool, ap, job_id)
        WHERE is_known AND residual.residual_s < 0
        UNION ALL
        SELECT
            CASE WHEN job_wall_s IS NULL THEN 'wall_unknown' ELSE 'cores_unknown' END,
            grp, ended_job.pool, ended_job.ap, ended_job.job_id, -charge.mcore_s
        FROM asked_job AS ended_job
        INNER JOIN charge USING (pool, ap, job_id)
        WHERE NOT is_known AND charge.mcore_s IS NOT NULL
    )
"""
ASKED_JOB = """
    asked_job AS (
        SELECT *, job_wall_s IS NOT NULL AND cores_milli IS NOT NULL AS is_known
        FROM ended_job WHERE is_in_period AND fits AND venue = 'pool'
    )
"""


def to_ended(asked: BridgeQuery) -> str:
    """Rows of every step from as used to as ended."""
    return f"""
        WITH {pieces(asked)}, {moved(asked)}, {ASKED_JOB}, {SETTLED}
        SELECT cause, from_grp AS grp, pool, ap, job_id, -mcore_s AS mcore_s FROM moved WHERE is_used
        UNION ALL
        SELECT cause, to_grp, pool, ap, job_id, mcore_s FROM moved WHERE is_ended
        UNION ALL
        FROM settled
    """


def ends(asked: BridgeQuery) -> str:
    """One row per group: what is used, and what is booked as ended, in the period."""
    return f"""
        WITH {ended_jobs(asked)}
        SELECT grp, coalesce(sum(used), 0)::BIGINT AS used, coalesce(sum(ended), 0)::BIGINT AS ended
        FROM (
            SELECT grp, mcore_s AS used, 0 AS ended
            FROM {asked.labelled("charge")} AS charge
            WHERE {OWN} AND {within("charge.day")} AND venue = 'pool' AND fits
            UNION ALL
            SELECT grp, 0, mcore_s FROM ended_job WHERE is_in_period AND fits AND venue = 'pool'
        )
        GROUP BY grp
    """
