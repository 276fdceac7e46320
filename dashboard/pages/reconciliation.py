"""Reconciliation: wall time against attempts, residuals by cause, and the bridge from as used to others' totals."""

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import bridge_figures, filters, notices, reconciliation_parts, selection
from dashboard.bridge_figures import Bar
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.kept_answers import keep
from dashboard.page_parts import downloads, pool_line
from dashboard.pages.page import Page
from dashboard.selection import Selection
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from pipeline.bridge.as_rows import as_table
from pipeline.bridge.asked import BridgeQuery, Target
from pipeline.bridge.walk import Bridge
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.receipt.residuals import ResidualQuery
from pipeline.settings import Settings
from pipeline.viewer import Viewer

PATH = "/reconciliation"
LISTED, MOST = 15, 1_000
TARGET_LABELS: dict[str, str] = {"ended": "As ended", "history": "All final ads", "gracc": "GRACC", "chtc": "CHTC"}
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
FIGURE = {"type": "figure", "of": "bridge"}
WATERFALL = "From as used to as ended and on, step by step; the table below holds the numbers"
DOWNLOADS = {"bridge": "Bridge", "residuals": "Largest residuals", "causes": "Residuals by cause"}
NOTHING: tuple[Any, ...] = ([], [], [], None, HIDDEN, [], [])


@dataclass(frozen=True)
class Shown:
    """What the page shows of a view."""

    selection: Selection
    bars: tuple[Bar, ...]
    bridge: Bridge
    sums: dict[str, Any]
    causes: list[dict[str, Any]]
    largest: list[dict[str, Any]]


def layout(view: View) -> Component:
    """Panels of about the size that they will have."""
    body = [
        panel("Statement", html.Div(dmc.Skeleton(height=60), id="reconciliation-statement")),
        panel(
            "Residuals by cause",
            html.Div(dmc.Skeleton(height=120), id="reconciliation-causes"),
            note="Wall time of a final ad less its attempts.",
        ),
        panel(
            "Bridge",
            *figure("bridge", 320, WATERFALL),
            html.Div(id="reconciliation-bridge"),
            tip="Why the same days have other totals when jobs are booked whole on their end day, or by others.",
            control=segments("target", TARGET_LABELS, "history", _target(view), "Where the bridge leads"),
        ),
        panel("Largest residuals", html.Div(id="reconciliation-largest"), note="Each leads to its receipt."),
    ]
    return html.Main(
        [
            page_head("Reconciliation", page_line("reconciliation-days"), "reconciliation-downloads"),
            html.Div(id="reconciliation-notice"),
            html.Div(body, id="reconciliation-body"),
        ]
    )


def _target(view: View) -> Target:
    chosen: Target = view.option("target", TARGET_LABELS, "history")  # type: ignore[assignment]
    return chosen


def _asked(view: View, chosen: Selection) -> tuple[BridgeQuery, ResidualQuery]:
    where = (("pool", (chosen.pool.name,)), *chosen.where)
    days = (chosen.period.first, chosen.period.last)
    return BridgeQuery(*days, where=where, target=_target(view)), ResidualQuery(*days, where=where)


def ask(view: View, cube: Cube, viewer: Viewer) -> Shown:
    """Everything that the page shows of a view. Raises UsageError where the view has no meaning for this cube."""
    chosen = selection.select(view, cube.pools(viewer))
    walk, residuals = _asked(view, chosen)
    (bridge,) = cube.bridge(walk, viewer)
    return Shown(
        selection=chosen,
        bars=bridge_figures.bars_of(bridge, walk.target),
        bridge=bridge,
        sums=cube.reconciliation(residuals, viewer).to_pylist()[0],
        causes=cube.residual_causes(residuals, viewer).to_pylist(),
        largest=cube.residuals(residuals, viewer, LISTED + 1).to_pylist(),
    )


def register(app: Dash, source: CubeSource, _settings: Settings) -> None:
    """One callback draws the whole page, so that all its numbers are of one cube."""

    @app.callback(
        Output("reconciliation-notice", "children"),
        Output("reconciliation-body", "style"),
        Output("reconciliation-days", "children"),
        Output("reconciliation-statement", "children"),
        Output("reconciliation-causes", "children"),
        Output("reconciliation-bridge", "children"),
        Output({"type": "figure-data", "of": "bridge"}, "data"),
        Output(FIGURE, "style"),
        Output("reconciliation-largest", "children"),
        Output("reconciliation-downloads", "children"),
        Input("url", "search"),
    )
    async def draw(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)
        try:
            shown = await source.ask(lambda cube, viewer: ask(view, cube, viewer), view.zone)
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, "\u00a0", *NOTHING
        if not (shown.bridge.used_mcore_s or shown.bridge.target_mcore_s or shown.sums["jobs"]):
            reset = PATH + filters.to_search(filters.with_preset(filters.widened(view), "all"))
            return notices.of_nothing(reset), HIDDEN, _days(shown), *NOTHING
        return keep(
            (
                [],
                SHOWN,
                _days(shown),
                reconciliation_parts.statement(shown.sums),
                reconciliation_parts.causes(shown.causes),
                reconciliation_parts.bridge_table(shown.bars, shown.bridge.unexplained_mcore_s, view.zone),
                bridge_figures.waterfall(shown.bars),
                {"height": bridge_figures.height(shown.bars)},
                reconciliation_parts.largest(shown.largest, LISTED, view.zone),
                downloads(PATH, view, DOWNLOADS),
            )
        )


def _days(shown: Shown) -> list[Any]:
    chosen = shown.selection
    return pool_line(chosen.pool.name, chosen.period.first, chosen.period.last, zone=chosen.pool.zone)


def _questions(cube: Cube, viewer: Viewer, view: View) -> tuple[BridgeQuery, ResidualQuery]:
    return _asked(view, selection.select(view, cube.pools(viewer)))


def bridge_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Totals and steps, with the largest parts of each."""
    asked, _ = _questions(cube, viewer, view)
    return as_table(cube.bridge(asked, viewer), asked.target)


def residuals_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The largest residuals."""
    return cube.residuals(_questions(cube, viewer, view)[1], viewer, MOST)


def causes_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Residuals by cause."""
    return cube.residual_causes(_questions(cube, viewer, view)[1], viewer)


PAGE = Page(
    PATH,
    "Reconciliation",
    "scale",
    layout,
    register,
    {"bridge": bridge_table, "residuals": residuals_table, "causes": causes_table},
)
