"""Pool now: what runs, waits and is held; what the pool offers; usage so far; pilots beside payload."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import cards, filters, notices, pool_parts, queue_grid, selection, usage_table
from dashboard import format as fmt
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.labels import short
from dashboard.page_parts import downloads, pool_line
from dashboard.pages.page import Page
from dashboard.periods import Period
from dashboard.pool_figures import Sites, cores_by_site, sites
from dashboard.queue_grid import Entry
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.settings import Settings
from pipeline.viewer import Viewer

PATH = "/pool-now"
GROUPS = {"project": "Project", "user": "User", "ap": "Access point"}
REFRESH_MS = 60_000
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
HELD = "By the reason that the access point gives."
PILOTS = "Pilots are jobs at a CE; payload runs in the slots that they become. The two are never added."
NOTHING: tuple[Any, ...] = ([], None, HIDDEN, "", [], "", [], [], usage_table.CLASS, [], "", [], [])
"""What the parts get where there is nothing to show."""
DOWNLOADS = {"queue": "Queue", "capacity": "Capacity", "gpus": "GPUs", "sites": "Payload and pilots by site"}


@dataclass(frozen=True)
class Shown:
    """What the page shows of a pool."""

    pool: str
    period: Period | None
    queue: list[Entry]
    total: Entry | None
    holds: list[dict[str, Any]]
    capacity: list[dict[str, Any]]
    gpus: list[dict[str, Any]]
    sites: Sites
    hours: list[dict[str, Any]]
    asked_utc: int | None
    seen_utc: int | None

    @property
    def is_empty(self) -> bool:
        return self.asked_utc is None and not (self.capacity or self.hours)


def layout(view: View) -> Component:
    """Controls, and skeletons of the size that cards, charts and tables will have."""
    group = view.option("by", GROUPS, "project")
    return html.Main(
        [
            page_head("Pool now", page_line("now-asked"), "now-downloads"),
            dcc.Interval(id="now-refresh", interval=REFRESH_MS),
            html.Div(id="now-notice"),
            html.Div(
                [
                    html.Div(cards.skeletons(5), id="now-cards", className="cards"),
                    html.Div(
                        [
                            panel(
                                "Cores by site",
                                html.Div(pool_parts.state_legend(), className="legend"),
                                *figure("sites", 240, "Cores by site and state; the download has the numbers"),
                                html.P(id="now-backfill", className="dim"),
                            ),
                            panel("GPUs by model", html.Div(dmc.Skeleton(height=120), id="now-gpus")),
                        ],
                        className="two-panels",
                    ),
                    panel(
                        "Queue",
                        html.P(id="now-queue-note", className="dim"),
                        usage_table.grid("now-queue"),
                        control=segments("by", GROUPS, "project", group, "What the queue is grouped by"),
                    ),
                    panel("Held jobs", html.Div(dmc.Skeleton(height=80), id="now-holds"), note=HELD),
                    panel(
                        "Payload and pilots by site",
                        html.Div(dmc.Skeleton(height=80), id="now-hours"),
                        tip=PILOTS,
                        note=html.P(id="now-hours-note"),
                    ),
                ],
                id="now-body",
            ),
        ]
    )


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown:
    """Everything that the page shows of the view's pool. Raises UsageError for a pool that is not there."""
    pool = selection.pool_of(view, cube.pools(viewer))
    names, group = (pool.name,), view.option("by", GROUPS, "project")
    period = selection.period_of(view, pool.first_day, pool.last_day) if pool.first_day and pool.last_day else None
    asked_utc = cube.freshness(names, viewer).queue_utc
    payload = [row for row in _queue(cube, viewer, names, (group, "status")) if row["venue"] == "pool"]
    capacity = cube.capacity(("is_backfill", "site", "state"), names, viewer).to_pylist()
    hours = cube.site_hours(names, viewer, period.first, period.last) if period else None
    holds = cube.queue(("venue", "status", "hold_code"), names, viewer).to_pylist()
    return Shown(
        pool=pool.name,
        period=period,
        queue=queue_grid.entries(payload, group),
        total=None if asked_utc is None else _total(payload),
        holds=[row for row in holds if row["venue"] == "pool"],
        capacity=capacity,
        gpus=cube.gpus(names, viewer).to_pylist(),
        sites=sites([row for row in capacity if not row["is_backfill"]]),
        hours=hours.to_pylist() if hours is not None else [],
        asked_utc=min((row["seen_utc"] for row in payload), default=asked_utc),
        seen_utc=max((row["seen_utc"] for row in capacity), default=None),
    )


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page, so that all its numbers are of one cube."""

    @app.callback(
        Output("now-notice", "children"),
        Output("now-body", "style"),
        Output("now-asked", "children"),
        Output("now-cards", "children"),
        Output({"type": "figure-data", "of": "sites"}, "data"),
        Output({"type": "figure", "of": "sites"}, "style"),
        Output("now-backfill", "children"),
        Output("now-gpus", "children"),
        Output("now-queue-note", "children"),
        Output("now-queue", "columnDefs"),
        Output("now-queue", "rowData"),
        Output("now-queue", "className"),
        Output("now-holds", "children"),
        Output("now-hours-note", "children"),
        Output("now-hours", "children"),
        Output("now-downloads", "children"),
        Input("url", "search"),
        Input("now-refresh", "n_intervals"),
    )
    async def draw(search: str | None, _refreshed: int | None) -> tuple[Any, ...]:
        view, now = filters.parse(search), datetime.now(UTC)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer))
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        if shown.is_empty:
            return _nothing_asked(), HIDDEN, html.Span(short(shown.pool), className="name"), *NOTHING
        group = view.option("by", GROUPS, "project")
        old = pool_parts.old_line(shown.asked_utc, shown.seen_utc, now)
        return (
            [old] if old else [],
            SHOWN,
            _asked(shown, now),
            [*pool_parts.queue_cards(shown.total), *pool_parts.capacity_cards(shown.capacity, shown.gpus)],
            *_sites(shown),
            pool_parts.backfill_note(shown.capacity),
            pool_parts.gpu_table(shown.gpus) if shown.capacity else _no_slots(),
            _queue_note(shown),
            queue_grid.grid_columns(GROUPS[group]),
            queue_grid.grid_rows(shown.queue),
            usage_table.class_of_rows(len(shown.queue)),
            pool_parts.holds_table(shown.holds, asked=shown.asked_utc is not None),
            fmt.span(shown.period.first, shown.period.last) if shown.period else "",
            pool_parts.hours_table(shown.hours),
            downloads(PATH, view, DOWNLOADS),
        )


def _queue(cube: Cube, viewer: Viewer, names: tuple[str, ...], by: tuple[str, ...]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = cube.queue(("venue", *by), names, viewer).to_pylist()
    return rows


def _total(rows: list[dict[str, Any]]) -> Entry:
    total = Entry("all")
    for row in rows:
        total.add(row)
    return total


def _sites(shown: Shown) -> tuple[Any, Any]:
    if not shown.sites.names:
        return None, HIDDEN
    return cores_by_site(shown.sites), {"height": shown.sites.height}


def _asked(shown: Shown, now: datetime) -> list[Any]:
    said = pool_line(shown.pool)
    for what, moment in (("queue asked", shown.asked_utc), ("slots seen", shown.seen_utc)):
        said += [" · ", html.Span(f"{what} {fmt.ago(moment, now)}" if moment else f"{what} never", className="days")]
    return said


def _queue_note(shown: Shown) -> str:
    if shown.asked_utc is None:
        return "No queue was ever asked: sources of kind schedds ask for it."
    if not shown.queue:
        return "No payload job was in the queue when it was asked."
    more = len(shown.queue) - queue_grid.MOST_ROWS
    cut = f" The {queue_grid.MOST_ROWS:,} largest of {len(shown.queue):,}; the download has all." if more > 0 else ""
    return "Payload jobs only: pilots and jobs on the access point itself are left out." + cut


def _no_slots() -> Component:
    return html.P("No slot was ever seen: a source of kind pool asks for them.", className="facts-none")


def _nothing_asked() -> Component:
    return notices.instead(
        "now",
        "Nothing is known of this pool's present",
        "Its records were read, but neither its queue nor its slots were ever asked for. Name sources in ledger.toml "
        "and run the collector: kind schedds asks for queues, kind pool for slots.",
        dmc.Code("htc-ledger collect --watch", block=True, className="notice-code"),
    )


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


def sites_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Core hours of payload and pilots by site, on the view's days."""
    chosen = selection.select(view, cube.pools(viewer))
    return cube.site_hours((chosen.pool.name,), viewer, chosen.period.first, chosen.period.last)


PAGE = Page(
    PATH,
    "Pool now",
    "now",
    layout,
    register,
    {"queue": queue_table, "capacity": capacity_table, "gpus": gpus_table, "sites": sites_table},
    filtered=False,
)
