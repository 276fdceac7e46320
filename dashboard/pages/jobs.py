"""Jobs: every job that left the queue, or every attempt: found by id, filtered, sorted; each leads to its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from dash import MATCH, Dash, Input, Output, State, dcc, html, no_update, set_props
from dash.development.base_component import Component

from dashboard import filters, job_filters, job_grid, job_list, notices, selection
from dashboard import format as fmt
from dashboard.attributes import in_browser
from dashboard.cards import plain_card, skeletons
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.job_list import JOB, LISTS, OF, PATH, Asked, asked, listed
from dashboard.labels import short
from dashboard.page_parts import downloads, pool_line
from dashboard.pages import receipt
from dashboard.pages.page import Page
from dashboard.selection import Selection
from dashboard.shell_parts import page_head, page_line, panel, segments
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.explorer.asked import MOST_ROWS, Rows
from pipeline.explorer.columns import column
from pipeline.settings import Settings
from pipeline.viewer import Viewer

SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
WHAT = {
    "jobs": "Jobs that left the queue, by the day of their end, with all their hours, whenever they were used.",
    "attempts": "Each start of a job on a slot, by the day of its end; of what has no end yet, by that of its start.",
}
SECOND = {"jobs": ("wasted_h", "Wasted", "core h"), "attempts": ("cpu_used_h", "CPU time", "CPU h")}
"""What is added up besides core hours: name, label, unit."""


@dataclass(frozen=True)
class Shown:
    """What all rows of the list come to."""

    selection: Selection
    wanted: Asked
    sums: Mapping[str, Any]


def layout(view: View) -> Component:
    """The id box, the head line, and the grid, which asks for its rows itself."""
    wanted = asked(view)
    switch = segments(OF, LISTS, "jobs", wanted.of, "What is listed")
    return html.Main(
        [
            page_head("Jobs", page_line("jobs-days"), "jobs-downloads"),
            html.Div([_id_box(wanted.job), switch], className="jobs-head"),
            html.Div(id="jobs-notice"),
            html.Div(
                [
                    html.Div(skeletons(3), id="jobs-sums", className="cards cards-3"),
                    panel(
                        "List",
                        html.P(id="jobs-said", className="dim"),
                        *(html.Div(_grid_of(of, wanted), id=f"jobs-{of}") for of in LISTS),
                        note="A job's id leads to its receipt.",
                    ),
                ],
                id="jobs-body",
            ),
            dcc.Store(id="jobs-wanted"),
            dcc.Store(id="jobs-listed", data=wanted.of),
        ]
    )


def _grid_of(of: str, wanted: Asked) -> list[Component]:
    return [job_grid.grid(wanted)] if of == wanted.of else []


def _id_box(job: str) -> Component:
    return html.Label(
        [
            html.Span("Job id"),
            dcc.Input(
                id={"type": "option", "key": JOB, "default": ""},
                type="text",
                value=job,
                debounce=True,
                placeholder="AP#CLUSTER.PROC, or a cluster",
                maxLength=filters.LONGEST_OPTION,
                className="receipt-input",
                autoComplete="off",
            ),
        ],
        className="receipt-label",
    )


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown:
    """What the rows of a view come to. Raises UsageError where the view has no meaning for this cube."""
    chosen, wanted = selection.select(view, cube.pools(viewer)), asked(view)
    return Shown(chosen, wanted, cube.listed_sums(listed(chosen, wanted), viewer))


def page_of(view: View, start: int, count: int, cube: Cube, viewer: Viewer) -> tuple[list[dict[str, Any]], int]:
    """Rows for the grid, and how many it can go to. Raises UsageError."""
    chosen, wanted = selection.select(view, cube.pools(viewer)), asked(view)
    question = listed(chosen, wanted)
    count = max(0, min(count, job_grid.BLOCK, MOST_ROWS - start))
    found = cube.listed(question, Rows(start, count), viewer).to_pylist()
    ends_here = 0 < len(found) < count
    total = start + len(found) if ends_here else cube.listed_sums(question, viewer)["rows"]

    def receipt_of(row: Mapping[str, Any]) -> str:
        return receipt.address(row["global_job_id"] or row["job"], row["pool"], view.zone)

    return job_grid.rows(found, wanted, receipt_of), min(total, MOST_ROWS)


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback for what stands around the grid, one for each block of its rows."""

    @app.callback(
        Output("jobs-notice", "children"),
        Output("jobs-body", "style"),
        Output("jobs-days", "children"),
        Output("jobs-sums", "children"),
        Output("jobs-said", "children"),
        Output("jobs-downloads", "children"),
        Output("jobs-jobs", "children"),
        Output("jobs-attempts", "children"),
        Output("jobs-listed", "data"),
        Output("jobs-wanted", "data"),
        Input("url", "search"),
        State("jobs-listed", "data"),
    )
    async def draw(search: str | None, there: str) -> tuple[Any, ...]:
        view = filters.parse(search)
        wanted = asked(view)
        grids = [no_update if there == wanted.of else _grid_of(of, wanted) for of in LISTS]
        following = (*grids, wanted.of, _following(view, wanted))
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", [], "", [], *following
        line = _line(shown)
        if not shown.sums["rows"]:
            return _nothing(view, shown), HIDDEN, line, [], "", [], *following
        return [], SHOWN, line, _sums(shown), _said(shown), _downloads(view, shown), *following

    @app.callback(
        Output({"type": "job-grid", "of": MATCH}, "getRowsResponse"),
        Input({"type": "job-grid", "of": MATCH}, "getRowsRequest"),
        State({"type": "job-grid", "of": MATCH}, "id"),
        State("url", "search"),
    )
    async def block(request: dict[str, Any] | None, grid: dict[str, str], search: str | None) -> Any:
        view = filters.parse(search)
        if request is None or asked(view).of != grid["of"]:
            return no_update
        moved = _moved(view, request)
        if moved != view:
            # the address follows the grid, as it follows all other controls
            set_props("url", {"search": filters.to_search(moved)})
        start, end = int(request["startRow"]), int(request["endRow"])
        try:
            found, total = await source.ask(
                lambda cube, viewer: page_of(moved, start, end - start, cube, viewer), moved.zone
            )
        except LedgerError:
            found, total = [], 0  # the page says why
        return {"rowData": found, "rowCount": total}

    in_browser(app, "listed", Input("jobs-wanted", "data"))


