"""What can be downloaded of the page Pool now."""

import pyarrow as pa

from dashboard import selection
from dashboard.filters import View
from dashboard.pages.page import TableOf
from pipeline.cube import Cube
from pipeline.viewer import Viewer


def _pools(cube: Cube, viewer: Viewer, view: View) -> tuple[str, ...]:
    return (selection.pool_of(view, cube.pools(viewer)).name,)


def queue_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The whole queue, by everything that it is kept by."""
    by = ("pool", "ap", "venue", "project", "user", "status", "hold_code")
    return cube.queue(by, _pools(cube, viewer, view), viewer)


def capacity_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Cores and memory, by everything that capacity is kept by."""
    by = ("pool", "origin", "is_backfill", "site", "resource", "state")
    return cube.capacity(by, _pools(cube, viewer, view), viewer)


def gpus_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """GPUs by model, site and state."""
    return cube.gpus(_pools(cube, viewer, view), viewer)


def sizes_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Idle jobs by what they ask for: every size."""
    return cube.idle_sizes(_pools(cube, viewer, view), viewer)


def glideins_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Startds by the site, CE and entry that they name."""
    return cube.glideins(_pools(cube, viewer, view), viewer)


def cycles_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Negotiation cycles of the last day; moments in Unix seconds."""
    return cube.negotiation(_pools(cube, viewer, view), viewer)


def sites_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Core hours of payload and pilots by site, on the view's days."""
    chosen = selection.select(view, cube.pools(viewer))
    return cube.site_hours((chosen.pool.name,), viewer, chosen.period.first, chosen.period.last)


TABLES: dict[str, TableOf] = {
    "queue": queue_table,
    "sizes": sizes_table,
    "capacity": capacity_table,
    "gpus": gpus_table,
    "glideins": glideins_table,
    "cycles": cycles_table,
    "sites": sites_table,
}
