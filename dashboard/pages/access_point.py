"""Access point: jobs into and out of one schedd's queue, what is in it now, transfers, how completely it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import access_point_parts, cards, entity_choice, filters, notices, selection
from dashboard import ranking as ranked
from dashboard.access_point_figures import flow, flow_figure
from dashboard.cube_source import CubeSource
from dashboard.entity_choice import Choice, usage_of
from dashboard.entity_picker import picker, the_one
from dashboard.filters import View
from dashboard.page_parts import booked_days, downloads, own_address
from dashboard.pages.page import Page
from dashboard.pool_parts import queue_cards
from dashboard.selection import Selection
from dashboard.shell_parts import figure, page_head, page_line, panel
from pipeline.access_point_sheet import TRANSFERS, AccessPointSheet, access_point_sheet, is_known
from pipeline.access_point_tables import days_table, kinds_table
from pipeline.active import Active, active
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.settings import Settings
from pipeline.status.sources import SourceStatus, source_states
from pipeline.viewer import Viewer

PATH, OF = "/access-point", "ap"
WHO = ("user", "project")
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
FIGURE = "Jobs submitted, and jobs that left the queue by how they ended; the download has the numbers"
DOWNLOADS = {
    "days": "Jobs by day",
    "kinds": "Jobs by kind",
    "outcomes": "Attempts by day and outcome",
    "queue": "Queue",
    "users": "Users",
    "projects": "Projects",
    "transfers": "Time of transfers by day",
}
NOTHING: tuple[Any, ...] = ([], [], [], [], None, [], [], [], [], [], [], [])


@dataclass(frozen=True)
class Shown:
    """What the page shows of an access point."""

    ap: str
    selection: Selection
    sheet: AccessPointSheet
    who: Mapping[str, Active]
    users: list[dict[str, Any]]
    projects: list[dict[str, Any]]


def layout(view: View) -> Component:
    """The picker, and panels of about the size that they will have."""
    body = [
        html.Div(cards.skeletons(5), id="access-point-cards", className="cards"),
        panel(
            "In and out of the queue",
            html.Div(dmc.Skeleton(height=28), id="access-point-legend", className="legend"),
            *figure("access-point", 300, FIGURE),
            tip="Every kind of job: for the pool, and DAGMan, local and scheduler universe on the access point itself.",
        ),
        html.Div(
            [
                _stack(
                    panel(
                        "Queue now", html.Div(id="access-point-queue"), note="Of all jobs: filters do not act on it."
                    ),
                    panel("Transfers", html.Div(id="access-point-transfers")),
                ),
                _stack(
                    panel("Kinds of jobs", html.Div(id="access-point-kinds"), note="All that left the queue."),
                    panel("How attempts ended", html.Div(id="access-point-outcomes")),
                ),
            ],
            className="two-panels",
        ),
        html.Div(
            [
                panel("Users", html.Div(id="access-point-users")),
                panel("Projects", html.Div(id="access-point-projects")),
            ],
            className="two-panels",
        ),
        panel("How it is read", html.Div(id="access-point-collection")),
    ]
    return html.Main(
        [
            page_head("Access point", page_line("access-point-days"), "access-point-downloads"),
            html.Div(
                [picker(OF, view), html.P(id="access-point-about", className="dim entity-about")],
                className="entity-line",
            ),
            html.Div(id="access-point-notice"),
            html.Div(body, id="access-point-body", style=SHOWN if the_one(view, OF) else HIDDEN),
        ]
    )


def _stack(*panels: Component) -> Component:
    return html.Div(list(panels), className="panel-stack")


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown | Choice:
    """Everything that the page shows of a view. Raises UsageError where the view has no meaning for this cube."""
    chosen, ap = selection.select(view, cube.pools(viewer)), the_one(view, OF)
    if ap is None:
        return entity_choice.choice(cube, viewer, view, chosen, OF)
    if not is_known(cube, viewer, chosen.pool, ap):
        return entity_choice.choice(cube, viewer, view, chosen, OF, unknown=ap)
    return Shown(
        ap=ap,
        selection=chosen,
        sheet=access_point_sheet(cube, viewer, chosen.pool, ap, _days(chosen), chosen.where),
        who={name: active(cube, viewer, chosen.query((), ()), name) for name in WHO},
        users=cube.usage(chosen.query(("user",), ranked.METRICS), viewer).to_pylist(),
        projects=cube.usage(chosen.query(("project",), ranked.METRICS), viewer).to_pylist(),
    )


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page: what the cube knows, and the sources, which need no cube."""

    @app.callback(
        Output("access-point-notice", "children"),
        Output("access-point-body", "style"),
        Output("access-point-days", "children"),
        Output("access-point-about", "children"),
        Output("access-point-downloads", "children"),
        Output("access-point-cards", "children"),
        Output("access-point-legend", "children"),
        Output({"type": "figure-data", "of": "access-point"}, "data"),
        Output("access-point-queue", "children"),
        Output("access-point-kinds", "children"),
        Output("access-point-transfers", "children"),
        Output("access-point-outcomes", "children"),
        Output("access-point-users", "children"),
        Output("access-point-projects", "children"),
        Output("access-point-collection", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view, now = filters.parse(search), datetime.now(UTC)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
            sources = await source.read(lambda root: source_states(root, now))
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        if isinstance(shown, Choice):
            return entity_choice.shown_choice(shown, PATH, view), HIDDEN, booked_days(shown.selection), *NOTHING
        mine = [one for one in sources if (one.pool, one.ap) == (shown.selection.pool.name, shown.ap)]
        return [], SHOWN, booked_days(shown.selection), *_parts(shown, view, mine, now)


def _parts(shown: Shown, view: View, sources: Sequence[SourceStatus], now: datetime) -> tuple[Any, ...]:
    sheet, period = shown.sheet, shown.selection.period
    found, asked_utc = flow(sheet.days, period), access_point_parts.queue_was_asked(sheet, sources)
    total = access_point_parts.queue_total(sheet, asked=asked_utc is not None)
    users, projects = own_address("/usage", view, "user"), own_address("/project", view, "project")
    return (
        access_point_parts.schedd_line(sheet.schedd, now),
        downloads(PATH, view, DOWNLOADS),
        [*access_point_parts.flow_cards(sheet, shown.who), *queue_cards(total)],
        access_point_parts.legend(found),
        flow_figure(found, period, shown.selection.oldest),
        access_point_parts.queue_parts(sheet, asked_utc, now),
        access_point_parts.kind_table(sheet),
        access_point_parts.transfer_parts(sheet),
        access_point_parts.outcome_table(sheet),
        ranked.ranking(shown.users, "user", "User", users, narrow=True),
        ranked.ranking(shown.projects, "project", "Project", projects, narrow=True),
        access_point_parts.collection_parts(sheet, sources, _health(view), now),
    )


def _days(chosen: Selection) -> tuple[date, date]:
    return chosen.period.first, chosen.period.last


def _health(view: View) -> str:
    return "/data-health" + filters.to_search(filters.widened(filters.on_another_page(view)))


def _sheet(cube: Cube, viewer: Viewer, view: View) -> AccessPointSheet:
    chosen, ap = entity_choice.required(view, cube, viewer, OF)
    return access_point_sheet(cube, viewer, chosen.pool, ap, _days(chosen), chosen.where)


def queue_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Its queue, by everything that it is kept by."""
    chosen, ap = entity_choice.required(view, cube, viewer, OF)
    by = ("pool", "ap", "venue", "project", "user", "status", "hold_code")
    found = cube.queue(by, (chosen.pool.name,), viewer)
    return found.filter(pa.array([name == ap for name in found.column("ap").to_pylist()], pa.bool_()))


def transfers_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Hours of waiting for transfers and of transfers, by day."""
    chosen, _ = entity_choice.required(view, cube, viewer, OF)
    of = ("bucket", TRANSFERS)
    return cube.usage(chosen.query(("pool", OF, "day", "bucket"), ("wall_h", "cpu_h"), of), viewer)


PAGE = Page(
    PATH,
    "Access point",
    "login",
    layout,
    register,
    {
        "days": lambda cube, viewer, view: days_table(_sheet(cube, viewer, view).days),
        "kinds": lambda cube, viewer, view: kinds_table(_sheet(cube, viewer, view).kinds),
        "outcomes": usage_of(OF, "day", "outcome", metrics=("attempts", "wall_h", "cpu_h")),
        "queue": queue_table,
        "users": usage_of(OF, "user", metrics=ranked.METRICS),
        "projects": usage_of(OF, "project", metrics=ranked.METRICS),
        "transfers": transfers_table,
    },
)