def _moved(view: View, request: Mapping[str, Any]) -> View:
    """The view with the grid's filters and sort: those that the grid cannot show as they are stay."""
    wanted = asked(view)
    said = request.get("filterModel") or {}
    if said == job_filters.model(wanted.of, wanted.conditions):
        conditions = {each.column: each.text for each in wanted.conditions}
    else:
        conditions = job_filters.conditions(wanted.of, said)
    sorted_by = next(iter(request.get("sortModel") or ()), None)
    sort = wanted.sort if sorted_by is None else ("-" if sorted_by["sort"] == "desc" else "") + sorted_by["colId"]
    moved = job_list.with_state(view, conditions, sort)
    return view if replace(moved, ignored=view.ignored) == view else moved


def _following(view: View, wanted: Asked) -> dict[str, Any]:
    """What the grid is to show, for the browser."""
    other = job_list.with_state(view, {}, None)
    return {
        "of": wanted.of,
        "key": filters.to_search(other),
        "filters": job_filters.model(wanted.of, wanted.conditions),
        "sort": {"colId": wanted.sort.lstrip("-"), "sort": "desc" if wanted.sort.startswith("-") else "asc"},
        "phone": list(job_grid.PHONE),
    }


def _line(shown: Shown) -> list[Any]:
    chosen = shown.selection
    if shown.wanted.job:
        return [*pool_line(chosen.pool.name), " · any day, any filter"]
    return pool_line(chosen.pool.name, chosen.period.first, chosen.period.last, zone=chosen.pool.zone)


def _sums(shown: Shown) -> list[Component]:
    sums, of = shown.sums, shown.wanted.of
    name, label, unit = SECOND[of]
    share = sums[name] / sums["cpu_h"] if sums["cpu_h"] and sums[name] is not None else None
    foot = "" if share is None else f"{fmt.percent(share)} of the core hours"
    return [
        plain_card("rows", LISTS[of], fmt.compact(sums["rows"], 0), sums["rows"], foot="fit these filters"),
        plain_card("cpu_h", "Core hours", fmt.compact(sums["cpu_h"]), sums["cpu_h"], unit="core h", tip=WHAT[of]),
        plain_card(name, label, fmt.compact(sums[name]), sums[name], unit=unit, foot=foot),
    ]


def _said(shown: Shown) -> str:
    text = WHAT[shown.wanted.of] + _filtered_by(shown.wanted)
    if shown.sums["rows"] > MOST_ROWS:
        text += f" The list and the downloads end after {MOST_ROWS:,}: sort or filter to see others."
    if shown.wanted.elsewhere:
        named = ", ".join(shown.wanted.elsewhere)
        text += f" Not applied, because {shown.wanted.of} have no such column: {named}."
    return text


def _filtered_by(wanted: Asked) -> str:
    """The filters of columns in words: the column of one may be far to the right."""
    if wanted.job or not wanted.conditions:
        return ""
    named = [f"{column(wanted.of, each.column).label} {short(each.text, 40)}" for each in wanted.conditions]
    return f" Filtered by: {'; '.join(named)}."


def _nothing(view: View, shown: Shown) -> Component:
    if shown.wanted.job:
        title, text = f"No job {short(shown.wanted.job, 80)}", "No record of it is in this pool's ledger."
    else:
        title, text = f"No {shown.wanted.of} in this selection", "Nothing fits these days and filters together."
    link = dcc.Link(
        "Show everything of all days",
        href=PATH + filters.to_search(job_list.without_filters(view)),
        className="notice-link",
    )
    return notices.instead("filter-off", title, text, link)


def _downloads(view: View, shown: Shown) -> list[Component]:
    count = shown.sums["rows"]
    cut = f" (the first {MOST_ROWS:,} of {count:,})" if count > MOST_ROWS else ""
    return downloads(PATH, view, {"rows": f"{LISTS[shown.wanted.of]}{cut}"})


def rows_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The list in its order, up to MOST_ROWS; moments in Unix seconds."""
    chosen = selection.select(view, cube.pools(viewer))
    return cube.listed(listed(chosen, asked(view)), Rows(0, MOST_ROWS), viewer)


PAGE = Page(PATH, "Jobs", "list", layout, register, {"rows": rows_table})
