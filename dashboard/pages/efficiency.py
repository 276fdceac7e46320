"""Efficiency: what became of the allocated time, goodput in two senses, and how efficiencies are spread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import cards, filters, notices, selection, usage_table, waste_parts
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.page_parts import GROUPS, booked_days, downloads, narrowing
from dashboard.pages.page import Page
from dashboard.selection import Selection
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from dashboard.waste_figures import Bars, bars_of, drawn_kinds, waste_bars
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.query import metric
from pipeline.settings import Settings
from pipeline.spread import SPREADS, Spread, spread
from pipeline.viewer import Viewer
from pipeline.waste import SHEETS, WasteTable, waste_table

PATH = "/efficiency"
SHEET_LABELS = {"cores": "Cores", "memory": "Memory", "gpus": "GPUs"}
SHOWS = {"share": "Share", "hours": "Hours"}
SPREAD_LABELS = {"cpu": "CPU", "memory": "Memory", "wall": "Wall time"}
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
NOTHING: tuple[Any, ...] = ([], "", "", [], None, HIDDEN, "", [], [], usage_table.CLASS, "", [], [])
"""What the parts get where there is nothing to show."""


@dataclass(frozen=True)
class Shown:
    """What the page shows of a view."""

    selection: Selection
    group: str
    waste: WasteTable
    shares: bool
    totals: Mapping[str, Any]
    before: Mapping[str, Any] | None
    of: Spread
    spread: list[dict[str, Any]]

    @property
    def unit(self) -> str:
        return metric(SHEETS[self.waste.sheet]).unit

    @property
    def bars(self) -> Bars:
        return bars_of(self.waste.rows)


def layout(view: View) -> Component:
    """Controls, and skeletons of the size that cards, chart and tables will have."""
    return html.Main(
        [
            page_head("Efficiency", page_line("efficiency-days"), "efficiency-downloads"),
            html.Div(id="efficiency-notice"),
            html.Div(
                [
                    html.Div(cards.skeletons(5), id="efficiency-cards", className="cards"),
                    html.P(id="efficiency-goodput", className="dim"),
                    html.P(id="efficiency-overuse", className="dim"),
                    panel(
                        "What became of the time",
                        html.Div(dmc.Skeleton(height=28), id="efficiency-legend", className="legend"),
                        *figure("waste", 240, "Shares of the allocated time by bucket; the table holds the numbers"),
                        html.P(id="efficiency-note", className="dim"),
                        usage_table.grid("efficiency-table"),
                        tip="Every allocated hour is in exactly one bucket; the buckets add up to the total.",
                        control=html.Div(_controls(view), className="panel-controls"),
                    ),
                    panel(
                        "How it is spread",
                        html.P(id="efficiency-spread-note", className="dim"),
                        html.Div(dmc.Skeleton(height=80), id="efficiency-spread"),
                        tip="Attempts stand on the day of their end. What was not measured is in no quantile.",
                        control=segments("of", SPREAD_LABELS, "cpu", _of(view), "What the quantiles are of"),
                    ),
                ],
                id="efficiency-body",
            ),
        ]
    )


def _controls(view: View) -> list[Component]:
    return [
        segments("sheet", SHEET_LABELS, "cores", _sheet(view), "What was allocated"),
        segments("show", SHOWS, "share", _show(view), "Shares or hours"),
        segments("by", GROUPS, "project", _group(view), "What time is grouped by"),
    ]


def _group(view: View) -> str:
    return view.option("by", GROUPS, "project")


def _sheet(view: View) -> str:
    return view.option("sheet", SHEET_LABELS, "cores")


def _show(view: View) -> str:
    return view.option("show", SHOWS, "share")


def _of(view: View) -> str:
    return view.option("of", SPREAD_LABELS, "cpu")


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown:
    """Everything that the page shows of a view. Raises UsageError where the view has no meaning for this cube."""
    chosen, group = selection.select(view, cube.pools(viewer)), _group(view)
    earlier = chosen.query_before(waste_parts.METRICS)
    before = cube.usage(earlier, viewer).to_pylist() if earlier else []
    totals = cube.usage(chosen.query((), waste_parts.METRICS), viewer).to_pylist()
    return Shown(
        selection=chosen,
        group=group,
        waste=waste_table(cube, viewer, chosen.query((group,), ()), _sheet(view)),
        shares=_show(view) == "share",
        totals=totals[0],
        before=before[0] if before else None,
        of=spread(_of(view)),
        spread=cube.spread(chosen.query((group,), ()), _of(view), viewer).to_pylist(),
    )


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page, so that all its numbers are of one cube."""

    @app.callback(
        Output("efficiency-notice", "children"),
        Output("efficiency-body", "style"),
        Output("efficiency-days", "children"),
        Output("efficiency-cards", "children"),
        Output("efficiency-goodput", "children"),
        Output("efficiency-overuse", "children"),
        Output("efficiency-legend", "children"),
        Output({"type": "figure-data", "of": "waste"}, "data"),
        Output({"type": "figure", "of": "waste"}, "style"),
        Output("efficiency-note", "children"),
        Output("efficiency-table", "columnDefs"),
        Output("efficiency-table", "rowData"),
        Output("efficiency-table", "className"),
        Output("efficiency-spread-note", "children"),
        Output("efficiency-spread", "children"),
        Output("efficiency-downloads", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer))
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        if not shown.waste.rows:
            reset = PATH + filters.to_search(filters.with_preset(filters.widened(view), "all"))
            return notices.of_nothing(reset), HIDDEN, booked_days(shown.selection), *NOTHING
        return (
            [],
            SHOWN,
            booked_days(shown.selection),
            waste_parts.goodput_cards(shown.totals, shown.before, shown.selection.against),
            waste_parts.goodput_sentence(shown.totals),
            waste_parts.overuse_sentence(shown.totals),
            *_drawn(shown),
            *_table(shown, view),
            waste_parts.spread_note(len(shown.spread), shown.of),
            waste_parts.spread_table(GROUPS[shown.group], shown.spread, shown.of, shown.group),
            _downloads(view),
        )


