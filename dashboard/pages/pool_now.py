"""Pool now: what runs, waits and is held; what the pool offers; usage so far; pilots beside payload."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import cards, filters, notices, pool_parts, queue_grid, selection, supply_parts, usage_table
from dashboard import format as fmt
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.labels import short
from dashboard.page_parts import downloads, pool_line
from dashboard.pages.page import Page
from dashboard.periods import Period
from dashboard.pool_figures import Sites, cores_by_site, sites
from dashboard.pool_tables import TABLES
from dashboard.queue_grid import Entry
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.idle_fit import Demand, demand
from pipeline.settings import Settings
from pipeline.site_names import as_registered, registered_names
from pipeline.viewer import Viewer

PATH = "/pool-now"
GROUPS = {"project": "Project", "user": "User", "ap": "Access point"}
REFRESH_MS = 60_000
HOURS = ("payload_cpu_h", "pilot_cpu_h", "provisional_cpu_h")
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
HELD = "By the reason that the access point gives."
PILOTS = "Pilots are jobs at a CE; payload runs in the slots that they become. The two are never added."
NOTHING: tuple[Any, ...] = ([], None, HIDDEN, "", [], "", [], [], usage_table.CLASS, [], [], [], [], "", [], [])
"""What the parts get where there is nothing to show."""
FIT = "Idle demand against idle supply. What a slot and a job want of each other is not in it: Project tells of that."
DOWNLOADS = {
    "queue": "Queue",
    "sizes": "Idle jobs by size",
    "capacity": "Capacity",
    "gpus": "GPUs",
    "glideins": "Glideins",
    "cycles": "Negotiation cycles",
    "sites": "Payload and pilots by site",
}


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
    demand: Demand
    glideins: list[dict[str, Any]]
    cycles: list[dict[str, Any]]
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
                    panel("Idle jobs by size", html.Div(dmc.Skeleton(height=80), id="now-demand"), tip=FIT),
                    panel("Held jobs", html.Div(dmc.Skeleton(height=80), id="now-holds"), note=HELD),
                    panel("Glideins", html.Div(dmc.Skeleton(height=80), id="now-glideins"), note="In the pool now."),
                    panel("Negotiation", html.Div(dmc.Skeleton(height=40), id="now-cycles")),
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
    registered = registered_names(cube, viewer, pool.name)
    capacity = as_registered(cube.capacity(("is_backfill", "site", "state"), names, viewer).to_pylist(), registered)
    hours = cube.site_hours(names, viewer, period.first, period.last).to_pylist() if period else []
    holds = cube.queue(("venue", "status", "hold_code"), names, viewer).to_pylist()
    return Shown(
        pool=pool.name,
        period=period,
        queue=queue_grid.entries(payload, group),
        total=None if asked_utc is None else _total(payload),
        holds=[row for row in holds if row["venue"] == "pool"],
        capacity=capacity,
        gpus=as_registered(cube.gpus(names, viewer).to_pylist(), registered),
        sites=sites([row for row in capacity if not row["is_backfill"]]),
        demand=demand(cube.idle_sizes(names, viewer).to_pylist(), cube.slot_sizes(names, viewer).to_pylist()),
        glideins=as_registered(cube.glideins(names, viewer).to_pylist(), registered),
        cycles=cube.negotiation(names, viewer).to_pylist(),
        hours=as_registered(hours, registered, HOURS),
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
        Output("now-demand", "children"),
        Output("now-holds", "children"),
        Output("now-glideins", "children"),
        Output("now-cycles", "children"),
        Output("now-hours-note", "children"),
        Output("now-hours", "children"),
        Output("now-downloads", "children"),
        Input("url", "search"),
        Input("now-refresh", "n_intervals"),
    )
    async def draw(search: str | None, _refreshed: int | None) -> tuple[Any, ...]:
        view, now = filters.parse(search), datetime.now(UTC)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
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
            supply_parts.demand_table(shown.demand, now, asked=shown.asked_utc is not None, seen=bool(shown.capacity)),
            pool_parts.holds_table(shown.holds, asked=shown.asked_utc is not None),
            supply_parts.glidein_table(shown.glideins),
            supply_parts.negotiation_table(shown.cycles, now),
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
    for what, done, moment in (("queue", "asked", shown.asked_utc), ("slots", "seen", shown.seen_utc)):
        text = f"{what} {done} {fmt.ago(moment, now)}" if moment else f"{what} never {done}"
        said += [" · ", html.Span(text, className="days")]
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


PAGE = Page(PATH, "Pool now", "now", layout, register, TABLES, filtered=False)
