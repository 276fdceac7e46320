"""Resources about names: what metrics and dimensions mean, who is registered, downtimes, pledges and awards."""

from typing import Annotated, Literal

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from dashboard.api.answers import Shape, answer
from dashboard.api.described import table
from dashboard.api.parameters import Days, OfPools
from dashboard.cube_source import CubeSource
from pipeline.cube import Cube
from pipeline.dimensions import DIMENSIONS
from pipeline.metadata.questions import UNMAPPED
from pipeline.metrics import METRICS
from pipeline.one_pool import known_pools
from pipeline.viewer import Viewer


class OfNames(OfPools, Days):
    """Days and pools."""


class OfUnmapped(OfNames):
    kind: list[Literal["project", "site", "institution", "contributing institution", "field", "user"]] = Field(
        [], max_length=len(UNMAPPED), description="Only these; repeat it for several."
    )


class OfCommitments(OfNames):
    kind: list[Literal["pledge", "allocation", "award"]] = Field(
        [], max_length=3, description="Only these; repeat it for several."
    )


def add_to(routes: APIRouter, source: CubeSource) -> None:
    """Register the resources."""

    @routes.get("/definitions/metrics", responses=table({"name": "cpu_h", "unit": "core h", "formula": "Σ wall_s"}))
    async def metrics(request: Request, asked: Annotated[Shape, Query()]) -> Response:
        """What can be measured: unit, definition and formula of each."""
        return await answer(source, request, asked, lambda cube, viewer: _METRICS)

    @routes.get(
        "/definitions/dimensions", responses=table({"name": "project", "label": "Project", "definition": "..."})
    )
    async def dimensions(request: Request, asked: Annotated[Shape, Query()]) -> Response:
        """What usage is grouped and filtered by."""
        return await answer(source, request, asked, lambda cube, viewer: _DIMENSIONS)

    @routes.get("/unmapped", responses=table({"kind": "project", "name": "old-name", "cpu_h": 310.5}))
    async def unmapped(request: Request, asked: Annotated[OfUnmapped, Query()]) -> Response:
        """Names with usage that no metadata know, those with most core hours first."""
        kinds = tuple(asked.kind) or UNMAPPED

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return cube.unmapped(known_pools(cube, viewer, asked.pool), viewer, kinds, *asked.days)

        return await answer(source, request, asked, found)

    @routes.get(
        "/downtimes", responses=table({"site": "North", "severity": "Outage", "is_planned": False, "cpu_h": 12.0})
    )
    async def downtimes(request: Request, asked: Annotated[OfNames, Query()]) -> Response:
        """Downtimes that touch those days, with the core hours that their site gave on the days of each."""

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return cube.downtimes(known_pools(cube, viewer, asked.pool), viewer, *asked.days)

        return await answer(source, request, asked, found)

    @routes.get("/commitments", responses=table({"kind": "pledge", "owner": "North", "delivered_h": 5000.0}))
    async def commitments(request: Request, asked: Annotated[OfCommitments, Query()]) -> Response:
        """Pledges of sites, allocations and awards of projects, beside what was delivered."""
        kinds = tuple(asked.kind) or ("pledge", "allocation", "award")

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return cube.commitments(kinds, known_pools(cube, viewer, asked.pool), viewer, *asked.days)

        return await answer(source, request, asked, found)


_METRICS = pa.Table.from_pylist(
    [
        {"name": one.name, "label": one.label, "unit": one.unit, "definition": one.doc, "formula": one.formula}
        for one in METRICS
    ]
)
_DIMENSIONS = pa.Table.from_pylist(
    [{"name": one.name, "label": one.label, "definition": one.doc} for one in DIMENSIONS]
)
