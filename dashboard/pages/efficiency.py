"""Efficiency: what became of the allocated time, goodput in two senses, how efficiencies are spread, who lost most.

The page opens with all hours by bucket; its other parts (workflows, requests, evictions, waiting, change) are asked
when they are looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import cards, filters, loss_parts, losses_shown, notices, selection, usage_table, waste_parts
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.kept_answers import keep
from dashboard.losses_shown import PARTS, Part, ask_part, part_of
from dashboard.page_parts import GROUPS, booked_days, downloads, narrowing
from dashboard.pages.page import Page, TableOf
from dashboard.ranking import LinkOf
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
MORE_DOWNLOADS = {
    "workflows": {"workflows": "Workflows by wasted hours", "users": "Users by wasted hours"},
    "requests": {"requests": "Asked for and used, in bins", "outliers": "Largest unused requests"},
    "evictions": {"evictions": "Evictions by site", "hosts": "Evictions by host", "reasons": "Evictions by reason"},
    "waiting": {"waits": "Time to start"},
    "change": {"change": "Efficiency by day"},
}
"""What can be downloaded besides, of each part of the page."""
NOTHING: tuple[Any, ...] = ([], "", "", [], None, HIDDEN, "", [], [], usage_table.CLASS, "", [], [], HIDDEN, [])
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
    part: Part

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
                    html.Div(cards.skeletons(5), id="efficiency-cards", className="cards cards-tall"),
                    html.P("\u00a0", id="efficiency-goodput", className="dim", style={"minHeight": 40}),
                    html.P(id="efficiency-overuse", className="dim"),
                    html.Div(
                        segments("part", PARTS, "buckets", part_of(view), "Part of the page"),
                        className="page-parts",
                        style={"margin": "18px 0 12px", "overflowX": "auto"},
                    ),
                    html.Div(_buckets(view), id="efficiency-buckets", style=_shown_if(part_of(view) == "buckets")),
                    html.Div(id="efficiency-part"),
                ],
                id="efficiency-body",
            ),
        ]
    )


def _shown_if(is_shown: bool) -> dict[str, str]:
    return SHOWN if is_shown else HIDDEN


def _buckets(view: View) -> list[Component]:
    """What the page opens with: all hours by bucket, and how efficiencies are spread."""
    return [
        panel(
            "What became of the time",
            html.Div(dmc.Skeleton(height=28), id="efficiency-legend", className="legend"),
            *figure("waste", 240, "Shares of the allocated time by bucket; the table holds the numbers"),
            html.P("\u00a0", id="efficiency-note", className="dim", style={"minHeight": 20}),
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
    ]


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
        part=ask_part(view, chosen, cube, viewer),
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
        Output("efficiency-buckets", "style"),
        Output("efficiency-part", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        if not shown.waste.rows:
            reset = PATH + filters.to_search(filters.with_preset(filters.widened(view), "all"))
            return notices.of_nothing(reset), HIDDEN, booked_days(shown.selection), *NOTHING
        return keep(
            (
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
                _shown_if(part_of(view) == "buckets"),
                loss_parts.part(shown.part, shown.selection, _links(view)),
            )
        )


def _links(view: View) -> dict[str, LinkOf]:
    """The page narrowed to a value of each dimension that its parts name."""
    return {name: narrowing(PATH, view, name) for name in filters.DIMENSIONS}


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
    named |= {one.name: f"{one.label}, quantiles" for one in SPREADS}
    return downloads(PATH, view, named | MORE_DOWNLOADS.get(part_of(view), {}))


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


def _losses_table(what: str, *by: str) -> TableOf:
    """A question of a part, with the pool in each row where it has groups."""

    def table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
        chosen = selection.select(view, cube.pools(viewer))
        asked = what.format(size=losses_shown.size_of(view))
        groups = tuple(one.format(wait=losses_shown.waiting_of(view)) for one in by)
        return cube.losses(asked, replace(chosen.query(groups, ()), booking="used"), viewer)

    return table


def change_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Efficiencies and hours by day."""
    chosen = selection.select(view, cube.pools(viewer))
    return cube.usage(replace(chosen.query(("pool", "day"), losses_shown.CHANGE_METRICS), booking="used"), viewer)


PAGE = Page(
    PATH,
    "Efficiency",
    "efficiency",
    layout,
    register,
    {
        "buckets": buckets_table,
        **{one.name: _spread_table_of(one.name) for one in SPREADS},
        "workflows": _losses_table("workflows", "project", "user"),
        "users": _losses_table("users", "project", "user"),
        "requests": _losses_table("bins of {size}"),
        "outliers": _losses_table("outliers of {size}"),
        "evictions": _losses_table("evictions", "pool", "site"),
        "hosts": _losses_table("evicting_hosts", "pool", "site"),
        "reasons": _losses_table("eviction_reasons"),
        "waits": _losses_table("waits", "pool", "{wait}"),
        "change": change_table,
    },
)
