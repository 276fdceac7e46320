"""What was said of a finding, and the buttons that say it: acknowledge, mute, note, take back. Pure."""

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import format as fmt
from dashboard.fact_table import pill
from dashboard.labels import visible
from pipeline.desk.act import LONGEST_NAME, LONGEST_NOTE, Act, Done
from pipeline.desk.standing import Standing

DOES: dict[str, tuple[Done, str | None, str]] = {
    "ack": ("ack", None, "Acknowledge"),
    "mute-day": ("mute", "1d", "Mute for a day"),
    "mute-days": ("mute", "3d", "Mute for 3 days"),
    "mute-week": ("mute", "1w", "Mute for a week"),
    "note": ("note", None, "Write the note"),
}
"""What a button does: the act, how long it holds (None: as long as such an act usually does), and its word."""
UNDO = "undo"
SAID = {"ack": "Acknowledged by", "mute": "Muted by", "note": "Note of"}
ABOUT = "An acknowledgement holds a week. What is muted is folded away, and alerts about it are silent."


def button_id(do: str, of: str, key: str) -> dict[str, str]:
    """The id of a button: what it does, on which card, and on which finding, or act that is taken back."""
    return {"type": "desk", "do": do, "of": of, "key": key}


def text_id(of: str) -> dict[str, str]:
    """The id of a card's field for a note."""
    return {"type": "desk-text", "of": of}


def line() -> Component:
    """The field for one's name, which the browser remembers, and the place where is said what came of a press."""
    field = dcc.Input(
        id="desk-by",
        type="text",
        maxLength=LONGEST_NAME,
        persistence=True,
        persistence_type="local",
        className="desk-field",
        autoComplete="name",
    )
    name = html.Label([html.Span("Your name, for what you note: "), field], className="desk-who")
    return html.Div([name, html.Span(id="triage-said", role="status")], className="desk-line")


def marks(held: Standing) -> list[Component]:
    """What stands on the card's head."""
    return [
        *([pill("paused", "muted")] if held.muted else []),
        *([pill("ok", "acknowledged")] if held.acknowledged else []),
        *([html.Span(fmt.count(len(held.notes), "note", "notes"), className="desk-count")] if held.notes else []),
    ]


def said(held: Standing, of: str) -> list[Component]:
    """Who said what, until when; each can be taken back."""
    if not held.acts:
        return []
    return [html.Ul([_line(act, of) for act in held.acts], className="desk-said")]


def _line(act: Act, of: str) -> Component:
    until = "" if act.until_utc is None else f", until {fmt.moment(act.until_utc)}"
    head = f"{SAID[act.done]} {visible(act.by)}, {fmt.moment(act.at_utc)}{until}"
    return html.Li(
        [
            html.Span(head, className="dim"),
            *([html.Span([": ", html.Span(visible(act.note), className="name")])] if act.note else []),
            " ",
            html.Button("Take back", id=button_id(UNDO, of, act.id), type="button", className="desk-undo"),
        ]
    )


def form(of: str, key: str) -> Component:
    """The field for a note, and the buttons."""
    field = dcc.Input(id=text_id(of), type="text", maxLength=LONGEST_NOTE, className="desk-field desk-note")
    buttons = [
        html.Button(word, id=button_id(do, of, key), type="button", className="desk-button")
        for do, (_, _, word) in DOES.items()
    ]
    return html.Details(
        [
            html.Summary("Acknowledge, mute or note"),
            html.Div(
                [
                    html.Label([html.Span("Note "), field], className="desk-label"),
                    html.Div(buttons, className="desk-buttons"),
                    html.P(ABOUT, className="dim"),
                ],
                className="desk-form",
            ),
        ],
        className="triage-more",
    )
