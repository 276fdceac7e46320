"""The badge: in what state the chosen pool's data are, in one word; behind it the sentence and the evidence."""

from datetime import UTC, date, datetime
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import filters, notices, selection
from dashboard.attributes import attributes
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.labels import visible
from dashboard.notices import icon
from pipeline.cube import Cube, PoolInfo
from pipeline.errors import LedgerError
from pipeline.state import DataState
from pipeline.viewer import Viewer

PICTURES = {
    "complete": "circle-check",
    "partial": "circle-half",
    "unknown": "help-circle",
    "stale": "clock-pause",
    "simulated": "flask",
}


def badge() -> Component:
    """The badge's place in the header: it opens what stands behind it."""
    made: Component = dmc.Popover(
        [
            dmc.PopoverTarget(
                html.Button(
                    [icon("circle-half", 15), html.Span("…", className="badge-word")],
                    id="badge",
                    type="button",
                    className="badge badge-unknown",
                    **attributes(aria_label="State of the data"),
                )
            ),
            dmc.PopoverDropdown(html.Div(id="evidence", className="evidence")),
        ],
        position="bottom-end",
        shadow="md",
        width=380,
        withArrow=True,
        trapFocus=True,
        returnFocus=True,
    )
    return made


def register(app: Dash, source: CubeSource, stale_after_h: int) -> None:
    """Badge, evidence and the lines across the page, for the pool that the address names."""

    @app.callback(
        Output("badge", "children"),
        Output("badge", "className"),
        Output("badge", "aria-label"),
        Output("evidence", "children"),
        Output("ribbons", "children"),
        Input("url", "search"),
    )
    async def show_state(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)

        def state_of(cube: Cube, viewer: Viewer) -> DataState:
            pool = selection.pool_of(view, cube.pools(viewer))
            return cube.state((pool.name,), viewer, datetime.now(UTC), stale_after_h, *asked_days(view, pool))

        ignored = notices.of_ignored(view.ignored)
        try:
            state = await source.ask(state_of)
        except LedgerError as error:
            unknown = [icon("circle-half", 15), html.Span("no data", className="badge-word")]
            text = notices.sentence(error.what) + "."
            return unknown, "badge badge-unknown", "No data", html.P(text), [ignored] if ignored else []
        ribbons = [line for line in (notices.of_state(state), ignored) if line is not None]
        face = [icon(PICTURES[state.state], 15), html.Span(state.state, className="badge-word")]
        label = f"{state.title}: show the evidence"
        return face, f"badge badge-{state.state}", label, evidence(state, health_address(view)), ribbons


def health_address(view: View) -> str:
    """The page Data health, of the same pool."""
    return "/data-health" + filters.to_search(View(pool=view.pool))


def asked_days(view: View, pool: PoolInfo) -> tuple[date | None, date | None]:
    """The days that the view shows of the pool. A view up to its newest day speaks of all that came after, too."""
    if pool.first_day is None or pool.last_day is None:
        return None, None
    period = selection.period_of(view, pool.first_day, pool.last_day)
    return period.first, period.last if period.last < pool.last_day else None


def evidence(state: DataState, health: str) -> list[Component]:
    """The sentence, and under it each finding with its value; `health` is the address of the page that has it all."""
    rows = [html.Tr([html.Th(label, scope="row"), html.Td(value)]) for label, value in state.evidence]
    return [
        html.H2(state.title, className="evidence-title"),
        html.P(visible(state.sentence), className="name"),
        html.Table(html.Tbody(rows), className="evidence-table"),
        dcc.Link("Each source, day and gap: Data health", href=health, className="evidence-link"),
    ]
