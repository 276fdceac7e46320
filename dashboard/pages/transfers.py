"""Transfers: files that URL plugins moved, how fast, what failed where; hours lost to staging; what caches saved."""

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import cards, filters, notices, selection, transfer_parts
from dashboard.cube_source import CubeSource
from dashboard.figures import usage_over_time
from dashboard.filters import LONGEST_OPTION, View
from dashboard.kept_answers import keep
from dashboard.page_parts import downloads, narrowing, pool_line
from dashboard.pages.page import Page, TableOf
from dashboard.ranking import LinkOf
from dashboard.reconciliation_parts import job_link
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from dashboard.transfers_shown import (
    GROUPS,
    MEASURES,
    ONLY,
    STAGING,
    Shown,
    ask,
    asked,
    group_of,
    measure_of,
    only_of,
)
from pipeline.cube import Cube, PoolInfo
from pipeline.errors import LedgerError
from pipeline.metrics import Metric
from pipeline.settings import Settings
from pipeline.viewer import Viewer

PATH = "/transfers"
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
FIGURE = "Files moved over time; the table below holds the same numbers"
DRAWN = {
    "bytes": Metric("bytes", "Bytes", "GB", "Bytes of files that arrived.", "sum of file sizes", "bytes"),
    "files": Metric("files", "Files", "files", "Transfers of a file.", "count of transfers", "files", decimals=0),
}
DOWNLOADS = {
    "files": "Files by group",
    "days": "Files by day and group",
    "failures": "Failures",
    "saved": "What caches served",
    "inputs": "Inputs fetched again",
    "staging": "Hours lost to staging",
}
NOTHING: tuple[Any, ...] = ("", [], "", [], None, [], [], "", [], [], [], [], [], [])


