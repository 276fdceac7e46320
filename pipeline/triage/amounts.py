"""What a cause at some places comes to: failures and attempts, now and before, there and elsewhere, jobs and hours."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.triage.places import Cause, Place, any_of, failed_so, none_of
from pipeline.triage.scene import Scene
from pipeline.triage.sums import Amounts
from pipeline.triage.window import Con, rows


def amounts(scene: Scene, cause: Cause | None, places: Sequence[Place], without: Sequence[Place] = ()) -> Amounts:
    """Of that cause (None: of any class) at those places together (none: everywhere), all else but at `without`."""
    some, of = _failed(scene.con, cause, places, without), _tried(scene, places, without)
    return Amounts(
        failed=some.here,
        tried=of.here,
        failed_elsewhere=some.elsewhere,
        tried_elsewhere=of.elsewhere,
        failed_before=some.before,
        tried_before=of.before,
        jobs=some.jobs,
        hours=some.mcore_s / 3_600_000,
        signature=some.signature,
        signature_failed=some.signature_failed,
    )


@dataclass(frozen=True)
class _Tried:
    here: int
    elsewhere: int
    before: int


@dataclass(frozen=True)
class _Failed(_Tried):
    jobs: int
    mcore_s: float
    signature: str
    signature_failed: int


def _failed(con: Con, cause: Cause | None, places: Sequence[Place], without: Sequence[Place]) -> _Failed:
    failed, of_cause = failed_so(cause)
    (here, of_places), (left, of_left) = any_of(places), none_of(without)
    ((now, elsewhere, before, jobs, mcore_s, signature, times),) = rows(
        con,
        f"""
        WITH
        told AS (
            SELECT is_now, job_id, mcore_s, signature, {here} AS is_here FROM failed
            WHERE {failed} AND {_known(places)} AND {left}
        ),
        said AS (
            SELECT signature, count(*) AS times FROM told WHERE is_now AND is_here
            GROUP BY signature ORDER BY times DESC, signature LIMIT 1
        )
        SELECT
            count(*) FILTER (WHERE is_now AND is_here),
            count(*) FILTER (WHERE is_now AND NOT is_here),
            count(*) FILTER (WHERE NOT is_now AND is_here),
            count(DISTINCT job_id) FILTER (WHERE is_now AND is_here),
            coalesce(sum(mcore_s) FILTER (WHERE is_now AND is_here), 0),
            (SELECT signature FROM said),
            (SELECT times FROM said)
        FROM told
        """,
        [*of_places, *of_cause, *of_left],
    )
    return _Failed(now, elsewhere, before, jobs, float(mcore_s), signature or "", times or 0)


def _tried(scene: Scene, places: Sequence[Place], without: Sequence[Place]) -> _Tried:
    """Those of the window are counted; of the base only what is there is looked at."""
    counted = scene.counted
    left = ~counted.at(counted.tried, without)
    here = counted.at(counted.tried, places) if places else np.ones(len(left), dtype=bool)
    known = counted.tried.codes[places[0].dimension] >= 0 if places else np.ones(len(left), dtype=bool)
    return _Tried(
        here=int(counted.tried.n[left & here].sum()),
        elsewhere=int(counted.tried.n[left & known & ~here].sum()),
        before=sum(hour.tried for hour in scene.hours(places, without) if not hour.is_now),
    )


def _known(places: Sequence[Place]) -> str:
    return f'"{places[0].dimension.column}" IS NOT NULL' if places else "true"
