"""A view made definite: which pool, which days, compared with which. Pure: a `View` and the cube's pools in.

Here the defaults are decided: the first real pool (a simulated one only where it was chosen, or is alone), and
days anchored at the newest day of that pool's data.
"""

from dataclasses import dataclass
from datetime import date

from dashboard import format as fmt
from dashboard import periods
from dashboard.filters import View
from dashboard.periods import Period
from pipeline.cube import PoolInfo
from pipeline.errors import UsageError
from pipeline.query import Booking, UsageQuery, Where


@dataclass(frozen=True)
class Selection:
    """One pool, its days, and what to compare with.

    before     the period before; None where there is none, or the pool's data do not reach over all of it
    oldest     the pool's first day with data
    """

    pool: PoolInfo
    period: Period
    before: Period | None
    oldest: date
    booking: Booking
    where: Where

    @property
    def against(self) -> str | None:
        """The days that are compared with, as text; None where there is nothing to compare with."""
        return fmt.span(self.before.first, self.before.last, self.period.last.year) if self.before else None

    def query(self, by: tuple[str, ...], metrics: tuple[str, ...], *more: tuple[str, tuple[str, ...]]) -> UsageQuery:
        """The question by dimensions over the chosen days, with further conditions."""
        return self._over(self.period, by, metrics, more)

    def query_before(self, metrics: tuple[str, ...]) -> UsageQuery | None:
        """The same question over the period before; None where there is nothing to compare with."""
        return None if self.before is None else self._over(self.before, (), metrics, ())

    def _over(self, period: Period, by: tuple[str, ...], metrics: tuple[str, ...], more: Where) -> UsageQuery:
        where = (("pool", (self.pool.name,)), *self.where, *more)
        return UsageQuery(by, metrics, period.first, period.last, where, self.booking)


def pool_of(view: View, pools: tuple[PoolInfo, ...]) -> PoolInfo:
    """The chosen pool, else the first real one, else the first. Raises UsageError if there is no such pool."""
    if not pools:
        raise UsageError(
            "the cube has no pool yet", "Run `htc-ledger ingest` on history files, then `htc-ledger build`."
        )
    if view.pool is None:
        return next((pool for pool in pools if not pool.simulated), pools[0])
    for pool in pools:
        if pool.name == view.pool:
            return pool
    raise UsageError("the link names a pool that is not here", "Choose a pool in the header.")


def select(view: View, pools: tuple[PoolInfo, ...]) -> Selection:
    """The view made definite. Raises UsageError for an unknown pool, and for one without a day of usage."""
    pool = pool_of(view, pools)
    if pool.first_day is None or pool.last_day is None:
        raise UsageError("this pool has no usage yet", "Its records hold no attempt that ran. Ingest more, then build.")
    period = period_of(view, pool.first_day, pool.last_day)
    before = periods.before(view.preset, period)
    covered = before is not None and before.first >= pool.first_day
    return Selection(pool, period, before if covered else None, pool.first_day, view.booking, view.where)


def period_of(view: View, oldest: date, newest: date) -> Period:
    """The days that the view means for data from `oldest` to `newest`."""
    if view.preset != periods.CUSTOM:
        return periods.of_preset(view.preset, oldest, newest)
    first = view.first or min(oldest, view.last or oldest)
    return Period(first, view.last or max(newest, first))
