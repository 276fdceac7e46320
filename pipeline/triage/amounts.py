"""What a cause at some places comes to: failures and attempts, now and before, there and elsewhere, jobs and hours."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.triage.finding import Asked
from pipeline.triage.looks import Cause, Place, any_of, failed_so, none_of
from pipeline.triage.window import Con, rows


@dataclass(frozen=True)
class Amounts:
    """As in `Finding`; and the signature of most failures there, with how many have it."""

    failed: int
    tried: int
    failed_elsewhere: int
    tried_elsewhere: int
    failed_before: int
    tried_before: int
    jobs: int
    hours: float
    signature: str
    signature_failed: int


def amounts(con: Con, cause: Cause | None, places: Sequence[Place], without: Sequence[Place] = ()) -> Amounts:
    """Of that cause (None: of any class) at those places together (none: everywhere), all else but at `without`."""
    failed, of_cause = failed_so(cause)
    (here, of_places), (left, of_left) = any_of(places), none_of(without)
    known = f'"{places[0].dimension.column}" IS NOT NULL' if places else "true"
    ((*counts, mcore_s, signature, times),) = rows(
        con,
        f"""
        WITH
        told AS (SELECT *, {failed} AS is_failed, {here} AS is_here FROM ran WHERE {known} AND {left}),
        said AS (
            SELECT signature, count(*) AS times FROM told WHERE is_now AND is_here AND is_failed
            GROUP BY signature ORDER BY times DESC, signature LIMIT 1
        )
        SELECT
            count(*) FILTER (WHERE is_now AND is_here AND is_failed),
            count(*) FILTER (WHERE is_now AND is_here),
            count(*) FILTER (WHERE is_now AND NOT is_here AND is_failed),
            count(*) FILTER (WHERE is_now AND NOT is_here),
            count(*) FILTER (WHERE NOT is_now AND is_here AND is_failed),
            count(*) FILTER (WHERE NOT is_now AND is_here),
            count(DISTINCT job_id) FILTER (WHERE is_now AND is_here AND is_failed),
            coalesce(sum(mcore_s) FILTER (WHERE is_now AND is_here AND is_failed), 0),
            (SELECT signature FROM said),
            (SELECT times FROM said)
        FROM told
        """,
        [*of_cause, *of_places, *of_left],
    )
    some, of, *beside = (int(count) for count in counts)
    return Amounts(
        failed=some,
        tried=of,
        failed_elsewhere=beside[0],
        tried_elsewhere=beside[1],
        failed_before=beside[2],
        tried_before=beside[3],
        jobs=beside[4],
        hours=float(mcore_s) / 3_600_000,
        signature=signature or "",
        signature_failed=times or 0,
    )


def share_at(con: Con, cause: Cause, at: Sequence[Place], known: Sequence[Place]) -> float:
    """Of a cause's failures in the window at some places (none: everywhere), the share that is at known ones, too."""
    if not known:
        return 0.0
    failed, of_cause = cause.condition
    (here, of_here), (there, of_there) = any_of(at), any_of(known)
    sql = f"SELECT count(*) FILTER (WHERE {there}), count(*) FROM failed_now WHERE {failed} AND {here}"
    ((some, of),) = rows(con, sql, [*of_there, *of_cause, *of_here])
    return float(some / of) if of else 0.0


def first_seen(con: Con, asked: Asked, signatures: list[str], projects: Sequence[str] | None) -> dict[str, int]:
    """When each signature was first seen in the pool, of what the viewer may see; Unix seconds."""
    only = "" if projects is None else "AND list_contains(?, coalesce(attempt.project, 'unmapped'))"
    sql = f"""
        SELECT signature, min(coalesce(end_utc, start_utc))
        FROM failure INNER JOIN attempt USING (attempt_id)
        WHERE signature IN (SELECT unnest(?::VARCHAR[])) AND attempt.pool = ? AND venue = 'pool' {only}
        GROUP BY signature
    """
    found = rows(con, sql, [signatures, asked.pool, *([] if projects is None else [list(projects)])])
    return {signature: first for signature, first in found if first is not None}