def layout(view: View) -> Component:
    """Controls, and panels of about the size that they will have."""
    controls = [
        segments("measure", MEASURES, "bytes", measure_of(view), "What the chart shows"),
        segments("by", GROUPS, "protocol", group_of(view), "What files are grouped by"),
    ]
    of_files = [
        panel(
            "Moved",
            html.Div(dmc.Skeleton(height=28), id="transfers-legend", className="legend"),
            *figure("transfers", 260, FIGURE),
            html.Div(id="transfers-groups", className="below-figure"),
            control=html.Div(controls, className="panel-controls"),
            tip="By the day on which the record of the transfer was written.",
        ),
        panel("Failures by cache or server", html.Div(id="transfers-failures")),
        panel("Failures by site", html.Div(id="transfers-site-failures")),
        panel(
            "Inputs fetched again, and what caches saved",
            html.P(id="transfers-saved-note", className="dim"),
            html.Div(id="transfers-saved"),
            html.Div(id="transfers-inputs", className="below-figure"),
        ),
    ]
    return html.Main(
        [
            page_head("Transfers", page_line("transfers-days"), "transfers-downloads"),
            html.Div(id="transfers-notice"),
            html.Div(
                [
                    html.Div(id="transfers-only"),
                    html.P(id="transfers-answer", className="course-sentence"),
                    html.Div(cards.skeletons(5), id="transfers-cards", className="cards"),
                    html.Div(of_files, id="transfers-files"),
                    panel(
                        "Hours lost to staging",
                        html.Div(id="transfers-staging"),
                        html.P(id="transfers-jobs", className="dim"),
                        tip=transfer_parts.STAGED,
                    ),
                ],
                id="transfers-body",
            ),
        ]
    )


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page, so that all its numbers are of one cube."""

    @app.callback(
        Output("transfers-notice", "children"),
        Output("transfers-body", "style"),
        Output("transfers-files", "style"),
        Output("transfers-days", "children"),
        Output("transfers-downloads", "children"),
        Output("transfers-answer", "children"),
        Output("transfers-cards", "children"),
        Output({"type": "figure-data", "of": "transfers"}, "data"),
        Output("transfers-legend", "children"),
        Output("transfers-groups", "children"),
        Output("transfers-saved-note", "children"),
        Output("transfers-failures", "children"),
        Output("transfers-site-failures", "children"),
        Output("transfers-saved", "children"),
        Output("transfers-inputs", "children"),
        Output("transfers-staging", "children"),
        Output("transfers-jobs", "children"),
        Output("transfers-only", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, HIDDEN, *NOTHING, []
        period = shown.selection.period
        pool = shown.selection.pool
        days = pool_line(pool.name, period.first, period.last, zone=pool.zone)
        if not shown.has_files and shown.cpu_h is None:
            return notices.of_nothing(_widest(view)), HIDDEN, HIDDEN, days, *NOTHING[1:], []
        notice: Any = [] if shown.has_files else _no_files(view)
        return keep((notice, SHOWN, SHOWN if shown.has_files else HIDDEN, days, *_parts(shown, view)))


def _parts(shown: Shown, view: View) -> tuple[Any, ...]:
    link_of = _narrowing(view, shown.group)
    pool = shown.selection.pool
    return (
        downloads(PATH, view, DOWNLOADS),
        transfer_parts.answer(shown),
        transfer_parts.transfer_cards(shown),
        _figure(shown, link_of),
        _legend(shown, link_of),
        transfer_parts.group_table(shown, link_of) if shown.rows else [],
        transfer_parts.saved_sentence(shown),
        transfer_parts.failure_table(shown, lambda row: _job_link(row, pool)),
        transfer_parts.site_failure_table(shown, narrowing(PATH, view, "site")),
        transfer_parts.saved_table(shown),
        transfer_parts.input_table(shown),
        transfer_parts.staging_table(shown, narrowing(PATH, view, shown.staged_by)),
        transfer_parts.jobs_sentence(shown),
        transfer_parts.only_line(
            shown, {name: PATH + filters.to_search(filters.with_option(view, name, None)) for name in ONLY}
        ),
    )


def _narrowing(view: View, group: str) -> LinkOf:
    """This page narrowed to one entity: by the filters of all pages, or, of what only moved files have, by its own."""
    if group not in ONLY:
        return narrowing(PATH, view, group)

    def link(value: str) -> str | None:
        if len(value) > LONGEST_OPTION:
            return None
        return PATH + filters.to_search(filters.with_option(view, group, value))

    return link


def _figure(shown: Shown, link_of: LinkOf) -> dict[str, Any]:
    chosen = shown.selection
    drawn = DRAWN[shown.measure]
    return usage_over_time(shown.series, shown.bars, shown.grain, chosen.period, chosen.oldest, drawn, link_of)


def _legend(shown: Shown, link_of: LinkOf) -> list[Component]:
    return [
        cards.legend_entry(f"{one.others} others", None, None)
        if one.name is None
        else cards.legend_entry(one.name, one.colour, link_of(one.name))
        for one in shown.series
    ]


def _job_link(row: Any, pool: PoolInfo) -> Component | str:
    if row["cluster"] is None or row["proc"] is None:
        return "not known"
    return job_link(f"{row['of_ap']}#{row['cluster']}.{row['proc']}", pool.name, pool.zone)


def _widest(view: View) -> str:
    return PATH + filters.to_search(filters.with_preset(filters.widened(filters.on_another_page(view)), "all"))


def _no_files(view: View) -> Component:
    """Why there may be none: plugins leave records in the epoch history alone."""
    return notices.instead(
        "filter-off",
        "No moved file in this selection",
        "URL plugins (OSDF, HTTP, ...) tell of files in the access points' epoch history. None of those fits here, or "
        "none was collected.",
        html.A("Show everything of all days", href=_widest(view), className="notice-link"),
    )


def _table(what: str, *by: str, grouped: bool = False) -> TableOf:
    """A download: the page's question with the pool in each row."""

    def table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
        chosen = selection.select(view, cube.pools(viewer))
        groups = (*by, *((group_of(view),) if grouped else ()))
        return cube.transfers(what, asked(chosen, only_of(view), *groups), viewer)

    return table


def staging_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Core hours of each phase of staging, by project, site and user."""
    chosen = selection.select(view, cube.pools(viewer))
    by = ("pool", "project", "site", "user", "bucket")
    return cube.usage(chosen.query(by, ("cpu_h",), ("bucket", STAGING)), viewer)


TABLES: dict[str, Callable[[Cube, Viewer, View], pa.Table]] = {
    "files": _table("sums", "pool", grouped=True),
    "days": _table("sums", "pool", "day", grouped=True),
    "failures": _table("failures", "pool", "endpoint", "site"),
    "saved": _table("saved", "pool", "endpoint"),
    "inputs": _table("inputs"),
    "staging": staging_table,
}

PAGE = Page(PATH, "Transfers", "transfers", layout, register, TABLES)
