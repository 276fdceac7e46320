"""The filter bar: controls that show the view, and one callback that keeps them and the address in step.

The address is the truth. A control that was moved changes just its own part of the view; the address follows, and
pages follow the address. Names to choose from are searched on the server, so a pool may have any number of them.
"""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, html, set_props
from dash.development.base_component import Component

from dashboard import filters, periods, selection
from dashboard import format as fmt
from dashboard.cube_source import CubeSource
from dashboard.filters import LONGEST_NAME, View
from dashboard.labels import short
from dashboard.notices import icon
from pipeline.cube import Cube, PoolInfo
from pipeline.errors import LedgerError
from pipeline.query import dimension
from pipeline.viewer import Viewer

SUGGESTIONS = 50
BOOKING_LABELS = {"used": "As used", "ended": "As ended"}
BOOKING_DOC = (
    "As used: each attempt counts on the days and at the site where it ran. "
    "As ended: the whole job counts on the day it ended, at its last site."
)
NAMES = {"type": "names", "dimension": ALL}
OPTIONS = {"type": "option", "key": ALL, "default": ALL}
OUTPUTS = (
    Output("pool", "data"),
    Output("pool", "value"),
    Output("range", "data"),
    Output("range", "value"),
    Output("days", "value"),
    Output("booking", "value"),
    Output(NAMES, "value"),
    Output(OPTIONS, "value"),
    Output("filters-summary", "children"),
)


def pool_picker() -> Component:
    """The choice of the pool, in the header: exactly one, because pools are never added up."""
    return dmc.Select(
        id="pool",
        data=[],
        allowDeselect=False,
        placeholder="Pool",
        leftSection=icon("server", 16),
        className="pool-picker",
        checkIconPosition="right",
        comboboxProps={"width": "max-content", "position": "bottom-end"},
        **{"aria-label": "Pool"},
    )


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
                **{"aria-controls": "filter-controls"},
            ),
            html.Div(
                [
                    dmc.Select(id="range", label="Time range", data=[], allowDeselect=False, renderOption={"function": "rangeOption"}, className="filter-range", comboboxProps={"width": 330, "position": "bottom-start"},
                        maxDropdownHeight=340),
                    dmc.DatePickerInput(
                        id="days",
                        label="Days",
                        type="range",
                        valueFormat="D MMM YYYY",
                        allowSingleDateInRange=True,
                        className="filter-days",
                        leftSection=icon("calendar", 16),
                    ),
                    *(_names(name) for name in filters.DIMENSIONS),
                    dmc.Select(
                        id="booking",
                        label=html.Span(["Booking ", help_on(BOOKING_DOC)]),
                        data=[{"value": name, "label": label} for name, label in BOOKING_LABELS.items()],
                        value="used",
                        allowDeselect=False,
                        className="filter-booking",
                    ),
                ],
                id="filter-controls",
                className="filter-controls",
            ),
        ],
        id="filters",
        className="filters",
        **{"aria-label": "Filters"},
    )


def help_on(text: str) -> Component:
    """A small mark that explains a word, on hover and on keyboard focus."""
    return dmc.Tooltip(
        html.Span(icon("info", 14), className="help", tabIndex=0, role="note", **{"aria-label": text}),
        label=text,
        multiline=True,
        w=280,
        boxWrapperProps={"display": "inline-block"},
        events={"hover": True, "focus": True, "touch": True},
    )


