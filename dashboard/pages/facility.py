"""Facility: what was delivered to whom, who is new, this year beside last, capacity, and how complete it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import cards, facility_figures, facility_parts, filters, notices, selection
from dashboard import ranking as ranked
from dashboard.breakdown import Breakdown, break_down
from dashboard.closed_parts import written
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.page_parts import booked_days, downloads, legend, narrowing, over_time_figure, own_address
from dashboard.pages.page import Page
from dashboard.ranking import LinkOf
from dashboard.report_menu import report_menu
from dashboard.selection import Selection
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from pipeline.closing.questions import closed_book
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.facility_sheet import (
    WHO,
    FacilitySheet,
    capacity_table,
    facility_sheet,
    months_table,
    new_table,
    year_table,
)
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.state import DataState
from pipeline.viewer import Viewer

PATH = "/facility"
GROUPS = {
    "field_of_science": "Field",
    "institution": "Institution",
    "sponsor": "Sponsor",
    "project": "Project",
    "site": "Site",
}
MEASURES = {"cpu_h": "Core hours", "gpu_h": "GPU hours"}
TOTALS = ("cpu_h", "gpu_h", "goodput_succeeded_h", "jobs")
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
LISTED = 15
FIGURE = "Delivered hours over time; the ranking below holds the same numbers"
MONTHS = "Delivered hours by month; the table below holds the same numbers"
DOWNLOADS = {
    "groups": "Delivered by group",
    "days": "Delivered by day and group",
    "new": "New this period",
    "year": "Year to date",
    "months": "Months",
    "capacity": "Capacity by day",
}
NOTHING: tuple[Any, ...] = ([], [], [], [], None, [], [], [], [], None, [], [], [])


@dataclass(frozen=True)
class Shown:
    """What the page shows of a view."""

    selection: Selection
    zone: str
    group: str
    measure: str
    totals: Mapping[str, Any]
    before: Mapping[str, Any] | None
    breakdown: Breakdown
    ranking: list[dict[str, Any]]
    sheet: FacilitySheet
    state: DataState
    closed: tuple[str, ...]


def layout(view: View) -> Component:
    """Panels of about the size that they will have."""
    controls = [
        segments("measure", MEASURES, "cpu_h", _measure(view), "What the charts show"),
        segments("by", GROUPS, "field_of_science", _group(view), "Delivered to whom, by what"),
    ]
    body = [
        html.Div(cards.skeletons(5), id="facility-cards", className="cards"),
        html.Div(dmc.Skeleton(height=22), id="facility-complete"),
        panel(
            "Delivered",
            html.Div(dmc.Skeleton(height=28), id="facility-legend", className="legend"),
            *figure("facility", 300, FIGURE),
            html.Div(id="facility-ranking", className="below-figure"),
            html.Div(id="facility-note"),
            control=html.Div(controls, className="panel-controls"),
        ),
        html.Div(
            [
                panel("This year beside last", html.Div(id="facility-year")),
                panel("New this period", html.Div(id="facility-new")),
            ],
            className="two-panels",
        ),
        panel(
            "Month by month",
            *figure("facility-months", 230, MONTHS),
            html.Div(id="facility-months", className="below-figure"),
            note="Up to the newest of these days; paler: not all days of the month are known.",
        ),
        panel("Capacity beside usage", html.Div(id="facility-capacity")),
        panel("Reported, and reported elsewhere", html.Div(id="facility-closed")),
    ]
    return html.Main(
        [
            page_head("Facility", page_line("facility-days"), "facility-downloads", report_menu("facility")),
            html.Div(id="facility-notice"),
            html.Div(body, id="facility-body"),
        ]
    )


def _group(view: View) -> str:
    return view.option("by", GROUPS, "field_of_science")


def _measure(view: View) -> str:
    return view.option("measure", MEASURES, "cpu_h")


def ask(view: View, cube: Cube, viewer: Viewer, now: datetime, stale_after_h: int) -> Shown:
    """Everything that the page shows of a view. Raises UsageError where the view has no meaning for this cube."""
    chosen, group, measure = selection.select(view, cube.pools(viewer)), _group(view), _measure(view)
    period, earlier = chosen.period, chosen.query_before(TOTALS)
    before = cube.usage(earlier, viewer).to_pylist() if earlier else []
    first, last = f"{period.first:%Y-%m}", f"{period.last:%Y-%m}"
    return Shown(
        selection=chosen,
        zone=cube.published.zone,
        group=group,
        measure=measure,
        totals=cube.usage(chosen.query((), TOTALS), viewer).to_pylist()[0],
        before=before[0] if before else None,
        breakdown=break_down(cube, viewer, chosen, group, measure),
        ranking=cube.usage(chosen.query((group,), ranked.METRICS), viewer).to_pylist(),
        sheet=_sheet(cube, viewer, chosen),
        state=cube.state((chosen.pool.name,), viewer, now, stale_after_h, period.first, period.last),
        closed=tuple(
            written(one)
            for one in closed_book(cube.lake).versions
            if one.state == "closed" and first <= one.month <= last
        ),
    )


def _sheet(cube: Cube, viewer: Viewer, chosen: Selection) -> FacilitySheet:
    return facility_sheet(cube, viewer, chosen.pool, chosen.query((), ()), chosen.query_before(()))


def register(app: Dash, source: CubeSource, settings: Settings) -> None:
    """One callback draws the whole page, so that all its numbers are of one cube."""

    @app.callback(
        Output("facility-notice", "children"),
        Output("facility-body", "style"),
        Output("facility-days", "children"),
        Output("facility-downloads", "children"),
        Output("facility-cards", "children"),
        Output("facility-complete", "children"),
        Output("facility-legend", "children"),
        Output({"type": "figure-data", "of": "facility"}, "data"),
        Output("facility-ranking", "children"),
        Output("facility-note", "children"),
        Output("facility-year", "children"),
        Output("facility-new", "children"),
        Output({"type": "figure-data", "of": "facility-months"}, "data"),
        Output("facility-months", "children"),
        Output("facility-capacity", "children"),
        Output("facility-closed", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view, now = filters.parse(search), datetime.now(UTC)
        try:
            shown = await source.ask(
                lambda cube, viewer: ask(view, cube, viewer, now, settings.stale_after_h), view.zone
            )
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        if shown.breakdown.is_empty:
            reset = PATH + filters.to_search(filters.with_preset(filters.widened(view), "all"))
            return notices.of_nothing(reset), HIDDEN, booked_days(shown.selection), *NOTHING
        return [], SHOWN, booked_days(shown.selection), *_parts(shown, view)


def _parts(shown: Shown, view: View) -> tuple[Any, ...]:
    chosen, sheet = shown.selection, shown.sheet
    along = filters.to_search(filters.on_another_page(view))
    return (
        downloads(PATH, view, DOWNLOADS),
        facility_parts.facility_cards(shown.totals, shown.before, chosen.against, sheet),
        facility_parts.complete_line(shown.state, "/data-health" + along),
        legend(shown.breakdown, MEASURES[shown.measure], PATH, view, shown.group),
        over_time_figure(shown.breakdown, chosen, shown.measure, PATH, view, shown.group),
        ranked.ranking(shown.ranking, shown.group, GROUPS[shown.group], _link_of(view, shown.group), LISTED),
        facility_parts.sponsor_note(shown.group, shown.ranking),
        facility_parts.year_parts(sheet.year, shown.zone),
        facility_parts.new_parts(sheet.new, chosen.period.first, {name: _link_of(view, name) for name in WHO}),
        facility_figures.month_figure(sheet.months, shown.measure),
        facility_parts.month_table(sheet.months, lambda month: _month_address(view, sheet, month)),
        facility_parts.capacity_parts(sheet, chosen.period, is_filtered=bool(view.where)),
        facility_parts.closed_parts(
            [(one, _closed_address(view, one)) for one in shown.closed], "/closed" + along, "/reconciliation" + along
        ),
    )


def _link_of(view: View, group: str) -> LinkOf:
    """A project or site leads to its own page, all else narrows this one."""
    if group in ("project", "site"):
        return own_address(f"/{group}", view, group)
    return narrowing(PATH, view, group)


def _month_address(view: View, sheet: FacilitySheet, month: str) -> str:
    one = next(one for one in sheet.months if one.month == month)
    return PATH + filters.to_search(filters.with_days(view, one.first, one.last))


def _closed_address(view: View, version: str) -> str:
    plain = filters.on_another_page(view)
    return "/closed" + filters.to_search(filters.with_option(plain, "month", version))


def _chosen(cube: Cube, viewer: Viewer, view: View) -> Selection:
    return selection.select(view, cube.pools(viewer))


def groups_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The ranking, every row of it, with the pool in each row."""
    return cube.usage(_chosen(cube, viewer, view).query(("pool", _group(view)), ranked.METRICS), viewer)


def days_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """What the chart is made of, every day and every entity of it."""
    asked: UsageQuery = _chosen(cube, viewer, view).query(("pool", "day", _group(view)), tuple(MEASURES))
    return cube.usage(asked, viewer)


PAGE = Page(
    PATH,
    "Facility",
    "facility",
    layout,
    register,
    {
        "groups": groups_table,
        "days": days_table,
        "new": lambda cube, viewer, view: new_table(_sheet(cube, viewer, _chosen(cube, viewer, view)).new),
        "year": lambda cube, viewer, view: year_table(_sheet(cube, viewer, _chosen(cube, viewer, view)).year),
        "months": lambda cube, viewer, view: months_table(_sheet(cube, viewer, _chosen(cube, viewer, view)).months),
        "capacity": lambda cube, viewer, view: capacity_table(
            _sheet(cube, viewer, _chosen(cube, viewer, view)).capacity
        ),
    },
)
