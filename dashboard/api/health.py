"""Resources about how far the data can be trusted: which days are complete, what is missing, what was rejected."""

from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.answers import answer
from dashboard.api.described import table
from dashboard.api.parameters import Days, OfPools
from dashboard.cube_source import CubeSource
from pipeline.cube import Cube
from pipeline.one_pool import known_pools
from pipeline.viewer import Viewer


class OfCoverage(OfPools, Days):
    """Days and pools."""


def add_to(routes: APIRouter, source: CubeSource) -> None:
    """Register the resources."""

    @routes.get("/coverage", responses=table({"pool": "ospool", "stream": "history", "day": "2026-11-20"}))
    async def coverage(request: Request, asked: Annotated[OfCoverage, Query()]) -> Response:
        """Whether each day of each stream of records was read whole, and the evidence."""

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return cube.coverage(known_pools(cube, viewer, asked.pool), viewer, *asked.days)

        return await answer(source, request, asked, found)

    @routes.get("/missing-jobs", responses=table({"pool": "ospool", "ap": "ap1.example.org", "state": "missing"}))
    async def missing_jobs(request: Request, asked: Annotated[OfPools, Query()]) -> Response:
        """Ranges of job ids without a final ad."""

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return cube.missing_jobs(known_pools(cube, viewer, asked.pool), viewer)

        return await answer(source, request, asked, found)

    @routes.get("/rejects", responses=table({"pool": "ospool", "rule": "cpus-bound", "records": 1}))
    async def rejects(request: Request, asked: Annotated[OfPools, Query()]) -> Response:
        """Records that are kept but in no number, by the rule that they break."""

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return cube.rejects(known_pools(cube, viewer, asked.pool), viewer)

        return await answer(source, request, asked, found)
