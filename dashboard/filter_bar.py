"""The filter bar: controls that show the view, and one callback that keeps them and the address in step.

The address is the truth. A control that was moved changes just its own part of the view; the address follows, and
pages follow the address. Names to choose from are searched on the server, so a pool may have any number of them.
"""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, html, set_props
from dash.development.base_component import Component

from dashboard import control_values, filters, selection
from dashboard.attributes import attributes, in_browser
from dashboard.cube_source import CubeSource
from dashboard.kept_answers import keep
from dashboard.labels import plural
from dashboard.notices import icon
from dashboard.shell_parts import help_on
from pipeline.cube import Cube, PoolInfo
from pipeline.errors import LedgerError
from pipeline.query import dimension
from pipeline.viewer import Viewer

SUGGESTIONS = 50
BOOKING_DOC = (
    "As used: each attempt counts on the days and at the site where it ran. "
    "As ended: the whole job counts on the day it ended, at its last site."
)
ZONE_DOC = "At whose midnight a day begins: an attempt that runs over it is charged to both days."
NAMES = {"type": "names", "dimension": ALL}
OPTIONS = {"type": "option", "key": ALL, "default": ALL}
OUTPUTS = (
    Output("pool", "data"),
    Output("pool", "value"),
    Output("range", "data"),
    Output("range", "value"),
    Output("days", "value"),
    Output("zone", "data"),
    Output("zone", "value"),
    Output("zone", "className"),
    Output("booking", "value"),
    Output(NAMES, "value"),
    Output(OPTIONS, "value"),
    Output("filters-summary", "children"),
    Output("filters-more", "children"),
)


def pool_picker() -> Component:
    """The choice of the pool, in the header: exactly one, because pools are never added up."""
    made: Component = dmc.Select(
        id="pool",
        data=[],
        allowDeselect=False,
        placeholder="Pool",
        leftSection=icon("server", 16),
        className="pool-picker",
        checkIconPosition="right",
        comboboxProps={"width": "max-content", "position": "bottom-end"},
        **attributes(aria_label="Pool"),
    )
    return made


def bar() -> Component:
    """The controls, folded behind one button on a phone."""
    return html.Section(
        [
            dmc.Button(
                html.Span("Filters", id="filters-summary"),
                id="filters-open",
                leftSection=icon("filters", 16),
                rightSection=icon("chevron-down", 14),
                variant="default",
                fullWidth=True,
                hiddenFrom="sm",
                justify="space-between",
                **attributes(aria_controls="filter-controls"),
            ),
            html.Div(
                [
                    dmc.Select(
                        id="range",
                        label="Time range",
                        data=[],
                        allowDeselect=False,
                        renderOption={"function": "rangeOption"},
                        className="filter-range",
                        comboboxProps={"width": 330, "position": "bottom-start"},
                        maxDropdownHeight=340,
                    ),
                    dmc.DatePickerInput(
                        id="days",
                        label="Days",
                        type="range",
                        valueFormat="D MMM YYYY",
                        allowSingleDateInRange=True,
                        weekendDays=[],
                        className="filter-days",
                        leftSection=icon("calendar", 16),
                    ),
                    *(_names(name) for name in filters.USUAL),
                    dmc.Select(
                        id="zone",
                        label=html.Span(["Time zone ", help_on(ZONE_DOC)]),
                        data=[],
                        allowDeselect=False,
                        placeholder="Choose one",
                        className=f"{control_values.ZONE} only-zone",
                        comboboxProps={"width": "max-content", "position": "bottom-end"},
                    ),
                    dmc.Select(
                        id="booking",
                        label=html.Span(["Booking ", help_on(BOOKING_DOC)]),
                        data=[{"value": name, "label": label} for name, label in control_values.BOOKING_LABELS.items()],
                        value="used",
                        allowDeselect=False,
                        className="filter-booking",
                    ),
                    dmc.Button(
                        "More",
                        id="filters-more",
                        leftSection=icon("filters", 16),
                        variant="default",
                        className="filter-more",
                        **attributes(aria_controls="filter-further", aria_expanded="false"),
                    ),
                    html.Div(
                        [_names(name) for name in filters.FURTHER], id="filter-further", className="filter-further"
                    ),
                ],
                id="filter-controls",
                className="filter-controls",
            ),
        ],
        id="filters",
        className="filters",
        **attributes(aria_label="Filters"),
    )


