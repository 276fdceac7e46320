"""The badge: in what state the chosen pool's data are, in one word; behind it the sentence and the evidence."""

from datetime import UTC, date, datetime
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import filters, notices, selection
from dashboard.attributes import in_browser
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.kept_answers import AGE_S, keep
from dashboard.labels import visible
from dashboard.notices import icon
from dashboard.shell_parts import popover_button
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
UNKNOWN = "badge badge-unknown"


def badge() -> Component:
    """The badge's place in the header: it opens what stands behind it."""
    made: Component = dmc.Popover(
        [
            popover_button(html.Span(face("circle-half", "…", "State of the data"), id="badge", className=UNKNOWN)),
            dmc.PopoverDropdown(html.Div(id="evidence", className="evidence")),
        ],
        id="badge-popover",
        position="bottom-end",
        shadow="md",
        width=380,
        withArrow=True,
        trapFocus=True,
        returnFocus=True,
    )
    return made


def face(picture: str, word: str, said: str) -> list[Component]:
    """What stands on the badge: a picture, a word, and what is heard instead of seen."""
    return [
        icon(picture, 15),
        html.Span(word, className="badge-word"),
        html.Span(f" {said}", className="only-heard"),
    ]


def register(app: Dash, source: CubeSource, stale_after_h: int) -> None:
    """Badge, evidence and the lines across the page, for the pool that the address names."""

    @app.callback(
        Output("badge", "children"),
        Output("badge", "className"),
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
            state = await source.ask(state_of, view.zone)
        except LedgerError as error:
            text = notices.sentence(error.what) + "."
            return face("circle-half", "no data", ""), UNKNOWN, html.P(text), [ignored] if ignored else []
        ribbons = [line for line in (notices.of_state(state), ignored) if line is not None]
        shown = face(PICTURES[state.state], state.state, f"{state.title}: show the evidence")
        return keep((shown, f"badge badge-{state.state}", evidence(state, health_address(view)), ribbons), AGE_S)

    in_browser(app, "closed", Output("badge-popover", "opened"), Input("url", "pathname"))


def health_address(view: View) -> str:
    """The page Data health, of the same pool."""
    return "/data-health" + filters.to_search(View(pool=view.pool, zone=view.zone))


def asked_days(view: View, pool: PoolInfo) -> tuple[date | None, date | None]:
    """The days that the view shows of the pool. A view up to its newest day speaks of all that came after, too."""
    if pool.first_day is None or pool.last_day is None:
        return None, None
    period = selection.period_of(view, pool.first_day, pool.last_day)
    return period.first, period.last if period.last < pool.last_day else None


def evidence(state: DataState, health: str) -> list[Component]:
    """The sentence, the way to the page that has it all (`health`), and below them each finding with its value.

    The findings are many, and scroll: the link stands above them, where it is always seen.
    """
    rows = [html.Tr([html.Th(label, scope="row"), html.Td(value)]) for label, value in state.evidence]
    return [
        html.H2(state.title, className="evidence-title"),
        html.P(visible(state.sentence), className="name"),
        dcc.Link("Each source, day and gap: Data health", href=health, className="evidence-link"),
        html.Table(html.Tbody(rows), className="evidence-table"),
    ]
