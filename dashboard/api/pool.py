"""Resources about pools as they are now, and what they offered: pools, queue, capacity."""

from typing import Annotated, Literal

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from dashboard.api.answers import Shape, answer
from dashboard.api.described import table
from dashboard.api.parameters import Days, Listed, OfPools
from dashboard.cube_source import CubeSource
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.one_pool import known_pools
from pipeline.options import names
from pipeline.viewer import Viewer


class OfQueue(OfPools):
    by: Listed = Field(
        "pool,project,user,status",
        description="Columns, comma separated: pool,ap,venue,project,user,status,hold_code.",
        examples=["status,hold_code"],
    )


class OfCapacity(OfPools, Days):
    what: Literal["cores", "gpus", "hours"] = Field(
        "cores", description="cores: cores and memory now; gpus: GPUs now, by model; hours: over the days."
    )
    by: Listed = Field("", description="Of cores: pool,origin,is_backfill,site,resource,state. Of hours: dimensions.")


def add_to(routes: APIRouter, source: CubeSource) -> None:
    """Register the resources."""

    @routes.get("/pools", responses=table({"pool": "ospool", "simulated": False, "first_day": "2026-01-01"}))
    async def pools(request: Request, asked: Annotated[Shape, Query()]) -> Response:
        """The pools, real ones first, and the days on which each has usage."""
        return await answer(source, request, asked, _pools)

    @routes.get("/queue", responses=table({"pool": "ospool", "project": "IceNorth", "status": "idle", "jobs": 31}))
    async def queue(request: Request, asked: Annotated[OfQueue, Query()]) -> Response:
        """Jobs in the queue when it was last asked; usage of running ones so far is provisional, in no other number."""

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            return cube.queue(names(asked.by), known_pools(cube, viewer, asked.pool), viewer)

        return await answer(source, request, asked, found)

    @routes.get("/capacity", responses=table({"pool": "ospool", "site": "North", "state": "claimed", "cores": 1280.0}))
    async def capacity(request: Request, asked: Annotated[OfCapacity, Query()]) -> Response:
        """What pools offer now by site and state, GPUs by model, or hours offered, claimed and used over time."""

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            pools = known_pools(cube, viewer, asked.pool)
            first, last = asked.days
            if asked.what == "hours":
                return cube.capacity_hours(names(asked.by or "pool,day"), pools, viewer, first, last)
            if first or last:
                raise UsageError("days go with what=hours", "Without it the pool is shown as it is now.")
            if asked.what == "gpus":
                return cube.gpus(pools, viewer)
            return cube.capacity(names(asked.by or "pool,is_backfill,site,state"), pools, viewer)

        return await answer(source, request, asked, found)


def _pools(cube: Cube, viewer: Viewer) -> pa.Table:
    schema = pa.schema(
        [("pool", pa.string()), ("simulated", pa.bool_()), ("first_day", pa.date32()), ("last_day", pa.date32())]
    )
    rows = [
        {"pool": one.name, "simulated": one.simulated, "first_day": one.first_day, "last_day": one.last_day}
        for one in cube.pools(viewer)
    ]
    return pa.Table.from_pylist(rows, schema)
