"""Closed months: which are, by whom and why; the journal; and what changed since one was closed, by cause."""

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import closed_parts, filters, notices, selection
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.labels import short
from dashboard.page_parts import BOOKED, downloads, pool_line
from dashboard.pages.page import Page
from dashboard.shell_parts import page_head, page_line, panel, segments
from pipeline.closing.diff import DiffQuery
from pipeline.closing.questions import Changes, ClosedBook, changes, closed_book
from pipeline.cube import Cube
from pipeline.errors import LedgerError, UsageError
from pipeline.settings import Settings
from pipeline.viewer import Viewer

PATH = "/closed"
GROUPS = {"project": "Project", "site": "Site", "user": "User", "institution": "Institution"}
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
DOWNLOADS = {"changes": "What changed", "versions": "Closed months", "journal": "Journal"}
HOW = "htc-ledger close 2026-10 --reason 'monthly report'"
NOTHING: tuple[Any, ...] = ([], [], [], [], [], [], [], "")


@dataclass(frozen=True)
class Shown:
    """What the page shows: the book, and for one version what changed, or why that cannot be said."""

    pool: str
    zone: str
    book: ClosedBook
    chosen: str | None
    changes: Changes | None
    trouble: LedgerError | None


def layout(view: View) -> Component:
    """Panels of about the size that they will have."""
    body = [
        panel(
            "Months", html.Div(dmc.Skeleton(height=90), id="closed-versions"), note="Each leads to what changed since."
        ),
        panel(
            "What changed since",
            html.Div(dmc.Skeleton(height=90), id="closed-changes"),
            html.Div(id="closed-causes"),
            html.Div(id="closed-rows"),
            html.Div(id="closed-commands"),
            note=html.P(id="closed-which"),
            control=segments("by", GROUPS, "project", _group(view), "What changes are grouped by"),
        ),
        panel("Journal", html.Div(id="closed-journal"), note="Lines are only ever added, each sealed by the next."),
    ]
    return html.Main(
        [
            page_head("Closed months", page_line("closed-days"), "closed-downloads"),
            html.Div(id="closed-notice"),
            html.Div(body, id="closed-body"),
        ]
    )


def _group(view: View) -> str:
    return view.option("by", GROUPS, "project")


def _asked(view: View, pool: str) -> DiffQuery:
    return DiffQuery((_group(view),), (("pool", (pool,)), *view.where), view.booking)


def chosen_version(view: View, book: ClosedBook) -> str | None:
    """The version that the address names, else the newest; None if no month was ever closed. Raises UsageError."""
    wanted = dict(view.options).get("month")
    known = [closed_parts.written(one) for one in book.versions]
    if not wanted:
        return known[0] if known else None
    found = next((one for one in known if wanted in (one, one.partition(":")[0])), None)
    if found is None:
        raise UsageError(f"{short(wanted, 40)} was never closed", "Choose one of the months that are listed.")
    return found


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown:
    """The book, and what changed since one version. A version that cannot be compared is shown with the reason."""
    cube.in_zone(view.zone)  # one that is not there is said so; months do not follow it
    pool = selection.pool_of(view, cube.pools(viewer))
    book = closed_book(cube.lake)
    try:
        chosen = chosen_version(view, book)
        found = changes(cube, viewer, chosen, _asked(view, pool.name)) if chosen else None
    except LedgerError as error:
        return Shown(pool.name, pool.zone, book, None, None, error)
    return Shown(pool.name, pool.zone, book, chosen, found, None)


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page."""

    @app.callback(
        Output("closed-notice", "children"),
        Output("closed-body", "style"),
        Output("closed-days", "children"),
        Output("closed-downloads", "children"),
        Output("closed-versions", "children"),
        Output("closed-changes", "children"),
        Output("closed-causes", "children"),
        Output("closed-rows", "children"),
        Output("closed-commands", "children"),
        Output("closed-journal", "children"),
        Output("closed-which", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer))
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        if not shown.book.versions and not shown.book.trouble:
            return _none_closed(), HIDDEN, _line(shown, view), *NOTHING
        return (
            _of_journal(shown.book),
            SHOWN,
            _line(shown, view),
            downloads(PATH, view, DOWNLOADS),
            closed_parts.version_table(shown.book.versions, shown.chosen, lambda one: _address(view, one)),
            *_changes(shown, view),
            closed_parts.journal_table(shown.book.acts),
            shown.chosen or "",
        )


def _line(shown: Shown, view: View) -> list[Any]:
    """Pool and booking; where there is a choice of time zones, that it does not act here."""
    where = [f" · closed in the ledger's own time zone, {shown.zone}"] if shown.zone else []
    return [*pool_line(shown.pool, booking=view.booking), *where]


def _address(view: View, one: str) -> str:
    return PATH + filters.to_search(filters.with_option(view, "month", one))


def _changes(shown: Shown, view: View) -> tuple[Any, Any, Any, Any]:
    if shown.trouble is not None:
        return notices.of_error(shown.trouble), [], [], []
    if shown.changes is None or shown.chosen is None:
        return [], [], [], []
    group, rows = _group(view), shown.changes.difference.rows.to_pylist()
    return (
        closed_parts.verdict(shown.changes, BOOKED[view.booking]),
        closed_parts.cause_table(shown.changes) if rows else [],
        closed_parts.change_table(rows, group, GROUPS[group]),
        closed_parts.commands(shown.chosen, group, view, shown.pool),
    )


def _none_closed() -> Component:
    text = (
        "A closed month is copied to a place that nothing touches: what was published can be asked again for ever, and "
        "what late records change is told by cause."
    )
    return notices.instead(
        "database-off", "No month was closed yet", text, dmc.Code(HOW, block=True, className="notice-code")
    )


def _of_journal(book: ClosedBook) -> list[Component]:
    if not book.trouble:
        return []
    line = [notices.icon("alert-triangle"), html.Span(short(book.trouble, 600))]
    return [html.Div(line, className="ribbon ribbon-stale ribbon-here", role="alert")]


def changes_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """What changed, by group and cause: every row of it."""
    chosen = chosen_version(view, closed_book(cube.lake))
    if chosen is None:
        raise UsageError("no month was closed yet", f"Close one: {HOW}")
    return changes(cube, viewer, chosen, _asked(view, selection.pool_of(view, cube.pools(viewer)).name)).difference.rows


def versions_table(cube: Cube, _viewer: Viewer, _view: View) -> pa.Table:
    """Closed versions."""
    names = ("month", "state", "closed_utc", "by", "reason", "manifest_sha256", "totals_sha256")
    schema = pa.schema([("version", pa.int64()), *((name, pa.string()) for name in names)])
    rows = [{field.name: getattr(one, field.name) for field in schema} for one in closed_book(cube.lake).versions]
    return pa.Table.from_pylist(rows, schema=schema)


def journal_table(cube: Cube, _viewer: Viewer, _view: View) -> pa.Table:
    """Acts on closed months, the newest first."""
    names = ("utc", "act", "month", "by", "reason", "manifest_sha256", "totals_sha256", "before")
    schema = pa.schema([("version", pa.int64()), *((name, pa.string()) for name in names)])
    rows = [{field.name: getattr(act, field.name) for field in schema} for act in closed_book(cube.lake).acts]
    return pa.Table.from_pylist(rows, schema=schema)


PAGE = Page(
    PATH,
    "Closed months",
    "calendar",
    layout,
    register,
    {"changes": changes_table, "versions": versions_table, "journal": journal_table},
    dated=False,
    in_own_zone=True,
)
