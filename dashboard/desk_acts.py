"""What happens when one of the desk's buttons is pressed: the act goes into the lake's journal, for who asks.

Only findings that the viewer sees can be acted on, because they are looked up again as the viewer; what the browser
sends is a key, and names nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from dashboard import filters
from dashboard.cube_source import CubeSource
from dashboard.desk_parts import DOES, UNDO
from dashboard.filters import View
from dashboard.labels import visible
from pipeline.cube import Cube
from pipeline.desk import act as acts
from pipeline.desk.act import About, Act, Wish
from pipeline.desk.journal import acts as journal
from pipeline.desk.journal import record
from pipeline.desk.looking import meant
from pipeline.desk.standing import in_force, standing
from pipeline.desk.time_given import until_of
from pipeline.errors import LedgerError, UsageError
from pipeline.lake import Lake
from pipeline.triage.finding import Asked, Finding
from pipeline.viewer import LOCAL, Viewer

Seen = tuple[Asked, Sequence[Finding]]
SeenOf = Callable[[View, Cube, Viewer], Seen]
WORDS = {"ack": "Acknowledged", "mute": "Muted", "note": "Noted", "undo": "Taken back"}


def act(lake: Lake, viewer: Viewer, seen: Seen, pressed: Mapping[str, str], typed: Mapping[str, str]) -> Act:
    """Do what the button says. `seen`: the window and the findings that the viewer sees in it; `pressed`: the button's
    `do` and `key`; `typed`: `note` and `by`. Raises LedgerError."""
    if not viewer.may_operate:
        hint = "Who administers the ledger gives that right."
        raise UsageError("you may look at findings, and not act on them", hint)
    now_utc = int(datetime.now(UTC).timestamp())
    by = typed["by"] if viewer == LOCAL else viewer.name
    asked, findings = seen
    if pressed["do"] == UNDO:
        return record(lake, acts.undo(_held(lake, seen, pressed["key"], now_utc), by, "page", now_utc))
    done, span, _ = DOES[pressed["do"]]
    found = meant(findings, pressed["key"])
    wish = Wish(done, typed["note"], by, "page", until_of(span, None, now_utc))
    return record(lake, wish.act(About.of(asked.pool, found), found.sentence, now_utc))


def _held(lake: Lake, seen: Seen, identity: str, now_utc: int) -> Act:
    """The act of that id, if it is on a finding that the viewer sees."""
    asked, findings = seen
    held = in_force(journal(lake), now_utc)
    for found in findings:
        for one in standing(held, asked.pool, found).acts:
            if one.id == identity:
                return one
    raise UsageError("that is taken back already, or over", "The page shows what holds now.")


def register(app: Dash, source: CubeSource, seen_of: SeenOf) -> None:
    """The callback of all buttons. `seen_of(view, cube, viewer)`: the window that the page shows, and its findings."""

    @app.callback(
        Output("triage-acted", "data"),
        Output("triage-said", "children"),
        Input({"type": "desk", "do": ALL, "of": ALL, "key": ALL}, "n_clicks"),
        State({"type": "desk-text", "of": ALL}, "value"),
        State("desk-by", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    async def press(_clicks: Any, _texts: Any, by: object, search: str | None) -> tuple[Any, str]:
        pressed = ctx.triggered_id
        if not ctx.triggered or not ctx.triggered[0]["value"] or not _is_button(pressed):
            raise PreventUpdate  # a card was drawn; nobody pressed anything
        view = filters.parse(search)
        typed = {"note": _typed(pressed["of"]), "by": by if isinstance(by, str) else ""}
        try:
            done = await source.ask(
                lambda cube, viewer: act(cube.lake, viewer, seen_of(view, cube, viewer), pressed, typed), view.zone
            )
        except LedgerError as error:
            return None, visible(f"Not done: {error.what}. {error.hint}")
        return [pressed["key"], done.id], f"{WORDS[done.done]}."


def _is_button(pressed: Any) -> bool:
    return isinstance(pressed, dict) and pressed.get("do") in {*DOES, UNDO} and isinstance(pressed.get("key"), str)


def _typed(of: Any) -> str:
    """What stands in that card's field."""
    fields = ctx.states_list[0] if ctx.states_list else []
    for field in fields:
        if field["id"].get("of") == of and isinstance(field.get("value"), str):
            text: str = field["value"]
            return text
    return ""
