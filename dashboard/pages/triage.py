"""Triage: what is broken, since when, where, whose fault it usually is, what it costs, and what to do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import desk_acts, desk_parts, filters, notices, selection, triage_parts
from dashboard import format as fmt
from dashboard.attributes import in_browser
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.page_parts import downloads, pool_line
from dashboard.pages.page import Page
from dashboard.shell_parts import page_head, page_line, panel, segments
from dashboard.triage_parts import Desk
from dashboard.visits import Visit, last_visit, seen
from pipeline.cube import Cube
from pipeline.desk.act import Act
from pipeline.desk.journal import acts
from pipeline.desk.standing import in_force
from pipeline.errors import LedgerError
from pipeline.settings import Settings
from pipeline.triage.as_rows import as_rows
from pipeline.triage.chosen import newest_hours, up_to
from pipeline.triage.finding import Asked, Finding
from pipeline.triage.sheet import Sheet
from pipeline.triage.sources import on_sheet, stopped
from pipeline.viewer import Viewer

PATH = "/triage"
WINDOWS = {"24": "Day", "72": "3 days", "168": "Week"}
USUAL = "24"
REFRESH_MS = 60_000
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
DOWNLOADS = {"findings": "Findings"}
NEW = "Words that are new, or failures that became much more than before; what costs most core hours is first."
OLD = "Places that fail more than others, but not much more than in the time before."
HEAT = "Share of each site's attempts in the window that failed so; those with most failures."


@dataclass(frozen=True)
class Shown:
    """What the page shows: the findings of the window, its link with that window whenever it is opened, of which cube
    it is, with what is not collected, and the acts on findings that are in force."""

    sheet: Sheet
    link: str
    version: str
    held: tuple[Act, ...]


def layout(view: View) -> Component:
    """Controls, and skeletons where findings will be."""
    return html.Main(
        [
            page_head("Triage", page_line("triage-window"), "triage-downloads"),
            dcc.Interval(id="triage-refresh", interval=REFRESH_MS),
            dcc.Store(id="triage-drawn"),
            dcc.Store(id="triage-acted"),
            dcc.Store(id="triage-before"),
            dcc.Store(id="triage-seen"),
            html.Div(id="triage-notice"),
            html.Div(
                [
                    panel(
                        "What is broken",
                        html.P(id="triage-answer", className="course-sentence"),
                        desk_parts.line(),
                        html.Div(dmc.Skeleton(height=160), id="triage-alarms"),
                        control=segments("hours", WINDOWS, USUAL, hours_of(view), "How much time is looked at"),
                        tip=NEW,
                    ),
                    panel("Also standing out", html.Div(dmc.Skeleton(height=60), id="triage-known"), tip=OLD),
                    panel("Sites and classes", html.Div(dmc.Skeleton(height=160), id="triage-heat"), tip=HEAT),
                ],
                id="triage-page",
            ),
        ]
    )


def hours_of(view: View) -> str:
    """How many hours are looked at."""
    return view.option("hours", WINDOWS, USUAL)


def asked_of(view: View, cube: Cube, viewer: Viewer) -> Asked:
    """The window: up to the newest end of an attempt, or up to the moment that the link names (`until`)."""
    pool = selection.pool_of(view, cube.pools(viewer)).name
    until = _until(view)
    if until is not None:
        return up_to(pool, until, int(hours_of(view)))
    return newest_hours(cube, viewer, pool, datetime.now(UTC), int(hours_of(view)))


def _until(view: View) -> int | None:
    """The moment that the link names; None where it names none."""
    until = dict(view.options).get("until", "")
    return int(until) if until.isascii() and until.isdecimal() and len(until) <= 11 else None


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown:
    """The sheet of the view's window; before the rest, where it is of now, sources that are not collected. Raises
    UsageError where there is none."""
    asked = asked_of(view, cube, viewer)
    silent = () if _until(view) is not None else stopped(cube, viewer, asked.pool, datetime.now(UTC))
    fixed = filters.with_option(filters.on_another_page(filters.widened(view)), "hours", hours_of(view))
    return Shown(
        on_sheet(silent, cube.triage_sheet(asked, viewer)),
        PATH + filters.to_search(filters.with_option(fixed, "until", str(asked.to_utc))),
        "/".join([cube.version, *(one.key for one in silent)]),
        in_force(acts(cube.lake), int(datetime.now(UTC).timestamp())),
    )


def findings_of(view: View, cube: Cube, viewer: Viewer) -> tuple[Asked, list[Finding]]:
    """The window, and the findings that the page shows of it."""
    sheet = ask(view, cube, viewer).sheet
    return sheet.asked, [one.finding for one in sheet.evidence]


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page, so that all its numbers are of one cube; another one does what buttons say."""
    desk_acts.register(app, source, findings_of)
    in_browser(app, "visitsRead", Output("triage-before", "data"), Input("url", "search"))
    in_browser(app, "visitsKept", Input("triage-seen", "data"))

    @app.callback(
        Output("triage-drawn", "data"),
        Output("triage-notice", "children"),
        Output("triage-page", "style"),
        Output("triage-window", "children"),
        Output("triage-downloads", "children"),
        Output("triage-answer", "children"),
        Output("triage-alarms", "children"),
        Output("triage-known", "children"),
        Output("triage-heat", "children"),
        Output("triage-seen", "data"),
        Input("url", "search"),
        Input("triage-refresh", "n_intervals"),
        Input("triage-acted", "data"),
        Input("triage-before", "data"),
        State("url", "href"),
        State("triage-drawn", "data"),
    )
    async def draw(
        search: str | None,
        _refreshed: int | None,
        acted: object,
        kept: object,
        href: str | None,
        drawn: list[str] | None,
    ) -> tuple[Any, ...]:
        view = filters.parse(search)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
        except LedgerError as error:
            return None, notices.of_error(error), HIDDEN, "", [], "", [], [], [], no_update
        state = [search, shown.version, *(act.id for act in shown.held)]
        if drawn == state:
            raise PreventUpdate  # what a reader has opened stays open
        link = f"{_origin(href)}{shown.link}"
        keys = [one.finding.key for one in shown.sheet.evidence]
        window, now_utc = f"{shown.sheet.asked.pool}/{hours_of(view)}", int(datetime.now(UTC).timestamp())
        before = None if _until(view) is not None else last_visit(kept, window, now_utc)
        desk = Desk(shown.held, _acted_on(acted), frozenset(keys) - before.keys if before else frozenset())
        return (
            state,
            [],
            SHOWN,
            _window(shown.sheet),
            downloads(PATH, view, DOWNLOADS),
            [*_answer(shown, desk), *_since(before, desk)],
            triage_parts.cards(shown.sheet, view, link, desk, alarms=True),
            triage_parts.cards(shown.sheet, view, link, desk, alarms=False),
            triage_parts.heatmap(shown.sheet.cells),
            no_update if _until(view) is not None else seen(kept, window, keys, now_utc),
        )


