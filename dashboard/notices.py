"""What a page says instead of numbers, or beside them: nothing here, cannot be shown, out of date, made up."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.attributes import attributes
from dashboard.labels import short
from pipeline.errors import CubeMissing, LedgerError
from pipeline.state import DataState


def icon(name: str, size: int = 18) -> Component:
    """A picture of assets/icons.css in the colour of the text around it; it says nothing to a screen reader."""
    return html.Span(
        className=f"icon icon-{name}", style={"width": size, "height": size}, **attributes(aria_hidden="true")
    )


def instead(picture: str, title: str, text: str, *more: Component) -> Component:
    """A quiet panel where numbers would be: what is the matter, and what to do."""
    body = [html.Span(icon(picture, 30), className="notice-icon"), dmc.Title(title, order=2, size="h4")]
    body += [dmc.Text(text, c="dimmed", className="notice-text")] if text else []
    return html.Section([*body, *more], className="notice", role="status")


def of_error(error: LedgerError) -> Component:
    """The panel for an error that a person can act on."""
    if isinstance(error, CubeMissing) and not error.what.startswith("nothing is published"):
        text = "The lake's records are as they were. This page shows them as soon as they are built again."
        title = sentence(short(error.what, 300))
        return instead("database-off", title, text, dmc.Code("htc-ledger build", block=True, className="notice-code"))
    if isinstance(error, CubeMissing):
        commands = "htc-ledger ingest HISTORY_FILES...\nhtc-ledger build"
        return instead(
            "database-off",
            "Nothing is published yet",
            "Read records into the lake, then build. This page shows them at the next click; no restart is needed.",
            dmc.Code(commands, block=True, className="notice-code"),
            dmc.Text(
                "No records at hand? htc-ledger demo shows a real sample and a simulated pool.", size="sm", c="dimmed"
            ),
        )
    return instead("alert-triangle", sentence(short(error.what, 300)), error.hint)


def of_nothing(reset: str) -> Component:
    """The panel for a selection in which nothing ran; `reset` is the address without its filters."""
    return instead(
        "filter-off",
        "No usage in this selection",
        "Nothing that was recorded fits these days and filters together.",
        dcc.Link("Show everything of all days", href=reset, className="notice-link"),
    )


def of_state(state: DataState) -> Component | None:
    """A line across the page for data that are made up or out of date; None for others."""
    if state.state == "simulated":
        text = "Simulated pool. " + state.sentence
        return html.Div([icon("flask"), html.Span(text)], className="ribbon ribbon-simulated", role="note")
    if state.state == "stale":
        text = state.sentence + " Is the collector running? The newest records may be missing."
        return html.Div([icon("alert-triangle"), html.Span(text)], className="ribbon ribbon-stale", role="note")
    return None


def of_ignored(sentences: tuple[str, ...]) -> Component | None:
    """A line that names the parts of a link that could not be used; None if there are none."""
    if not sentences:
        return None
    text = " ".join(dict.fromkeys(sentences))
    return html.Div([icon("alert-triangle"), html.Span(text)], className="ribbon ribbon-stale", role="alert")


def sentence(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]
