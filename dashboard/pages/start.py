"""Start page: who comes, and what opens for them from then on. Shows no number."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html
from dash.development.base_component import Component

from dashboard import control_values, filters, landing, selection
from dashboard.attributes import attributes
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.notices import icon
from dashboard.pages.page import Page
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.settings import Settings
from pipeline.viewer import Viewer

PATH = landing.PATH
FIELD = {"type": landing.FIELD, "of": "mine"}
SUGGESTIONS = 50
INTRO = (
    "Choose once what opens when you come here. The choice stays in this browser; a link that names a page or filters "
    "is always shown as it is."
)


def layout(_view: View) -> Component:
    """One card for each kind of reader; the pool that is chosen in the header goes along."""
    return html.Main(
        [
            html.Div(
                html.Div(
                    [dmc.Title("Start page", order=1, size="h2"), html.P(id="landing-now", className="page-days")]
                ),
                className="page-head",
            ),
            html.P(INTRO, className="page-intro"),
            html.Div(
                [
                    _card(
                        "stack",
                        "I have a project",
                        "Hours of your group against its allocation, who used them, what was wasted, a report.",
                        [_projects(), _button("Open my project", "/project", landing.PROJECT)],
                    ),
                    _card(
                        "facility",
                        "I report for a facility",
                        "Delivered hours by field, institution and sponsor; who is new; this year beside last.",
                        [_button("Open Facility", "/facility", "Facility")],
                    ),
                    _card(
                        "efficiency",
                        "I operate the pool",
                        "What is broken, where and since when; who wastes most; what runs, waits and is held now.",
                        [
                            _button("Open Triage", "/triage", "Triage"),
                            _button("Open Efficiency", "/efficiency", "Efficiency"),
                            _button("Open Pool now", "/pool-now", "Pool now"),
                        ],
                    ),
                    _card(
                        "usage",
                        "Something else",
                        "Usage of the whole pool by project, site, user, institution or field.",
                        [_button("Open Usage", "/usage", "Usage")],
                    ),
                ],
                className="start-cards",
            ),
        ]
    )


def _card(picture: str, title: str, text: str, controls: Sequence[Component]) -> Component:
    head = html.Div([icon(picture, 22), dmc.Title(title, order=2, size="h4")], className="start-title")
    return html.Section([head, html.P(text), html.Div(list(controls), className="start-controls")], className="panel")


def _button(text: str, to: str, label: str) -> Component:
    made: Component = dmc.Button(text, id=landing.button(to, label), variant="default", size="sm")
    return made


def _projects() -> Component:
    made: Component = dmc.Select(
        id=FIELD,
        data=[],
        placeholder="Choose your project",
        searchable=True,
        filter={"function": "asFound"},
        nothingFoundMessage="Nothing found",
        maxDropdownHeight=340,
        comboboxProps={"width": 340, "position": "bottom-start"},
        className="start-project",
        **attributes(aria_label="Your project"),
    )
    return made


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """Suggestions for one's own project; all else happens in the browser (see `landing`)."""

    @app.callback(
        Output(FIELD, "data"),
        Input(FIELD, "searchValue"),
        Input(FIELD, "value"),
        State("url", "search"),
    )
    async def suggest(typed: str | None, chosen: str | None, search: str | None) -> list[dict[str, Any]]:
        view, asked = filters.parse(search), "" if chosen else (typed or "").strip()

        def find(cube: Cube, viewer: Viewer) -> tuple[str, ...]:
            pool = selection.pool_of(view, cube.pools(viewer))
            return cube.values("project", (pool.name,), viewer, contains=asked, limit=SUGGESTIONS)

        try:
            found = await source.ask(find, view.zone)
        except LedgerError:
            found = ()  # every page that can be chosen says why
        return control_values.choices((*((chosen,) if chosen else ()), *found))


PAGE = Page(PATH, "Start page", "home", layout, register, filtered=False)
