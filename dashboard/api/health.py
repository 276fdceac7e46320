"""Resources about how far the data can be trusted: their state, which days are complete, what was rejected."""

from datetime import UTC, datetime
from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.answers import answer
from dashboard.api.described import document, table
from dashboard.api.parameters import MOST_CONDITIONS, Days, Name, OfPools
from dashboard.cube_source import CubeSource
from pipeline.cube import Cube
from pipeline.one_pool import known_pools
from pipeline.viewer import Viewer


class OfState(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pool: list[Name] = Field([], max_length=MOST_CONDITIONS, description="Only this pool; repeat it for several.")


class OfCoverage(OfPools, Days):
    """Days and pools."""


def add_to(routes: APIRouter, source: CubeSource, stale_after_h: int) -> None:
    """Register the resources."""

    @routes.get(
        "/state",
        responses=document(
            {"cube": "20261122T050000Z-1a2b3c4d", "zone": "UTC", "pools": [{"pool": "ospool", "state": "complete"}]},
            "The published ledger, and the state of each pool's data",
        ),
    )
    async def state(asked: Annotated[OfState, Query()]) -> Response:
        """The published ledger, and of each pool in one sentence whether its data are complete."""
        return JSONResponse(
            await source.ask(lambda cube, viewer: _state(cube, viewer, asked.pool, stale_after_h)),
            headers={"Cache-Control": "no-store"},
        )

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


def _state(cube: Cube, viewer: Viewer, pools: list[str], stale_after_h: int) -> dict[str, object]:
    now = datetime.now(UTC)
    states = [(name, cube.state((name,), viewer, now, stale_after_h)) for name in known_pools(cube, viewer, pools)]
    return {
        "cube": cube.version,
        "zone": cube.published.zone,
        "pools": [
            {"pool": name, "state": one.state, "sentence": one.sentence, "evidence": dict(one.evidence)}
            for name, one in states
        ],
    }
