"""What all reports say of some hours: totals, groups, months, what became of them, how far they are known.

In: a cube, a viewer, and what is asked. Out: Ground, as the cube answers it; nothing is counted here. Tables are whole:
a report shows the first lines of them, its annex all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pyarrow as pa

from pipeline.calendar import day_of
from pipeline.closing.as_closed import AsClosedCube, Restated
from pipeline.closing.questions import ClosedBook, closed_book
from pipeline.closing.states import ClosedState
from pipeline.cube import Cube, PoolInfo
from pipeline.errors import UsageError
from pipeline.facility_sheet import Month, monthly, months_table
from pipeline.publish import Published
from pipeline.query import Booking, UsageQuery, Where
from pipeline.report.period import Days, Period, months
from pipeline.state import DataState
from pipeline.viewer import Viewer
from pipeline.waste import WasteTable, as_table, waste_table

TOTALS = (
    "cpu_h",
    "gpu_h",
    "jobs",
    "attempts",
    "goodput_completed_h",
    "goodput_succeeded_h",
    "badput_h",
    "wasted_h",
    "cpu_efficiency",
    "cpu_coverage",
    "memory_efficiency",
    "memory_coverage",
    "gpu_efficiency",
    "gpu_coverage",
)
GROUP_METRICS = ("cpu_h", "gpu_h", "goodput_succeeded_h", "jobs")
_NEVER_STALE_H = 24 * 366 * 1000
"""A report is of days that are over: that nothing new comes says nothing of them."""
Numbers = Mapping[str, float | int | None]


@dataclass(frozen=True)
class Question:
    """Which hours: those of a pool on the days of a period, under filters, in a booking."""

    pool: PoolInfo
    period: Period
    where: Where = ()
    booking: Booking = "used"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """
    days        those of the period that the ledger knows
    where       filters, without the pool; `sees_all`: whether the reader's rights leave nothing out
    groups      dimension -> its values with GROUP_METRICS, the most core hours first
    by_month    the last thirteen months up to the last day
    closed      versions of closed months of the period; `journal`: what is wrong with their journal, empty if nothing
    restated    what was changed in closed months; None: the numbers are those of the live ledger
    """

    pool: PoolInfo
    period: Period
    days: Days
    where: Where
    booking: Booking
    sees_all: bool
    published: Published
    totals: Numbers
    groups: Mapping[str, pa.Table]
    by_month: tuple[Month, ...]
    waste: WasteTable
    state: DataState
    incomplete: pa.Table
    closed: tuple[ClosedState, ...]
    journal: str
    restated: tuple[Restated, ...] | None

    @property
    def months(self) -> list[str]:
        return months(self.days)

    @property
    def query(self) -> UsageQuery:
        """The question whose answer the totals are."""
        return UsageQuery((), TOTALS, *self.days, (("pool", (self.pool.name,)), *self.where), self.booking)

    def tables(self) -> dict[str, pa.Table]:
        """What an annex holds of any report; ratios and hours as numbers, unknown is null."""
        return {
            "totals": numbers_table(self.totals),
            **{f"by_{name}": table for name, table in self.groups.items()},
            "months": months_table(self.by_month),
            "buckets": as_table(self.waste),
            "incomplete": self.incomplete,
        }


def of_one(asked: Question, dimension: str, name: str) -> Question:
    """The same about one value of a dimension alone, whatever the filters said of that dimension."""
    others = tuple(one for one in asked.where if one[0] != dimension)
    return replace(asked, where=((dimension, (name,)), *others))


def ground(cube: Cube, viewer: Viewer, asked: Question, groups: Sequence[str]) -> Ground:
    """The ground of a report. Raises UsageError where nothing is known of its days, and LakeError."""
    since, until = asked.pool.first_day, asked.pool.last_day
    if since is None or until is None:
        raise UsageError(f"pool {asked.pool.name!r} has no usage yet", "Ingest more, then build.")
    pools = (asked.pool.name,)
    days = asked.period.known(since, known_until(cube, viewer, asked.pool.name, until))
    query = UsageQuery((), TOTALS, *days, (("pool", pools), *asked.where), asked.booking)
    book = closed_book(cube.lake)
    return Ground(
        pool=asked.pool,
        period=asked.period,
        days=days,
        where=asked.where,
        booking=asked.booking,
        sees_all=viewer.sees_all,
        published=cube.published,
        totals=sums(cube, viewer, query),
        groups={name: _group(cube, viewer, query, name) for name in groups},
        by_month=monthly(cube, viewer, query, since, days[1]),
        waste=waste_table(cube, viewer, query, "cores"),
        state=cube.state(pools, viewer, datetime.fromisoformat(cube.published.built_utc), _NEVER_STALE_H, *days),
        incomplete=cube.incomplete(pools, viewer, *days),
        closed=_closed(book, days),
        journal=book.trouble,
        restated=cube.restated(query, viewer) if isinstance(cube, AsClosedCube) else None,
    )


def sums(cube: Cube, viewer: Viewer, query: UsageQuery) -> dict[str, float | int | None]:
    """The question's metrics. On days of the ledger without a job sums are zero; other nulls are not known."""
    (row,) = cube.usage(query, viewer).to_pylist()
    zeros = [known.name for known in query.measures() if known.kind == "sum"] if row["jobs"] == 0 else []
    return {**row, **dict.fromkeys(zeros, 0)}


def counted(cube: Cube, viewer: Viewer, query: UsageQuery, names: Sequence[str]) -> dict[str, int]:
    """How many different ones of each dimension had a charged second."""
    return {name: cube.distinct(query, name, viewer).to_pylist()[0]["count"] for name in names}


def numbers_table(numbers: Numbers) -> pa.Table:
    """A row a number, for programs."""
    rows = [{"what": name, "value": value} for name, value in numbers.items()]
    return pa.Table.from_pylist(rows, schema=pa.schema([("what", pa.string()), ("value", pa.float64())]))


def known_until(cube: Cube, viewer: Viewer, pool: str, last_used: date) -> date:
    """The last day that is known: with usage, or up to which it is proven that all was read, also where nothing ran."""
    proven = cube.freshness((pool,), viewer).proven_utc
    return last_used if proven is None else max(last_used, day_of(proven, cube.published.zone))


def _group(cube: Cube, viewer: Viewer, query: UsageQuery, name: str) -> pa.Table:
    asked = UsageQuery((name,), GROUP_METRICS, query.first, query.last, query.where, query.booking)
    order = [("cpu_h", "descending"), (name, "ascending")]
    return cube.usage(asked, viewer).sort_by(order)


def _closed(book: ClosedBook, days: Days) -> tuple[ClosedState, ...]:
    asked = set(months(days))
    return tuple(sorted((one for one in book.versions if one.month in asked), key=lambda one: (one.month, one.version)))
