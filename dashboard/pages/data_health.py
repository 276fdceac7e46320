"""Data health: how fresh and how complete the records are, what each source says, and what was not counted."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import cards, filters, health_parts, notices, selection
from dashboard.coverage_strip import Strip, strip
from dashboard.cube_source import CubeSource
from dashboard.filters import View
from dashboard.labels import record_text
from dashboard.page_parts import downloads, pool_line
from dashboard.pages.page import Page
from dashboard.shell_parts import figure, page_head, page_line, panel, segments
from pipeline.completeness import Freshness
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.publish import Published
from pipeline.settings import Settings
from pipeline.state import DataState
from pipeline.status.sources import SourceStatus, source_states
from pipeline.viewer import Viewer

PATH = "/data-health"
SPANS = {"30": "30 days", "90": "90 days", "365": "A year"}
EACH = 3
REFRESH_MS = 60_000
SHOWN: dict[str, str] = {}
HIDDEN = {"display": "none"}
FIGURE = {"type": "figure", "of": "coverage"}
COVERAGE = "Completeness of each stream and day; the table below lists what lacks"
DOWNLOADS = {
    "days": "Days of each stream",
    "gaps": "Days that are not complete",
    "missing": "Jobs without a final ad",
    "rejects": "Rejected records by rule",
    "records": "Rejected records, the newest",
    "sources": "Sources",
}


@dataclass(frozen=True)
class Shown:
    """What the page shows of a pool."""

    pool: str
    zone: str
    first: date | None
    last: date | None
    state: DataState
    freshness: Freshness
    published: Published
    strip: Strip | None
    incomplete: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    examples: list[dict[str, Any]]


def layout(view: View) -> Component:
    """Panels of about the size that they will have."""
    span = view.option("days", SPANS, "90")
    return html.Main(
        [
            page_head("Data health", page_line("health-days"), "health-downloads"),
            dcc.Interval(id="health-refresh", interval=REFRESH_MS),
            html.Div(id="health-notice"),
            html.Div(
                [
                    html.Div(dmc.Skeleton(height=64), id="health-verdict"),
                    html.Div(cards.skeletons(4), id="health-cards", className="cards cards-4"),
                ],
                id="health-head",
            ),
            panel(
                "Sources",
                html.Div(dmc.Skeleton(height=80), id="health-sources"),
                note="What htc-ledger collect polls, and how its last poll went.",
            ),
            html.Div(
                [
                    panel(
                        "Completeness",
                        html.Div(health_parts.strip_legend(), className="legend"),
                        *figure("coverage", 200, COVERAGE, wide=True),
                        html.P(id="health-strip-note", className="dim"),
                        html.Div(id="health-incomplete"),
                        control=segments("days", SPANS, "90", span, "How many days are shown"),
                    ),
                    panel(
                        "Jobs without a final ad",
                        html.Div(id="health-missing"),
                        note="Job ids that must have been given out, and whose end no record tells.",
                    ),
                    panel(
                        "Rejected records",
                        html.Div(id="health-rejects"),
                        note="Kept whole, and in no total, until rule or record is corrected.",
                    ),
                ],
                id="health-body",
            ),
            panel(
                "Bounds", health_parts.bounds_table(), note="What no true record can say: one that does is rejected."
            ),
        ]
    )


def ask(view: View, cube: Cube, viewer: Viewer, now: datetime, stale_after_h: int) -> Shown:
    """Everything that the cube knows of the view's pool. Raises UsageError for a pool that is not there."""
    pool = selection.pool_of(view, cube.pools(viewer))
    names = (pool.name,)
    found = cube.freshness(names, viewer)
    first, last = _span(view, found)
    days = cube.coverage(names, viewer, first, last).to_pylist() if first and last else []
    shown = min(row["day"] for row in days) if days else None
    return Shown(
        pool=pool.name,
        zone=pool.zone,
        first=first,
        last=last,
        state=cube.state(names, viewer, now, stale_after_h, first, None),
        freshness=found,
        published=cube.published,
        strip=strip(days, date.fromisoformat(shown), last) if shown and last else None,
        incomplete=cube.incomplete(names, viewer, first, last).to_pylist(),
        missing=cube.missing_jobs(names, viewer).to_pylist(),
        rejects=cube.rejects(names, viewer).to_pylist(),
        examples=cube.reject_examples(names, viewer, EACH).to_pylist(),
    )


