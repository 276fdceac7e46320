"""Resources about single jobs: lists of jobs and attempts, and the receipt of one."""

from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.answers import MOST_ROWS, USUAL_ROWS, ZoneName, answer_paged
from dashboard.api.described import document, table
from dashboard.api.parameters import MOST_CONDITIONS, Condition, Days, Listed, Name
from dashboard.api.spans import Span
from dashboard.cube_source import CubeSource
from dashboard.problems import problem
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.explorer.asked import Rows
from pipeline.explorer.command import Of, asked_of
from pipeline.receipt.as_json import as_plain
from pipeline.receipt.naming import NoSuchJob, parse
from pipeline.viewer import Viewer


class OfJobs(Days):
    of: Of = Field(Of.jobs, description="jobs: those that left the queue; attempts: each start on a slot.")
    job: Name | None = Field(
        None, description="AP#CLUSTER.PROC, CLUSTER.PROC, a cluster or a GlobalJobId: then days do not act."
    )
    where: list[Condition] = Field(
        [],
        max_length=MOST_CONDITIONS,
        description="DIMENSION=VALUE as in usage, or a filter of a column; repeat it: all must hold.",
        examples=[["outcome=failed", "wasted_h>=5"]],
    )
    pool: list[Name] = Field([], max_length=MOST_CONDITIONS, description="Only this pool; repeat it for several.")
    sort: Listed = Field("-end_utc", description="Column to sort by; -COLUMN: the largest first.")


class OfReceipt(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pool: Name | None = Field(None, description="Pool of the job, where several have one so named.")
    zone: ZoneName = None
    raw: bool = Field(False, description="Also the record behind each line, as it was read.")


_RECEIPT = {
    "name": "ap1.example.org#1234.0",
    "pool": "ospool",
    "status": "completed",
    "zone": "UTC",
    "runs": [
        {
            "run_instance": 0,
            "start_utc": "2026-11-20T10:00:00Z",
            "end_utc": "2026-11-20T11:00:00Z",
            "wall_s": 3600,
            "site": "North",
            "outcome": "succeeded",
            "why": {"rule": "epoch", "text": "Its own EPOCH record."},
            "charges": [{"day": "2026-11-20", "wall_s": 3600, "mcore_s": 3600000}],
        }
    ],
    "residual": None,
    "totals": {"used_wall_s": 3600, "used_mcore_s": 3600000, "unexplained_mcore_s": 0},
    "notes": [],
    "records": [],
}


def add_to(routes: APIRouter, source: CubeSource) -> None:
    """Register the resources."""
    row = {"pool": "ospool", "job": "ap1.example.org#1234.0", "outcome": "failed", "cpu_h": 3.5, "wasted_h": 3.5}

    @routes.get("/jobs", responses=table(row))
    async def jobs(request: Request, asked: Annotated[OfJobs, Query()]) -> Response:
        """Single jobs or attempts: who ran what, where, how it ended, what it used and wasted."""
        listed = asked_of(asked.of.value, asked.job, asked.where, asked.sort, asked.days, tuple(asked.pool))

        def page(cube: Cube, viewer: Viewer, span: Span) -> pa.Table:
            if span.start >= MOST_ROWS:
                raise UsageError(
                    f"a list has its first {MOST_ROWS:,} rows only", "Filter it, or sort it the other way round."
                )
            wanted = (span.count or USUAL_ROWS * 100) + 1
            return cube.listed(listed, Rows(span.start, min(wanted, MOST_ROWS - span.start)), viewer)

        return await answer_paged(source, request, asked, page)

    @routes.get(
        "/receipts/{job:path}",
        responses=document(_RECEIPT, "The receipt of the job"),
    )
    async def receipt(
        job: Annotated[Name, Path(description="Its name; see above.", examples=["ap1.example.org#1234.0"])],
        asked: Annotated[OfReceipt, Query()],
    ) -> Response:
        """How a job's hours came about: its attempts and their records, what was charged on which day, and why.

        The job is AP#CLUSTER.PROC (its # written as %23), CLUSTER.PROC or a GlobalJobId.
        """
        name = parse(job, asked.pool)
        try:
            found = await source.ask(lambda cube, viewer: cube.receipt(name, viewer), asked.zone)
        except NoSuchJob as error:
            return problem(404, error.what, error.hint)
        return JSONResponse(as_plain(found, raw=asked.raw), headers={"Cache-Control": "private, no-cache"})
