"""What the page Project works out besides its usage: advice, workflows, and why its idle jobs are not running.

Each has a callback of its own: runs are looked through, and expressions that users wrote are evaluated, while the rest
of the page is there already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from dash import Dash, Input, Output
from dash.development.base_component import Component

from dashboard import advice_parts, entity_choice, filters, notices, selection, why_idle_parts
from dashboard.cube_source import CubeSource
from dashboard.entity_picker import the_one
from dashboard.filters import View
from dashboard.page_parts import narrowing
from pipeline.advice import as_rows as advice_rows
from pipeline.advice.sheet import AdviceSheet
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.matching import as_rows as idle_rows
from pipeline.matching.why_idle import WhyIdle
from pipeline.project_sheet import names_of
from pipeline.viewer import Viewer

PATH, OF = "/project", "project"
UNTOLD: tuple[list[Component], ...] = ([], [], [])


@dataclass(frozen=True)
class Queue:
    """The project's jobs in queues, by state, and why those that are idle are."""

    rows: Sequence[dict[str, Any]]
    why: WhyIdle


def ask_advice(view: View, cube: Cube, viewer: Viewer) -> AdviceSheet | None:
    """The advice for the project that the address names; None where it names none."""
    chosen = selection.select(view, cube.pools(viewer))
    if the_one(view, OF) is None:
        return None
    return cube.advice(chosen.query((), ()), chosen.pool.name, viewer)


def ask_queue(view: View, cube: Cube, viewer: Viewer) -> Queue | None:
    """The project's queue; None where the address names no project. Raises LedgerError."""
    chosen, project = selection.select(view, cube.pools(viewer)), the_one(view, OF)
    if project is None:
        return None
    pool = chosen.pool
    called = (project, *names_of(cube, viewer, pool, project))
    rows = cube.queue(("project", "status"), (pool.name,), viewer).to_pylist()
    own = [row for row in rows if row["project"] in called]
    return Queue(own, cube.why_idle(pool.name, tuple(sorted(set(called))), viewer))


def advice_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """All advice for the project that the address names. Raises UsageError if it names none."""
    chosen, _ = entity_choice.required(view, cube, viewer, OF)
    return advice_rows.as_table(cube.advice(chosen.query((), ()), chosen.pool.name, viewer))


def idle_table(cube: Cube, viewer: Viewer, view: View) -> pa.Table:
    """Each condition of the project's idle jobs. Raises UsageError if the address names none."""
    entity_choice.required(view, cube, viewer, OF)
    found = ask_queue(view, cube, viewer)
    assert found is not None
    return idle_rows.as_table(found.why)


def register(app: Dash, source: CubeSource) -> None:
    """Two callbacks, one for each."""

    @app.callback(
        Output("project-advice", "children"),
        Output("project-workflows", "children"),
        Output("project-fits", "children"),
        Input("url", "search"),
    )
    async def advise(search: str | None) -> tuple[Any, ...]:
        view = filters.parse(search)
        try:
            sheet = await source.ask(lambda cube, viewer: ask_advice(view, cube, viewer), view.zone)
        except LedgerError as error:
            return notices.of_error(error), [], []
        if sheet is None:
            return UNTOLD
        users = narrowing(PATH, view, "user")
        return (
            advice_parts.advice_cards(sheet),
            advice_parts.workflow_table(sheet.workflows, users),
            advice_parts.fit_table(sheet.fits),
        )

    @app.callback(Output("project-idle", "children"), Input("url", "search"))
    async def tell_why(search: str | None) -> list[Component]:
        view, now = filters.parse(search), datetime.now(UTC)
        try:
            found = await source.ask(lambda cube, viewer: ask_queue(view, cube, viewer), view.zone)
        except LedgerError as error:
            return [notices.of_error(error)]
        if found is None:
            return []
        return [why_idle_parts.queue_line(found.rows, now), *why_idle_parts.groups(found.why, now)]
