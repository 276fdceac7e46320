"""Whether a month may be closed: it is over, the cube was built since, and each pool's badge says complete."""

from datetime import UTC, datetime

from pipeline.closing.manifest import PoolState
from pipeline.closing.month import Month
from pipeline.cube import Cube, PoolInfo
from pipeline.errors import UsageError
from pipeline.viewer import LOCAL

_NEVER_STALE_H = 24 * 366 * 1000
"""That nothing new comes says nothing about a month that is over."""
_GOOD = ("complete", "simulated")


def require(cube: Cube, month: Month, now: datetime, *, even_so: bool) -> list[PoolState]:
    """The state of each pool's month. Raises UsageError if it is not over, or, unless `even_so`, not complete."""
    zone = cube.published.zone
    over = datetime.fromtimestamp(month.end_utc(zone), UTC)
    if now < over:
        raise UsageError(f"{month} is not over in {zone}", f"It can be closed from {_when(over)} on.")
    if datetime.fromisoformat(cube.published.built_utc) < over:
        raise UsageError(f"the cube was built before {month} was over", "Run `htc-ledger build`, and this again.")
    states = [_state(cube, pool, month) for pool in cube.pools(LOCAL) if _is_concerned(cube, pool, month)]
    if not states:
        raise UsageError(f"nothing is known of {month}", "`htc-ledger usage --by month` lists the months there are.")
    bad = [state for state in states if state.state not in _GOOD]
    if bad and not even_so:
        said = "; ".join(f"pool {state.pool} is {state.state}: {state.sentence.rstrip('.')}" for state in bad)
        hint = 'Mend it and build again, or close it --even-so --reason "...": both are kept with the closed month.'
        raise UsageError(f"{month} is not complete ({said})", hint)
    return states


def _is_concerned(cube: Cube, pool: PoolInfo, month: Month) -> bool:
    """Whether the pool was in use by then: one that is polled until its silence is proven, others while they were."""
    if pool.first_day is None or pool.last_day is None or pool.first_day > month.last:
        return False
    return pool.last_day >= month.first or cube.freshness((pool.name,), LOCAL).proven_utc is not None


def _state(cube: Cube, pool: PoolInfo, month: Month) -> PoolState:
    end = month.end_utc(cube.published.zone)
    moment = datetime.fromtimestamp(end, UTC)
    found = cube.state((pool.name,), LOCAL, moment, _NEVER_STALE_H, month.first, month.last)
    if found.state == "complete":
        fresh = cube.freshness((pool.name,), LOCAL)
        known = fresh.read_utc if fresh.proven_utc is None else fresh.proven_utc
        if known is None or known < end:
            sentence = "Nothing was read after it was over: what was written at its end may be missing."
            return PoolState(pool=pool.name, state="unknown", sentence=sentence)
    return PoolState(pool=pool.name, state=found.state, sentence=found.sentence)


def _when(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
