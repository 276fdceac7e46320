"""Text that can be copied with one click, and the button that does it."""

from dash import dcc, html
from dash.development.base_component import Component


def copyable(text: str, name: str, css: str = "record grant-text", title: str = "Copy the text") -> list[Component]:
    """The text under that id, and a button that copies it."""
    return [
        html.Div(
            [
                html.Span("Copy", className="copy-word"),
                dcc.Clipboard(target_id=name, title=title, className="copy"),
            ],
            className="copy-line",
        ),
        html.Pre(text, id=name, className=css),
    ]
