"""What a report of a site says besides its ground: the period before, what it offered, downtimes, pledges, failures.

Asks the cube; nothing is counted here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyarrow as pa

from pipeline.at_site import AtSite
from pipeline.calendar import midnight_utc
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.report.before import Before, before
from pipeline.report.commitments import commitments_table
from pipeline.report.ground import Ground, Question, counted, ground, numbers_table, of_one
from pipeline.report.period import Days
from pipeline.site_sheet import OFFERED, SiteSheet, is_known, site_sheet
from pipeline.site_trouble import SiteTrouble, site_trouble
from pipeline.viewer import Viewer

WHO = ("project", "user", "institution", "field_of_science")
GROUPS = ("project", "institution", "field_of_science")
_DOWNTIME = (("from_utc", pa.int64()), ("to_utc", pa.int64()), ("resource", pa.string()), ("severity", pa.string()))
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class SiteFacts(Ground):
    """
    before      None where the ledger does not reach back
    downtimes   those that touch the days, the oldest first; `coming`: those that begin after them, as far as announced
    ends, hosts how runs ended here and elsewhere, and by host: all rows, of which `trouble` says what stands out
    """

    site: str
    who: Mapping[str, int]
    before: Before | None
    sheet: SiteSheet
    downtimes: tuple[Row, ...]
    coming: tuple[Row, ...]
    trouble: SiteTrouble
    ends: pa.Table
    hosts: pa.Table

    def tables(self) -> dict[str, pa.Table]:
        """Each table of the annex by its name."""
        distinct = {f"distinct_{name}": value for name, value in self.who.items()}
        return super().tables() | {
            "totals": numbers_table({**self.totals, **distinct}),
            **({"before": self.before.table()} if self.before else {}),
            "capacity_day": _capacity_table(self.sheet),
            "downtimes": _downtimes_table((*self.downtimes, *self.coming)),
            "commitments": commitments_table(self.sheet.pledges),
            "ends": self.ends,
            "hosts": self.hosts,
        }


def site_facts(cube: Cube, viewer: Viewer, asked: Question, site: str) -> SiteFacts:
    """The facts of that site; `asked.where` are further filters. Raises UsageError, also for an unknown site."""
    pool = asked.pool
    if not is_known(cube, viewer, pool, site):
        hint = "Write it as it is registered: `htc-ledger usage --by site` lists all."
        raise UsageError(f"pool {pool.name!r} has no site {site!r}", hint)
    base = ground(cube, viewer, of_one(asked, "site", site), GROUPS)
    zone, (first, last) = base.published.zone, base.days
    sheet = site_sheet(cube, viewer, pool, site, first, last)
    here = AtSite(pool.name, tuple(sorted({site, *sheet.names})), first, last, zone)
    touching, coming = _downtimes(sheet, base.days, zone)
    return SiteFacts(
        **vars(base),
        site=site,
        who=counted(cube, viewer, base.query, WHO),
        before=before(cube, viewer, base, WHO),
        sheet=sheet,
        downtimes=touching,
        coming=coming,
        trouble=site_trouble(cube, viewer, here, pool.first_day or first, pool.last_day or last),
        ends=cube.site_ends(here, viewer),
        hosts=cube.site_hosts(here, viewer),
    )


def _downtimes(sheet: SiteSheet, days: Days, zone: str) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Those that touch the days, and those that begin later."""
    over = midnight_utc(days[1] + timedelta(days=1), zone)
    ordered = sorted(sheet.downtimes, key=lambda row: (row["from_utc"], row["to_utc"]))
    touching = tuple(row for row in ordered if row["from_utc"] < over)
    return touching, tuple(row for row in ordered if row["from_utc"] >= over)


def _capacity_table(sheet: SiteSheet) -> pa.Table:
    schema = pa.schema([("day", pa.string()), *((name, pa.float64()) for name in OFFERED)])
    rows = [{"day": day.isoformat(), **row} for day, row in sheet.capacity.items()]
    return pa.Table.from_pylist(rows, schema=schema)


def _downtimes_table(rows: tuple[Row, ...]) -> pa.Table:
    schema = pa.schema([*_DOWNTIME, ("is_planned", pa.bool_()), ("title", pa.string()), ("cpu_h", pa.float64())])
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema=schema)
