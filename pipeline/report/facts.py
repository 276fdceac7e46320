"""What a report to those who fund a facility says besides its ground: who, promises, the year before, capacity, bridge.

Asks the cube; nothing is counted here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from pipeline.bridge.asked import BridgeQuery
from pipeline.bridge.walk import Bridge
from pipeline.cube import Cube, PoolInfo
from pipeline.facility_sheet import FacilitySheet, capacity_table, facility_sheet, new_table
from pipeline.metadata.questions import UNMAPPED
from pipeline.query import Booking, UsageQuery, Where
from pipeline.report.ground import Ground, Numbers, Question, counted, ground, numbers_table, sums
from pipeline.report.period import Days, Period, same_days
from pipeline.report.template import Template
from pipeline.viewer import Viewer

COMPARED = ("cpu_h", "gpu_h", "jobs")
WHO = ("person", "user", "project", "institution")


@dataclass(frozen=True)
class Compared:
    """The same days of this year and of the year before, and their numbers: COMPARED and how many of WHO."""

    days: Days
    before: Days
    now: Numbers
    then: Numbers


@dataclass(frozen=True, kw_only=True)
class Facts(Ground):
    """
    compared    None: the ledger does not reach back to the year before
    commitments those of the whole pool, whatever the filters; as are `capacity` and `unmapped`
    capacity    offered, claimed and used hours by month
    bridge      None where nobody asked for it, and of closed months
    """

    who: Mapping[str, int]
    sheet: FacilitySheet
    compared: Compared | None
    commitments: pa.Table
    capacity: pa.Table
    bridge: Bridge | None
    unmapped: pa.Table

    def tables(self) -> dict[str, pa.Table]:
        """Each table of the annex by its name."""
        distinct = {f"distinct_{name}": value for name, value in self.who.items()}
        return super().tables() | {
            "totals": numbers_table({**self.totals, **distinct}),
            "compared": _compared_table(self.compared),
            "new": new_table(self.sheet.new),
            "commitments": self.commitments,
            "capacity_day": capacity_table(self.sheet.capacity),
            "unmapped": self.unmapped,
        }


def facts(
    cube: Cube,
    viewer: Viewer,
    pool: PoolInfo,
    period: Period,
    template: Template,
    where: Where = (),
    booking: Booking = "used",
) -> Facts:
    """The facts of that pool and period. Raises UsageError where nothing is known of it, and LakeError."""
    base = ground(cube, viewer, Question(pool, period, where, booking), template.groups)
    pools, days, query = (pool.name,), base.days, base.query
    return Facts(
        **vars(base),
        who=counted(cube, viewer, query, WHO),
        sheet=facility_sheet(cube, viewer, pool, replace(query, metrics=()), None),
        compared=_compared(cube, viewer, query, days, pool.first_day or days[0]),
        commitments=cube.commitments(("pledge", "allocation", "award"), pools, viewer, *days),
        capacity=cube.capacity_hours(("month",), pools, viewer, *days),
        bridge=_bridge(cube, viewer, query) if "bridge" in template.parts and base.restated is None else None,
        unmapped=cube.unmapped(pools, viewer, UNMAPPED, *days),
    )


def _compared(cube: Cube, viewer: Viewer, query: UsageQuery, days: Days, since: date) -> Compared | None:
    same = same_days(days, since)
    if same is None:
        return None
    asked = (replace(query, metrics=COMPARED, first=first, last=last) for first, last in same)
    now, then = ({**sums(cube, viewer, one), **counted(cube, viewer, one, WHO)} for one in asked)
    return Compared(*same, now, then)


def _bridge(cube: Cube, viewer: Viewer, query: UsageQuery) -> Bridge | None:
    found = cube.bridge(BridgeQuery(query.first, query.last, query.where, None, "gracc"), viewer, top=1)
    return found[0] if found else None


def _compared_table(found: Compared | None) -> pa.Table:
    days = ("first_day", "last_day", "before_first_day", "before_last_day")
    schema = pa.schema(
        [*((name, pa.string()) for name in ("what", *days)), ("now", pa.float64()), ("before", pa.float64())]
    )
    if found is None:
        return schema.empty_table()
    when = dict(zip(days, (day.isoformat() for day in (*found.days, *found.before)), strict=True))
    rows = [{"what": name, **when, "now": found.now[name], "before": found.then[name]} for name in (*COMPARED, *WHO)]
    return pa.Table.from_pylist(rows, schema=schema)
