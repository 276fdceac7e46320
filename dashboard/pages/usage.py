"""Usage: how many core and GPU hours, over time, by project, site or user; against the period before; as a table."""

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import cards, filters, gpu_parts, notices, selection, usage_table
from dashboard import format as fmt
from dashboard.breakdown import TOTALS, Breakdown, break_down
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.kept_answers import keep
from dashboard.page_parts import GROUPS, booked_days, downloads, legend, narrowing, over_time_figure
from dashboard.pages.page import Page
from dashboard.selection import Selection
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.query import metric
from pipeline.settings import Settings
from pipeline.viewer import Viewer

PATH = "/usage"
MEASURES = {"cpu_h": "Core hours", "gpu_h": "GPU hours"}
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
NOTHING: tuple[Any, ...] = ([], "", [], None, "", "", [], [], usage_table.CLASS, [], [])
"""What cards, chart, table and downloads get where there is nothing to show."""


@dataclass(frozen=True)
class Shown:
    """What the page shows of a view."""

    selection: Selection
    group: str
    measure: str
    breakdown: Breakdown
    gpus: list[dict[str, Any]]
    whole_gpus: dict[str, Any]


def layout(view: View) -> Component:
    """Controls, and skeletons of the size that cards, chart and table will have."""
    return html.Main(
        [
            page_head("Usage", page_line("usage-days"), "usage-downloads"),
            html.Div(id="usage-notice"),
            html.Div(
                [
                    html.Div(cards.skeletons(5), id="usage-cards", className="cards"),
                    html.Section(
                        [
                            html.Div(
                                [
                                    dmc.Title("Over time", order=2, size="h4", id="usage-chart-title"),
                                    html.Div(
                                        [
                                            segments(
                                                "measure", MEASURES, "cpu_h", measure_of(view), "What the chart shows"
                                            ),
                                            segments(
                                                "by", GROUPS, "project", group_of(view), "What usage is grouped by"
                                            ),
                                        ],
                                        className="panel-controls",
                                    ),
                                ],
                                className="panel-head",
                            ),
                            html.Div(dmc.Skeleton(height=28), id="usage-legend", className="legend"),
                            *figure("usage", 300, "Usage over time; the table below holds the same numbers"),
                        ],
                        className="panel",
                    ),
                    html.Section(
                        [
                            html.Div(
                                [
                                    dmc.Title("Table", order=2, size="h4", id="usage-table-title"),
                                    html.P(id="usage-table-note"),
                                ],
                                className="panel-head",
                            ),
                            usage_table.grid("usage-table"),
                        ],
                        className="panel",
                    ),
                    panel(
                        "GPU hours by model",
                        html.Div(dmc.Skeleton(height=60), id="usage-gpus"),
                        tip="Job records name no model: it is that of the slots' ads.",
                    ),
                ],
                id="usage-body",
            ),
        ]
    )


def group_of(view: View) -> str:
    """What the page groups by: the address's `by`, else project."""
    return view.option("by", GROUPS, "project")


def measure_of(view: View) -> str:
    """What the chart shows: the address's `measure`, else core hours."""
    return view.option("measure", MEASURES, "cpu_h")


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown:
    """Everything that the page shows of a view. Raises UsageError where the view has no meaning for this cube."""
    chosen = selection.select(view, cube.pools(viewer))
    group, measure = group_of(view), measure_of(view)
    found = break_down(cube, viewer, chosen, group, measure)
    models = cube.usage(chosen.query(("gpu_model",), gpu_parts.METRICS), viewer).to_pylist()
    whole = cube.usage(chosen.query((), gpu_parts.METRICS), viewer).to_pylist()
    return Shown(chosen, group, measure, found, models, whole[0])


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page, so that all its numbers are of one cube."""

    @app.callback(
        Output("usage-notice", "children"),
        Output("usage-body", "style"),
        Output("usage-days", "children"),
        Output("usage-cards", "children"),
        Output("usage-chart-title", "children"),
        Output("usage-legend", "children"),
        Output({"type": "figure-data", "of": "usage"}, "data"),
        Output("usage-table-title", "children"),
        Output("usage-table-note", "children"),
        Output("usage-table", "columnDefs"),
        Output("usage-table", "rowData"),
        Output("usage-table", "className"),
        Output("usage-gpus", "children"),
        Output("usage-downloads", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        days = booked_days(shown.selection)
        if shown.breakdown.is_empty:
            reset = PATH + filters.to_search(filters.with_preset(filters.widened(view), "all"))
            return notices.of_nothing(reset), HIDDEN, days, *NOTHING
        group, measured = shown.group, MEASURES[shown.measure]
        return keep(
            (
                [],
                SHOWN,
                days,
                _cards(shown),
                f"{measured} by {GROUPS[group].lower()}",
                legend(shown.breakdown, measured, PATH, view, group),
                over_time_figure(shown.breakdown, shown.selection, shown.measure, PATH, view, group),
                f"By {GROUPS[group].lower()}",
                usage_table.note(shown.breakdown),
                usage_table.columns(GROUPS[group], metric(shown.measure)),
                usage_table.rows(shown.breakdown, narrowing(PATH, view, group)),
                usage_table.class_of(shown.breakdown),
                gpu_parts.gpu_models(shown.gpus, shown.whole_gpus),
                _downloads(view, shown),
            )
        )


def table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The table as it stands on the page, every row of it, with the pool in each row."""
    chosen = selection.select(view, cube.pools(viewer))
    return cube.usage(chosen.query(("pool", group_of(view)), TOTALS), viewer)


def over_time(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """What the chart is made of, every day and every entity of it: also those that the chart adds up as others."""
    chosen = selection.select(view, cube.pools(viewer))
    return cube.usage(chosen.query(("pool", "day", group_of(view)), (measure_of(view),)), viewer)


def gpus_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """GPU hours by model, with the pool in each row."""
    chosen = selection.select(view, cube.pools(viewer))
    return cube.usage(chosen.query(("pool", "gpu_model"), gpu_parts.METRICS), viewer)


def _cards(shown: Shown) -> list[Component]:
    now, before = shown.breakdown.totals, shown.breakdown.before
    made = []
    for name in ("cpu_h", "gpu_h", "cpu_efficiency", "jobs", "attempts"):
        known = metric(name)
        footnote = ""
        if name == "cpu_efficiency":
            footnote = f"covers {fmt.percent(now['cpu_coverage'])} of core hours"
        made.append(cards.card(known, now[name], before[name] if before else None, shown.selection.against, footnote))
    return made


def _downloads(view: View, shown: Shown) -> list[Component]:
    by = GROUPS[shown.group].lower()
    named = {"table": f"Table by {by}", "days": f"{MEASURES[shown.measure]} by day and {by}"}
    return downloads(PATH, view, named | {"gpus": "GPU hours by model"})


PAGE = Page(PATH, "Usage", "usage", layout, register, {"table": table, "days": over_time, "gpus": gpus_table})