def _acted_on(acted: object) -> str:
    """The key of the finding, or the id of the act, that a button was pressed for last."""
    return acted[0] if isinstance(acted, list) and acted and isinstance(acted[0], str) else ""


def _origin(href: str | None) -> str:
    """Scheme and host of the page's address, so that a ticket's link leads here."""
    parts = urlsplit(href or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def _window(sheet: Sheet) -> list[Any]:
    asked = sheet.asked
    return [*pool_line(asked.pool), " · ", f"{fmt.moment(asked.from_utc)} to {fmt.moment(asked.to_utc)}"]


def _answer(shown: Shown, desk: Desk) -> list[Any]:
    sheet = shown.sheet
    found = [one.finding for one in sheet.evidence if one.finding.alarm]
    alarms = [one for one in found if not desk.of(sheet.asked.pool, one).muted]
    if not sheet.tried:
        return ["No attempt ended in this window."]
    failed = f"{sheet.failed:,} of {sheet.tried:,} attempts failed."
    if found and not alarms:
        return [f"{failed} All that stands out is muted."]
    if not alarms:
        return [f"{failed} Nothing fails more than before, and nothing new does."]
    hours = fmt.number(sum(one.hours for one in alarms))
    many = f"{len(alarms)} thing{'' if len(alarms) == 1 else 's'}"
    return [
        f"{failed} {many} to look at, with {hours} core hours. ",
        dcc.Link("Link to this window", href=shown.link, className="job-link"),
    ]


def _since(before: Visit | None, desk: Desk) -> list[Any]:
    """What is new to who looks, where this browser was here before."""
    if before is None:
        return []
    count = f"{len(desk.unseen):,}" if desk.unseen else "Nothing"
    return [html.Span(f" {count} new since your last visit, {fmt.moment(before.at_utc)}.", className="triage-since")]


def findings_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """All findings of the window, as `htc-ledger triage` has them."""
    table = as_rows([one.finding for one in ask(view, cube, viewer).sheet.evidence])
    place = table.schema.get_field_index("values")
    return table.set_column(
        place, "values", pa.array([" ".join(row) for row in table["values"].to_pylist()], pa.string())
    )


PAGE = Page(PATH, "Triage", "alert-triangle", layout, register, {"findings": findings_table}, filtered=False)
