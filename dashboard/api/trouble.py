"""Resources about what goes wrong and what to do: failures, advice, why jobs are idle, campaigns."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from dashboard.api.answers import answer
from dashboard.api.described import table
from dashboard.api.parameters import Days, Filtered, Moment, Name, OnePool
from dashboard.cube_source import CubeSource
from pipeline.advice.as_rows import as_table as advice_table
from pipeline.campaigns.command import DAYS, Kind
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.matching.as_rows import as_table as idle_table
from pipeline.one_pool import days_of, one_pool
from pipeline.query import UsageQuery
from pipeline.triage.as_rows import as_rows
from pipeline.triage.chosen import MOST_HOURS, USUAL_HOURS, Window, up_to
from pipeline.triage.finding import Asked
from pipeline.viewer import Viewer


class OfFailures(OnePool, Days):
    hours: int = Field(
        USUAL_HOURS,
        ge=1,
        le=MOST_HOURS,
        description="Hours up to the newest end of a run, or up to `until`, where no days are named.",
    )
    until: Moment | None = Field(
        None,
        description="End of the window, in place of the newest end of a run; no days are named with it.",
        examples=["2026-11-20T14:00:00Z"],
    )

    def window(self, cube: Cube, viewer: Viewer) -> Asked:
        """The window in Unix seconds. Raises UsageError."""
        if self.until is None:
            return Window(self.pool, *self.days, self.hours).asked(cube, viewer, datetime.now(UTC))
        if self.first or self.last:
            raise UsageError("days and `until` are asked for at once", "Name one of them.")
        return up_to(one_pool(cube, viewer, self.pool).name, int(self.until.timestamp()), self.hours)


class OfAdvice(OnePool, Filtered):
    """Days, filters and a pool."""


class OfIdle(OnePool):
    project: list[Name] = Field([], max_length=100, description="Only this project, as its jobs call it.")


class OfCampaigns(OnePool, Filtered):
    kind: list[Kind] = Field([], max_length=len(Kind), description="Only these; repeat it for several.")


def add_to(routes: APIRouter, source: CubeSource) -> None:
    """Register the resources."""
    finding = {"kind": "class", "failure": "disk", "sentence": "85 % of these are on three hosts of North", "jobs": 310}

    @routes.get("/failures", responses=table(finding))
    async def failures(request: Request, asked: Annotated[OfFailures, Query()]) -> Response:
        """What is broken: since when, where, whose fault it usually is, what it costs, and what to do."""

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return as_rows(cube.findings(asked.window(cube, viewer), viewer))

        return await answer(source, request, asked, found)

    @routes.get(
        "/advice", responses=table({"user": "alice", "submit_lines": "request_memory = 2048", "hours_saved": 120.5})
    )
    async def advice(request: Request, asked: Annotated[OfAdvice, Query()]) -> Response:
        """Lines for submit files that would have saved the most hours, with their evidence, their risk and a test."""
        query = asked.asked()

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return advice_table(cube.advice(query, one_pool(cube, viewer, asked.pool).name, viewer))

        return await answer(source, request, asked, found)

    @routes.get("/why-idle", responses=table({"project": "IceNorth", "jobs": 31, "matching_slots": 0}))
    async def why_idle(request: Request, asked: Annotated[OfIdle, Query()]) -> Response:
        """Why idle jobs are not running: each of their conditions against the slots there are, as last collected."""
        projects = tuple(asked.project) or None

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return idle_table(cube.why_idle(one_pool(cube, viewer, asked.pool).name, projects, viewer))

        return await answer(source, request, asked, found)

    @routes.get(
        "/campaigns", responses=table({"campaign": "sweep-7", "day": "2026-11-20", "succeeded": 310, "failed": 2})
    )
    async def campaigns(request: Request, asked: Annotated[OfCampaigns, Query()]) -> Response:
        """The morning sheet: each campaign, DAG and batch by day; without days the newest day and the one before."""
        query, kinds = asked.asked(), tuple(kind.value for kind in asked.kind or Kind)

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            pool = one_pool(cube, viewer, asked.pool)
            _, newest = days_of(pool, query.first, query.last)
            days = query.first or newest - timedelta(days=DAYS - 1), newest
            return cube.campaigns(UsageQuery((), (), *days, query.where), pool.name, kinds, viewer)

        return await answer(source, request, asked, found)
