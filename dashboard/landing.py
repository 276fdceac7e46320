"""What opens first: chosen once, by who comes, and kept in the browser's own storage; the server keeps nothing.

`/` leads there; without a choice it leads to the page that asks. An address that names a page, or any filter, is shown
as it is. What stands in the store is a person's own word, and followed only to a page of this server.
"""

from dash import ALL, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.attributes import in_browser
from dashboard.notices import icon

STORE, PATH = "landing", "/start"
BUTTON = "landing"
FIELD = "landing-project"
"""Type of the field for one's own project: a pattern, because only one page has it."""
PROJECT = "project"
"""Label of the button that opens one's own project: the name comes from the field beside it."""


def store() -> Component:
    """Where the browser keeps the choice."""
    made: Component = dcc.Store(id=STORE, storage_type="local")
    return made


def link() -> Component:
    """The way to change it, for the shell."""
    name = html.Span("Choose a start page", id="landing-name", className="name")
    made: Component = dcc.Link([icon("home", 16), name], href=PATH, className="landing-link")
    return made


def waiting() -> Component:
    """What stands at `/` for the moment that the browser needs to look its choice up."""
    return html.Div(className="landing-waiting")


def button(to: str, label: str) -> dict[str, str]:
    """The id of a button that chooses the page at that address."""
    return {"type": BUTTON, "to": to, "label": label}


def register(app: Dash) -> None:
    """All of it happens in the browser."""
    in_browser(
        app,
        "landed",
        Input("url", "pathname"),
        Input(STORE, "modified_timestamp"),
        State(STORE, "data"),
    )
    in_browser(
        app,
        "chosen",
        Output(STORE, "data"),
        Input({"type": BUTTON, "to": ALL, "label": ALL}, "n_clicks"),
        State({"type": FIELD, "of": ALL}, "value"),
        prevent_initial_call=True,
    )
    in_browser(app, "landingName", Output("landing-name", "children"), Input(STORE, "data"))
    # its second input comes with the page: it is answered when that opens, too
    in_browser(app, "landingNow", Output("landing-now", "children"), Input(STORE, "data"), Input("landing-now", "id"))
