"""Everything that a report says of one pool's days, as the cube answers it; nothing is counted here.

Tables are whole: a report shows the first lines of them, its annex all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from pipeline.bridge.asked import BridgeQuery
from pipeline.bridge.walk import Bridge
from pipeline.calendar import day_of
from pipeline.closing.questions import ClosedBook, closed_book
from pipeline.closing.states import ClosedState
from pipeline.cube import Cube, PoolInfo
from pipeline.errors import UsageError
from pipeline.facility_sheet import FacilitySheet, facility_sheet
from pipeline.metadata.questions import UNMAPPED
from pipeline.publish import Published
from pipeline.query import UsageQuery
from pipeline.report.period import Days, Period, months, same_days
from pipeline.report.template import Template
from pipeline.state import DataState
from pipeline.viewer import Viewer
from pipeline.waste import WasteTable, waste_table

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
COMPARED = ("cpu_h", "gpu_h", "jobs")
WHO = ("person", "user", "project", "institution")
_NEVER_STALE_H = 24 * 366 * 1000
"""A report is of days that are over: that nothing new comes says nothing of them."""
Numbers = Mapping[str, float | int | None]


@dataclass(frozen=True)
class Compared:
    """The same days of this year and of the year before, and their numbers: COMPARED and how many of WHO."""

    days: Days
    before: Days
    now: Numbers
    then: Numbers


@dataclass(frozen=True)
class Facts:
    """
    days        those of the period that the ledger knows
    groups      dimension -> its values with GROUP_METRICS, the most core hours first
    compared    None: the ledger does not reach back to the year before
    capacity    offered, claimed and used hours by month
    bridge      None where nobody asked for it
    closed      versions of closed months of the period; `journal`: what is wrong with their journal, empty if nothing
    """

    pool: PoolInfo
    period: Period
    days: Days
    published: Published
    totals: Numbers
    who: Mapping[str, int]
    groups: Mapping[str, pa.Table]
    sheet: FacilitySheet
    compared: Compared | None
    commitments: pa.Table
    waste: WasteTable
    capacity: pa.Table
    bridge: Bridge | None
    state: DataState
    incomplete: pa.Table
    unmapped: pa.Table
    closed: tuple[ClosedState, ...]
    journal: str

    @property
    def months(self) -> list[str]:
        return months(self.days)


def facts(cube: Cube, viewer: Viewer, pool: PoolInfo, period: Period, template: Template) -> Facts:
    """The facts of that pool and period. Raises UsageError where nothing is known of it, and LakeError."""
    since, until = pool.first_day, pool.last_day
    if since is None or until is None:
        raise UsageError(f"pool {pool.name!r} has no usage yet", "Ingest more, then build.")
    pools = (pool.name,)
    days = period.known(since, max(until, _proven(cube, viewer, pools) or until))
    query = UsageQuery((), TOTALS, *days, (("pool", pools),))
    book = closed_book(cube.lake)
    return Facts(
        pool=pool,
        period=period,
        days=days,
        published=cube.published,
        totals=_sums(cube, viewer, query),
        who=_who(cube, viewer, query),
        groups={name: _group(cube, viewer, query, name) for name in template.groups},
        sheet=facility_sheet(cube, viewer, pool, query, None),
        compared=_compared(cube, viewer, query, days, since),
        commitments=cube.commitments(("pledge", "allocation", "award"), pools, viewer, *days),
        waste=waste_table(cube, viewer, query, "cores"),
        capacity=cube.capacity_hours(("month",), pools, viewer, *days),
        bridge=_bridge(cube, viewer, query) if "bridge" in template.parts else None,
        state=cube.state(pools, viewer, datetime.fromisoformat(cube.published.built_utc), _NEVER_STALE_H, *days),
        incomplete=cube.incomplete(pools, viewer, *days),
        unmapped=cube.unmapped(pools, viewer, UNMAPPED, *days),
        closed=_closed(book, days),
        journal=book.trouble,
    )


def _proven(cube: Cube, viewer: Viewer, pools: tuple[str, ...]) -> date | None:
    """The day up to which it is proven that all was read, also where nothing ran; None where nothing proves it."""
    proven = cube.freshness(pools, viewer).proven_utc
    return None if proven is None else day_of(proven, cube.published.zone)


def _who(cube: Cube, viewer: Viewer, query: UsageQuery) -> dict[str, int]:
    return {name: cube.distinct(query, name, viewer).to_pylist()[0]["count"] for name in WHO}


def _group(cube: Cube, viewer: Viewer, query: UsageQuery, name: str) -> pa.Table:
    asked = UsageQuery((name,), GROUP_METRICS, query.first, query.last, query.where)
    order = [("cpu_h", "descending"), (name, "ascending")]
    return cube.usage(asked, viewer).sort_by(order)


def _compared(cube: Cube, viewer: Viewer, query: UsageQuery, days: Days, since: date) -> Compared | None:
    same = same_days(days, since)
    if same is None:
        return None
    now, then = (_numbers(cube, viewer, UsageQuery((), COMPARED, *each, query.where)) for each in same)
    return Compared(*same, now, then)


def _numbers(cube: Cube, viewer: Viewer, query: UsageQuery) -> Numbers:
    return {**_sums(cube, viewer, query), **_who(cube, viewer, query)}


def _sums(cube: Cube, viewer: Viewer, query: UsageQuery) -> dict[str, float | int | None]:
    """The question's metrics. On days of the ledger without a job sums are zero; other nulls are not known."""
    (row,) = cube.usage(query, viewer).to_pylist()
    zeros = [known.name for known in query.measures() if known.kind == "sum"] if row["jobs"] == 0 else []
    return {**row, **dict.fromkeys(zeros, 0)}


def _bridge(cube: Cube, viewer: Viewer, query: UsageQuery) -> Bridge | None:
    found = cube.bridge(BridgeQuery(query.first, query.last, query.where, None, "gracc"), viewer, top=1)
    return found[0] if found else None


def _closed(book: ClosedBook, days: Days) -> tuple[ClosedState, ...]:
    asked = set(months(days))
    return tuple(sorted((one for one in book.versions if one.month in asked), key=lambda one: (one.month, one.version)))