def _drawn(shown: Shown) -> tuple[Any, Any, Any]:
    bars = shown.bars
    named = waste_parts.legend(drawn_kinds(bars), shown.unit)
    if not bars.names:
        return named, None, HIDDEN
    return named, waste_bars(bars, shown.unit, shares=shown.shares), {"height": bars.height}


def _table(shown: Shown, view: View) -> tuple[Any, Any, Any, Any]:
    return (
        waste_parts.note(shown.waste, shown.unit),
        waste_parts.columns(GROUPS[shown.group], shown.waste, shown.unit),
        waste_parts.rows(shown.waste, narrowing(PATH, view, shown.group), shares=shown.shares),
        usage_table.class_of_rows(len(shown.waste.rows)),
    )


def _downloads(view: View) -> list[Component]:
    named = {"buckets": f"Buckets by {GROUPS[_group(view)].lower()}"}
    return downloads(PATH, view, named | {one.name: f"{one.label}, quantiles" for one in SPREADS})


def buckets_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Hours by entity and bucket, of all sheets, with the pool in each row."""
    chosen = selection.select(view, cube.pools(viewer))
    return cube.usage(chosen.query(("pool", _group(view), "bucket"), tuple(SHEETS.values())), viewer)


def _spread_table_of(name: str) -> Any:
    def table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
        """Quantiles by entity, with the pool in each row."""
        chosen = selection.select(view, cube.pools(viewer))
        return cube.spread(chosen.query(("pool", _group(view)), ()), name, viewer)

    return table


PAGE = Page(
    PATH,
    "Efficiency",
    "efficiency",
    layout,
    register,
    {"buckets": buckets_table, **{one.name: _spread_table_of(one.name) for one in SPREADS}},
)
