"""The pools that a question is about: those that were named, or one with its days, as a page shows it by itself."""

from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.cube import Cube, PoolInfo
from pipeline.errors import UsageError
from pipeline.viewer import Viewer

USUAL_DAYS = 30


def one_pool(cube: Cube, viewer: Viewer, name: str | None) -> PoolInfo:
    """The pool of that name, else the first real one; a simulated one where it is named, or there is no other.

    Raises UsageError for an unknown name, and for a pool without a day of usage.
    """
    pools = cube.pools(viewer)
    known = ", ".join(pool.name for pool in pools)
    if not pools:
        raise UsageError("the cube has no pool yet", "Run `htc-ledger ingest`, then `htc-ledger build`.")
    found = next((pool for pool in pools if pool.name == name), None) if name is not None else pools[0]
    if found is None:
        raise UsageError(f"there is no pool {name!r}", f"Known: {known}.")
    if found.first_day is None or found.last_day is None:
        raise UsageError(f"pool {found.name!r} has no usage yet", "Ingest more, then build.")
    return found


def known_pools(cube: Cube, viewer: Viewer, named: Sequence[str]) -> tuple[str, ...]:
    """The named pools, or all. Raises UsageError for one that is not there."""
    known = tuple(pool.name for pool in cube.pools(viewer))
    unknown = [name for name in named if name not in known]
    if unknown:
        raise UsageError(f"there is no pool {unknown[0]!r}", f"Known: {', '.join(known)}.")
    return tuple(named) or known


def days_of(pool: PoolInfo, first: date | None, last: date | None) -> tuple[date, date]:
    """The asked days; without them the newest USUAL_DAYS of the pool, up to the newest day with usage."""
    newest = pool.last_day or date.min
    end = last or max(newest, first or newest)
    return first or end - timedelta(days=USUAL_DAYS - 1), end
