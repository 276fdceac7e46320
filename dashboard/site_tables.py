"""What can be downloaded of the page Site, and by what its usage is grouped."""

import pyarrow as pa

from dashboard import entity_choice, gpu_parts
from dashboard import ranking as ranked
from dashboard.entity_choice import usage_of
from dashboard.filters import View
from dashboard.pages.page import TableOf
from dashboard.selection import Selection
from pipeline.at_site import AtSite
from pipeline.cube import Cube
from pipeline.site_sheet import OFFERED, SiteSheet, site_sheet
from pipeline.viewer import Viewer

OF = "site"
GROUPS = {"project": "Project", "field_of_science": "Field", "institution": "Institution", "user": "User"}
MEASURES = {"cpu_h": "Core hours", "gpu_h": "GPU hours"}


def group_of(view: View) -> str:
    """By what the address groups the site's usage."""
    return view.option("by", GROUPS, "project")


def at_site(cube: Cube, chosen: Selection, sheet: SiteSheet, site: str) -> AtSite:
    """The site by all its names: where no glidein gives one, by its own."""
    names = tuple(sorted({site, *sheet.names}))
    return AtSite(chosen.pool.name, names, chosen.period.first, chosen.period.last, cube.published.zone)


def _of(view: View, cube: Cube, viewer: Viewer) -> tuple[Selection, str]:
    return entity_choice.required(view, cube, viewer, OF)


def groups_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The ranking, every row of it, with the pool in each row."""
    chosen, _ = _of(view, cube, viewer)
    return cube.usage(chosen.query(("pool", OF, group_of(view)), ranked.METRICS), viewer)


def days_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """What the chart is made of, every day and every entity of it."""
    chosen, _ = _of(view, cube, viewer)
    return cube.usage(chosen.query(("pool", OF, "day", group_of(view)), tuple(MEASURES)), viewer)


def _sheet(cube: Cube, viewer: Viewer, view: View) -> SiteSheet:
    chosen, site = _of(view, cube, viewer)
    return site_sheet(cube, viewer, chosen.pool, site, chosen.period.first, chosen.period.last)


def pledges_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Each pledge with what was due and delivered by each day since it began."""
    return entity_choice.courses_table(_sheet(cube, viewer, view).pledges)


def downtimes_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Downtimes; moments in Unix seconds."""
    chosen, site = _of(view, cube, viewer)
    found = cube.downtimes((chosen.pool.name,), viewer, chosen.period.first)
    return found.filter(pa.array([name == site for name in found.column(OF).to_pylist()], pa.bool_()))


def capacity_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Hours offered, claimed and used on each day on which slots were seen."""
    rows = [{"day": day.isoformat(), **row} for day, row in _sheet(cube, viewer, view).capacity.items()]
    schema = pa.schema([("day", pa.string()), *((name, pa.float64()) for name in OFFERED)])
    return pa.Table.from_pylist(rows, schema=schema)


def ends_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """How runs ended here and elsewhere, by cause: every cause that occurs here."""
    chosen, site = _of(view, cube, viewer)
    return cube.site_ends(at_site(cube, chosen, _sheet(cube, viewer, view), site), viewer)


def hosts_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Every host of the site with its runs; moments in Unix seconds."""
    chosen, site = _of(view, cube, viewer)
    return cube.site_hosts(at_site(cube, chosen, _sheet(cube, viewer, view), site), viewer)


TABLES: dict[str, TableOf] = {
    "groups": groups_table,
    "days": days_table,
    "buckets": usage_of(OF, "bucket", "project", metrics=("cpu_h", "gpu_h")),
    "pledges": pledges_table,
    "downtimes": downtimes_table,
    "capacity": capacity_table,
    "gpus": usage_of(OF, "gpu_model", metrics=gpu_parts.METRICS),
    "ends": ends_table,
    "hosts": hosts_table,
}