def register(app: Dash, source: CubeSource) -> None:
    """Controls and address in step; suggestions; folding."""

    @app.callback(
        *OUTPUTS,
        Input("url", "search"),
        Input("pool", "value"),
        Input("range", "value"),
        Input("days", "value"),
        Input("booking", "value"),
        Input(NAMES, "value"),
        Input(OPTIONS, "value"),
    )
    async def keep_in_step(search: str | None, *_: Any) -> tuple[Any, ...]:
        try:
            pools = await source.ask(lambda cube, viewer: cube.pools(viewer))
        except LedgerError:
            pools = ()  # the page says why; the bar shows what the address says
        view = filters.parse(search)
        moved = view
        for change in ctx.triggered:
            moved = after(moved, _moved_control(change["prop_id"]), change["value"])
        if moved != view:
            # not an Output: Dash would hold every page back until this answer, and drop it where nothing moved
            set_props("url", {"search": filters.to_search(moved)})
        *_, name_controls, option_controls, _summary = ctx.outputs_list
        names = [list(moved.names(control["id"]["dimension"])) for control in name_controls]
        chosen = dict(moved.options)
        options = [chosen.get(control["id"]["key"], control["id"]["default"]) for control in option_controls]
        return (
            *_pool_controls(moved, pools),
            *_range_controls(moved, pools),
            moved.booking,
            names,
            options,
            summary(moved),
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
            found = await source.ask(find)
        except LedgerError:
            found = ()  # the page says why
        # what is chosen is always among the choices: the control forgets a value that it is not offered
        return choices((*view.names(name), *(chosen or ()), *found))

    app.clientside_callback(
        ClientsideFunction("ledger", "unfolded"),
        Output("filter-controls", "className"),
        Input("filters-open", "n_clicks"),
        prevent_initial_call=True,
    )


def after(view: View, control: dict[str, str], value: Any) -> View:
    """The view after a control got that value: only the control's own part changes, and only if the value is whole."""
    match control["type"]:
        case "pool" if value:
            return replace(view, pool=value, project=(), site=(), user=()) if value != view.pool else view
        case "range" if value and value != periods.CUSTOM:
            return filters.with_preset(view, value)
        case "days" if value and all(value) and len(value) == 2:
            return filters.with_days(view, date.fromisoformat(value[0][:10]), date.fromisoformat(value[1][:10]))
        case "booking" if value in BOOKING_LABELS:
            return replace(view, booking=value)
        case "names" if value is not None:
            return filters.with_names(view, control["dimension"], value)
        case "option" if value is not None:
            return filters.with_option(view, control["key"], None if value == control["default"] else value)
    return view


def choices(names: tuple[str, ...]) -> list[dict[str, str]]:
    """What a control offers: each name once, readable; names too long for an address are left out."""
    return [{"value": name, "label": short(name, 60)} for name in dict.fromkeys(names) if len(name) <= LONGEST_NAME]


def summary(view: View) -> str:
    """The filters in a few words, for the folded bar."""
    chosen = sum(len(view.names(name)) for name in filters.DIMENSIONS)
    label = next((preset.label for preset in periods.PRESETS if preset.name == view.preset), "Own days")
    return f"{label} · {chosen} filter{'' if chosen == 1 else 's'}" if chosen else f"{label} · everything"


def _names(name: str) -> Component:
    known = dimension(name)
    return dmc.MultiSelect(
        id={"type": "names", "dimension": name},
        label=f"{known.label}s",
        placeholder=f"All {known.label.lower()}s",
        data=[],
        value=[],
        searchable=True,
        clearable=True,
        filter={"function": "asFound"},
        nothingFoundMessage="Nothing found",
        maxDropdownHeight=320,
        className="filter-names",
        hidePickedOptions=True,
        comboboxProps={"width": 320, "position": "bottom-start"},
    )


def _moved_control(prop_id: str) -> dict[str, str]:
    """The control whose property was triggered, by its fields; a plain name is its type."""
    control = prop_id.rpartition(".")[0]
    fields: dict[str, str] = json.loads(control) if control.startswith("{") else {"type": control}
    return fields


def _pool_controls(view: View, pools: tuple[PoolInfo, ...]) -> tuple[Any, Any]:
    data = [{"value": pool.name, "label": short(pool.name, 40)} for pool in pools]
    try:
        return data, selection.pool_of(view, pools).name
    except LedgerError:
        return data, None


def _range_controls(view: View, pools: tuple[PoolInfo, ...]) -> tuple[Any, Any, Any]:
    """The presets with the days that they mean for the chosen pool, which one is chosen, and the days themselves."""
    try:
        chosen = selection.select(view, pools)
    except LedgerError:
        return [{"value": preset.name, "label": preset.label} for preset in periods.PRESETS], view.preset, [None, None]
    pool = chosen.pool
    data = []
    for preset in periods.PRESETS:
        if pool.first_day and pool.last_day:
            days = periods.of_preset(preset.name, pool.first_day, pool.last_day)
            data.append({"value": preset.name, "label": preset.label, "days": fmt.span(days.first, days.last)})
    if view.preset == periods.CUSTOM:
        data.append({"value": periods.CUSTOM, "label": "Own days"})
    days = chosen.period
    return data, view.preset, [days.first.isoformat(), days.last.isoformat()]