def register(app: Dash, source: CubeSource) -> None:
    """Controls and address in step; suggestions; folding."""

    @app.callback(
        *OUTPUTS,
        Input("url", "search"),
        Input("pool", "value"),
        Input("range", "value"),
        Input("days", "value"),
        Input("zone", "value"),
        Input("booking", "value"),
        Input(NAMES, "value"),
        Input(OPTIONS, "value"),
        State("url", "pathname"),
    )
    async def keep_in_step(search: str | None, *_: Any) -> tuple[Any, ...]:
        view = filters.parse(search)
        moved = view
        for change in ctx.triggered:
            moved = control_values.after(moved, control_values.moved_control(change["prop_id"]), change["value"])
        pools, zones = await _offered(source, moved)
        if moved.zone != view.zone:
            moved = control_values.in_own_zone(moved, zones)
        if moved != view:
            # not an Output: Dash would hold every page back until this answer, and drop it where nothing moved
            set_props("url", {"search": filters.to_search(moved)})
        *_, name_controls, option_controls, _summary, _further = ctx.outputs_list
        names = [list(moved.names(control["id"]["dimension"])) for control in name_controls]
        chosen = dict(moved.options)
        options = [chosen.get(control["id"]["key"], control["id"]["default"]) for control in option_controls]
        return (
            *control_values.pool_controls(moved, pools),
            *control_values.range_controls(moved, pools),
            *control_values.zone_controls(moved, zones),
            moved.booking,
            names,
            options,
            _folded(moved),
            control_values.further(moved, ctx.states["url.pathname"] or ""),
        )

    @app.callback(
        Output({"type": "names", "dimension": MATCH}, "data"),
        Input({"type": "names", "dimension": MATCH}, "searchValue"),
        Input({"type": "names", "dimension": MATCH}, "value"),
        Input("url", "search"),
        State({"type": "names", "dimension": MATCH}, "id"),
    )
    async def suggest(
        typed: str | None, chosen: list[str] | None, search: str | None, control: dict[str, str]
    ) -> list[dict[str, str]]:
        view, name = filters.parse(search), control["dimension"]

        def find(cube: Cube, viewer: Viewer) -> tuple[str, ...]:
            pool = selection.pool_of(view, cube.pools(viewer))
            return cube.values(name, (pool.name,), viewer, contains=(typed or "").strip(), limit=SUGGESTIONS)

        try:
            found = await source.ask(find, view.zone)
        except LedgerError:
            return control_values.choices((*view.names(name), *(chosen or ())))  # the page says why
        # what is chosen is always among the choices: the control forgets a value that it is not offered
        return keep(control_values.choices((*view.names(name), *(chosen or ()), *found)))

    in_browser(
        app,
        "unfolded",
        Output("filter-controls", "className"),
        Input("filters-open", "n_clicks"),
        prevent_initial_call=True,
    )
    in_browser(
        app,
        "further",
        Output("filter-further", "className"),
        Output("filters-more", "aria-expanded"),
        Input("filters-more", "n_clicks"),
        Input("filters-more", "children"),
    )


async def _offered(source: CubeSource, view: filters.View) -> tuple[tuple[PoolInfo, ...], tuple[str, ...]]:
    """The pools, with their days in the view's zone, and the zones. None at all where there is no cube."""

    def find(cube: Cube, viewer: Viewer) -> tuple[tuple[PoolInfo, ...], tuple[str, ...]]:
        known = view.zone if view.zone in cube.zones else None  # the page says that there is no such zone
        return cube.in_zone(known).pools(viewer), cube.zones

    try:
        return await source.ask(find)
    except LedgerError:
        return (), ()  # the page says why; the bar shows what the address says


def _folded(view: filters.View) -> list[Component]:
    """What the folded bar says; on a page without days the style sheet leaves them out."""
    days, rest = control_values.summary(view)
    return [html.Span(f"{days} · ", className="folded-days"), html.Span(rest, className="folded-rest")]


def _names(name: str) -> Component:
    known = dimension(name)
    made: Component = dmc.MultiSelect(
        id={"type": "names", "dimension": name},
        label=plural(known.label),
        placeholder=f"All {plural(known.label).lower()}",
        data=[],
        value=[],
        searchable=True,
        clearable=True,
        filter={"function": "asFound"},
        nothingFoundMessage="Nothing found",
        maxDropdownHeight=320,
        className=f"filter-names filter-names-{name}",
        hidePickedOptions=True,
        comboboxProps={"width": 320, "position": "bottom-start"},
    )
    return made
