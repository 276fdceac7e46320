"""Resources about now: what is served and how complete it is, how each source is doing, and all that `status` tells.

They change by themselves, not with the cube: no answer of theirs is kept.
"""

from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.answers import Shape, ZoneName, answer
from dashboard.api.described import document, problems, table
from dashboard.api.parameters import MOST_CONDITIONS, Name
from dashboard.cube_source import CubeSource
from dashboard.problems import problem
from dashboard.viewers import current_viewer
from pipeline.cube import Cube
from pipeline.one_pool import known_pools
from pipeline.plain_records import as_plain
from pipeline.served_state import ServedState, served_state
from pipeline.settings import Settings
from pipeline.status.gather import Status, gather
from pipeline.status.sources import SourceStatus
from pipeline.viewer import Viewer

NOT_KEPT = {"Cache-Control": "no-store"}
_WHOLE = ("interval_s", "failures")
_SOURCE = pa.schema(
    [
        (field.name, pa.int64() if field.name.endswith("_utc") or field.name in _WHOLE else pa.string())
        for field in fields(SourceStatus)
    ]
)
_STATE = {
    "version": "1.0.0",
    "cube": "20261122T050000Z-1a2b3c4d",
    "built_utc": "2026-11-22T05:00:00+00:00",
    "checks": 120,
    "zone": "UTC",
    "zones": ["UTC", "America/Chicago"],
    "pools": [{"pool": "ospool", "state": "complete", "newest_record_utc": "2026-11-22T04:58:12Z"}],
}
_STATUS = {
    "lake": "/var/lib/htc-ledger/lake",
    "writing": {"state": "writable", "free_bytes": 123_456_789_000, "error": None, "hint": None},
    "sources": [{"name": "ospool: history of ap1", "state": "ok", "ok_utc": "2026-11-22T04:58:12Z"}],
    "without_cube": None,
}


class OfState(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pool: list[Name] = Field([], max_length=MOST_CONDITIONS, description="Only this pool; repeat it for several.")


class OfStatus(BaseModel):
    model_config = ConfigDict(extra="forbid")

    zone: ZoneName = None


def add_to(routes: APIRouter, source: CubeSource, settings: Settings) -> None:
    """Register the resources."""

    @routes.get("/state", responses=document(_STATE, "The published ledger, and the state of each pool's data"))
    async def state(asked: Annotated[OfState, Query()]) -> Response:
        """The published ledger, and of each pool in one sentence whether its data are complete."""

        def found(cube: Cube, viewer: Viewer) -> ServedState:
            pools = known_pools(cube, viewer, asked.pool)
            return served_state(cube, viewer, pools, datetime.now(UTC), settings.stale_after_h)

        return JSONResponse(as_plain(await source.ask(found)), headers=NOT_KEPT)

    @routes.get("/sources", responses=table({"name": "ospool: history of ap1", "state": "failing", "failures": 3}))
    async def sources(request: Request, asked: Annotated[Shape, Query()]) -> Response:
        """How each thing that is polled is doing: those in trouble first, since when, why, and what to do."""

        def found(cube: Cube, viewer: Viewer) -> pa.Table:
            states = cube.sources(viewer, datetime.now(UTC))
            return pa.Table.from_pylist([asdict(one) for one in states], schema=_SOURCE)

        return await answer(source, request, asked, found, is_of_now=True)

    @routes.get("/status", responses=document(_STATUS, "All that `htc-ledger status` tells") | problems(403))
    async def status(asked: Annotated[OfStatus, Query()]) -> Response:
        """What is in the lake, how new and how complete it is, how each source is doing, and the settings in force.

        For those who see all projects; settings for those who administer alone: they can name what is secret.
        """
        viewer = current_viewer()
        if not viewer.sees_all:
            return problem(403, "The status of the whole ledger is not for you", "/api/v1/state tells of your pools.")

        def found() -> Status:
            whole = gather(settings, datetime.now(UTC), asked.zone)
            return whole if viewer.may_administer else replace(whole, settings=[])

        return JSONResponse(as_plain(await source.read(lambda root: found())), headers=NOT_KEPT)
