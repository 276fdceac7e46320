"""The picker of a page that is about one thing, a site or a project: its name is the address's filter of that kind.

Names are searched on the server, those with most wall time first. On such a page the filter bar does not ask for the
same again (see assets/ledger.css).
"""

from typing import Any

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, ctx, set_props
from dash.development.base_component import Component

from dashboard import control_values, filters, selection
from dashboard.attributes import attributes
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.labels import short
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.query import dimension
from pipeline.viewer import Viewer

SUGGESTIONS = 50
VOWELS = "AEIOU"


def the_one(view: View, name: str) -> str | None:
    """The one value that the address names of that dimension; None if it names none, or several."""
    named = view.names(name)
    return named[0] if len(named) == 1 else None


def picker(name: str, view: View) -> Component:
    """The control, showing what the address names."""
    chosen = the_one(view, name)
    label = dimension(name).label
    made: Component = dmc.Select(
        id={"type": "entity", "dimension": name},
        data=control_values.choices((chosen,) if chosen else ()),
        value=chosen,
        placeholder=f"Choose {'an' if label[0] in VOWELS else 'a'} {label.lower()}",
        searchable=True,
        allowDeselect=False,
        filter={"function": "asFound"},
        nothingFoundMessage="Nothing found",
        maxDropdownHeight=340,
        className=f"entity-picker entity-picker-{name}",
        checkIconPosition="right",
        comboboxProps={"width": 340, "position": "bottom-start"},
        **attributes(aria_label=label),
    )
    return made


def register(app: Dash, source: CubeSource) -> None:
    """Suggestions, the address when a name is picked, the name when the address changes. For all pages at once."""
    this = {"type": "entity", "dimension": MATCH}

    @app.callback(
        Output(this, "data"),
        Output(this, "value"),
        Input(this, "searchValue"),
        Input(this, "value"),
        Input("url", "search"),
        State(this, "id"),
    )
    async def keep_in_step(
        typed: str | None, value: str | None, search: str | None, control: dict[str, str]
    ) -> tuple[Any, str | None]:
        view, name = filters.parse(search), control["dimension"]
        moved = {change["prop_id"].rpartition(".")[2] for change in ctx.triggered}
        if value and "value" in moved and "search" not in moved and view.names(name) != (value,):
            view = filters.narrowed(view, name, value)
            set_props("url", {"search": filters.to_search(view)})
        chosen = the_one(view, name)
        # the text of what is chosen is no search
        asked = "" if chosen is not None and typed == short(chosen, 60) else (typed or "").strip()

        def find(cube: Cube, viewer: Viewer) -> tuple[str, ...]:
            pool = selection.pool_of(view, cube.pools(viewer))
            return cube.values(name, (pool.name,), viewer, contains=asked, limit=SUGGESTIONS)

        try:
            found = await source.ask(find, view.zone)
        except LedgerError:
            found = ()  # the page says why
        return control_values.choices((*((chosen,) if chosen else ()), *found)), chosen
