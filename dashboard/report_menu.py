"""The menu “Report” of a page: links to the report of what the page shows, in step with the address."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import filters
from dashboard.entity_picker import the_one
from dashboard.filters import View
from dashboard.kept_answers import keep
from dashboard.notices import icon
from dashboard.shell_parts import popover_button
from pipeline.report.made import KINDS, Kind

FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "pdf": ("PDF, for printing and sending", {}),
    "html": ("HTML, in a new tab", {"target": "_blank", "rel": "noopener"}),
}
"""What each form is called, and where it opens."""


def report_menu(kind: Kind) -> Component:
    """The menu, before its links are known."""
    made: Component = dmc.Popover(
        [
            popover_button([icon("report", 16), "Report"], "quiet-button download"),
            dmc.PopoverDropdown(html.Div(id=_id(kind), className="menu")),
        ],
        position="bottom-end",
        shadow="md",
        trapFocus=True,
        returnFocus=True,
    )
    return made


def links(kind: Kind, view: View) -> list[Component]:
    """A link a form; a sentence where the address names no project or site, or several."""
    if kind != "facility" and the_one(view, kind) is None:
        return [html.P(f"Choose a {kind} first.", className="menu-note")]
    search = filters.to_search(filters.on_another_page(view))
    return [
        # a file leaves the page as it is; a page opens beside it
        html.A(said, href=f"/report/{kind}.{form}{search}", className="menu-link", **in_tab)
        for form, (said, in_tab) in FORMS.items()
    ]


def register(app: Dash) -> None:
    """A callback a kind, which its page alone has a place for."""
    for kind in KINDS:
        _register(app, kind)


def _register(app: Dash, kind: Kind) -> None:
    @app.callback(Output(_id(kind), "children"), Input("url", "search"))
    async def renew(search: str | None) -> list[Component]:
        return keep(links(kind, filters.parse(search)))


def _id(kind: Kind) -> str:
    return f"report-links-{kind}"