def register(app: Dash, source: CubeSource, settings: Settings) -> None:
    """One callback draws the whole page: what the cube knows, and the sources, which need no cube."""

    @app.callback(
        Output("health-notice", "children"),
        Output("health-head", "style"),
        Output("health-body", "style"),
        Output("health-days", "children"),
        Output("health-sources", "children"),
        Output("health-downloads", "children"),
        Output("health-verdict", "children"),
        Output("health-cards", "children"),
        Output({"type": "figure-data", "of": "coverage"}, "data"),
        Output(FIGURE, "style"),
        Output("health-strip-note", "children"),
        Output("health-incomplete", "children"),
        Output("health-missing", "children"),
        Output("health-rejects", "children"),
        Input("url", "search"),
        Input("health-refresh", "n_intervals"),
    )
    async def draw(search: str | None, _refreshed: int | None) -> tuple[Any, ...]:
        view, now = filters.parse(search), datetime.now(UTC)
        try:
            sources = await source.read(lambda root: source_states(root, now))
        except LedgerError as error:
            return notices.of_error(error), HIDDEN, HIDDEN, "\u00a0", [], [], *NOTHING
        try:
            shown = await source.ask(
                lambda cube, viewer: ask(view, cube, viewer, now, settings.stale_after_h), view.zone
            )
        except LedgerError as error:
            table = health_parts.sources_table(sources, now)
            menu = downloads(PATH, view, {"sources": DOWNLOADS["sources"]})
            return notices.of_error(error), HIDDEN, HIDDEN, "\u00a0", table, menu, *NOTHING
        mine = [one for one in sources if one.pool == shown.pool or one.kind == "lake"]
        return (
            [],
            SHOWN,
            SHOWN,
            pool_line(shown.pool, shown.first, shown.last, zone=shown.zone),
            health_parts.sources_table(mine, now),
            downloads(PATH, view, DOWNLOADS),
            health_parts.verdict(shown.state),
            health_parts.fresh(shown.freshness, shown.published, mine, now),
            *_strip(shown.strip),
            health_parts.incomplete_table(shown.incomplete),
            health_parts.missing_table(shown.missing),
            health_parts.rejects_part(shown.rejects, shown.examples),
        )


NOTHING: tuple[Any, ...] = ([], [], None, HIDDEN, "", [], [], [])
"""What the parts get that only the cube can fill."""


def _span(view: View, found: Freshness) -> tuple[date | None, date | None]:
    """The last days that anything is said about, as many as the address asks for."""
    if found.first_day is None or found.last_day is None:
        return None, None
    days = int(view.option("days", SPANS, "90"))
    return max(found.first_day, found.last_day - timedelta(days=days - 1)), found.last_day


def _strip(made: Strip | None) -> tuple[Any, Any, str]:
    if made is None:
        return None, HIDDEN, "Nothing is said about any day of this pool yet."
    less = "" if made.shown == made.streams else f"The {made.shown} of {made.streams:,} streams that lack the most; "
    return made.figure, {"height": made.height}, f"{less}the download has all." if less else ""


def _pools(cube: Cube, viewer: Viewer, view: View) -> tuple[str, ...]:
    return (selection.pool_of(view, cube.pools(viewer)).name,)


def days_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Every stream and day that the page shows."""
    names = _pools(cube, viewer, view)
    return cube.coverage(names, viewer, *_span(view, cube.freshness(names, viewer)))


def gaps_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Days that are not complete, as ranges."""
    names = _pools(cube, viewer, view)
    return cube.incomplete(names, viewer, *_span(view, cube.freshness(names, viewer)))


def missing_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Job ids without a final ad."""
    return cube.missing_jobs(_pools(cube, viewer, view), viewer)


def rejects_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Rejected records by rule."""
    return cube.rejects(_pools(cube, viewer, view), viewer)


def records_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """The newest rejected records of each rule; their beginning as text that a terminal and a spreadsheet can take."""
    found = cube.reject_examples(_pools(cube, viewer, view), viewer, EACH)
    texts = [record_text(content or b"") for content in found.column("beginning").to_pylist()]
    place = found.schema.get_field_index("beginning")
    return found.set_column(place, "beginning", pa.array(texts, pa.string()))


def sources_table(root: Path) -> pa.Table:
    """Every source with its state; times in Unix seconds."""
    states = [vars(state) for state in source_states(root, datetime.now(UTC))]
    names = [field.name for field in fields(SourceStatus)]
    schema = pa.schema([(name, pa.int64() if name in WHOLE_NUMBERS else pa.string()) for name in names])
    return pa.Table.from_pylist(states, schema=schema)


WHOLE_NUMBERS = frozenset({"since_utc", "tried_utc", "ok_utc", "failures", "interval_s"})
"""Fields of a SourceStatus that are numbers; all others are text."""

PAGE = Page(
    PATH,
    "Data health",
    "health",
    layout,
    register,
    {
        "days": days_table,
        "gaps": gaps_table,
        "missing": missing_table,
        "rejects": rejects_table,
        "records": records_table,
    },
    {"sources": sources_table},
    filtered=False,
)
