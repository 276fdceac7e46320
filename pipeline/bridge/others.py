"""SQL: every job's part in the steps from as ended to what others make of the same final ads.

history   every final ad in the files: wall time x cores, whatever its universe, as one line of awk adds it up
gracc     the pool's jobs that have a completion date, each final ad once: wall time x cores
chtc      the pool's jobs, each final ad once: wall time x cores asked for
"""

from pipeline.bridge.asked import BridgeQuery, Target, within
from pipeline.bridge.moves import ended_jobs

OWN_DAY = "(DATE '1970-01-01' + said.day_index::INTEGER)"
PARTS: dict[Target, tuple[str, ...]] = {
    "ended": (),
    "history": ("venues", "duplicates"),
    "gracc": ("removed", "duplicates"),
    "chtc": ("duplicates", "requested"),
}
COUNTED: dict[Target, str] = {
    "ended": "venue = 'pool'",
    "history": "true",
    "gracc": "venue = 'pool' AND completion_utc IS NOT NULL",
    "chtc": "venue = 'pool'",
}


def final_ads(asked: BridgeQuery) -> str:
    """CTEs: each final ad by itself, on its own end day, with its job's group and venue."""
    return f"""
        {ended_jobs(asked)},
        final_ad AS (
            SELECT grp, pool, ap, job_id, venue, completion_utc, wall_s, cores_milli, requested_milli,
                   false AS is_repeated
            FROM ended_job WHERE is_in_period AND fits AND final_ads = 1
            UNION ALL BY NAME
            SELECT job.grp, job.pool, job.ap, job.job_id, job.venue, said.completion_utc, said.wall_s,
                   said.cores_milli, said.requested_milli, true AS is_repeated
            FROM repeated_ad AS said
            INNER JOIN ended_job AS job ON job.pool = said.pool AND job.ap = said.ap AND job.job_id = said.job_id
            WHERE {within(OWN_DAY)} AND job.fits
        )
    """


def to_target(asked: BridgeQuery) -> str | None:
    """Rows (cause, grp, pool, ap, job_id, mcore_s) of every step from as ended to the target; None: there is none."""
    parts = [_SQL[name].format(counted=COUNTED[asked.target]) for name in PARTS[asked.target]]
    return f"WITH {final_ads(asked)} {' UNION ALL BY NAME '.join(parts)}" if parts else None


def total(asked: BridgeQuery) -> str:
    """One row per group: the target's total by its own rule, without rejected records."""
    cores = "coalesce(requested_milli, cores_milli)" if asked.target == "chtc" else "cores_milli"
    return f"""
        WITH {final_ads(asked)}
        SELECT grp, coalesce(sum(wall_s * {cores}), 0)::BIGINT AS total
        FROM final_ad WHERE {COUNTED[asked.target]} GROUP BY grp
    """


_SQL = {
    "venues": """
        SELECT venue AS cause, grp, pool, ap, job_id, mcore_s
        FROM ended_job WHERE is_in_period AND fits AND venue <> 'pool'
    """,
    "removed": """
        SELECT 'removed' AS cause, grp, pool, ap, job_id, -mcore_s AS mcore_s
        FROM ended_job WHERE is_in_period AND fits AND venue = 'pool' AND completion_utc IS NULL
    """,
    # what its final ads say one by one, less what the job counts
    "duplicates": """
        SELECT 'duplicates' AS cause, grp, pool, ap, job_id, wall_s * cores_milli AS mcore_s
        FROM final_ad WHERE is_repeated AND {counted}
        UNION ALL BY NAME
        SELECT 'duplicates' AS cause, grp, pool, ap, job_id, -mcore_s AS mcore_s
        FROM ended_job WHERE is_in_period AND fits AND final_ads > 1 AND {counted}
    """,
    "requested": """
        SELECT 'requested' AS cause, grp, pool, ap, job_id, wall_s * (requested_milli - cores_milli) AS mcore_s
        FROM final_ad WHERE {counted}
    """,
}
