"""Resources about hours: usage, waste, efficiency, losses, transfers, residuals of the reconciliation."""

from dataclasses import replace
from typing import Annotated, Literal

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from dashboard.api.answers import MOST_ROWS, answer, answer_paged, cut
from dashboard.api.described import table
from dashboard.api.parameters import Filtered, Listed, Name
from dashboard.api.spans import Span
from dashboard.cube_source import CubeSource
from pipeline.cube import Cube
from pipeline.losses.command import ASKED, RANKED, Size
from pipeline.losses.command import What as Loss
from pipeline.options import BookingName, names
from pipeline.receipt.residuals import ResidualQuery
from pipeline.receipt.residuals import where_of as where_of_residuals
from pipeline.transfers.asked import TransferQuery
from pipeline.transfers.asked import where_of as transfers_where
from pipeline.transfers.command import BY_DEFAULT
from pipeline.transfers.command import What as Moved
from pipeline.viewer import Viewer
from pipeline.waste import as_table, waste_table

BY = Field("project", description="Dimensions, comma separated: see /definitions/dimensions.", examples=["site,user"])


class OfUsage(Filtered):
    by: Listed = BY
    metrics: Listed = Field(
        "cpu_h,gpu_h,jobs,attempts",
        description="Metrics, comma separated: see /definitions/metrics.",
        examples=["cpu_h,cpu_efficiency"],
    )
    booking: BookingName = Field(
        BookingName.used,
        description="used: each attempt on its days and site; ended: whole jobs on their end day and last site.",
    )


class OfWaste(Filtered):
    by: Listed = BY
    sheet: Literal["cores", "memory", "gpus"] = Field("cores", description="Core hours, GiB hours or GPU hours.")
    booking: BookingName = BookingName.used


class OfEfficiency(Filtered):
    by: Listed = BY
    of: Literal["cpu", "memory", "wall"] = Field(
        "cpu", description="CPU efficiency, memory peak per memory asked for, or wall time of an attempt."
    )


class OfActive(Filtered):
    of: Name = Field(
        "project", description="Dimension whose names are counted: see /definitions/dimensions.", examples=["user"]
    )
    by: Listed = Field("", description="Dimensions, comma separated; without any there is one row.", examples=["site"])
    booking: BookingName = BookingName.used


class OfResiduals(Filtered):
    what: Literal["jobs", "causes", "statement"] = Field(
        "jobs",
        description="jobs: those whose attempts and wall time disagree, the largest first; causes: their sums; "
        "statement: attempts + residual = wall time, of all jobs.",
    )


class OfLosses(Filtered):
    by: Listed = Field("", description="Dimensions of waits and evictions, comma separated.", examples=["site"])
    size: Size = Field(Size.memory, description="What requests and outliers are of.")


class OfTransfers(Filtered):
    by: Listed | None = Field(None, description="protocol, endpoint, direction, purpose, result, site, project, ...")
    what: Moved = Field(Moved.sums, description="As `htc-ledger transfers --what`.")


def add_to(routes: APIRouter, source: CubeSource) -> None:
    """Register the resources."""

    @routes.get("/usage", responses=table({"project": "IceNorth", "cpu_h": 1234.5, "gpu_h": 0.0, "jobs": 310}))
    async def usage(request: Request, asked: Annotated[OfUsage, Query()]) -> Response:
        """Usage by project, site, user, day, ...: the numbers of every page and report."""
        query = asked.asked(asked.by, asked.metrics, asked.booking.value)
        return await answer(source, request, asked, lambda cube, viewer: cube.usage(query, viewer))

    @routes.get(
        "/waste", responses=table({"project": "IceNorth", "total_h": 1234.5, "used_h": 1000.0, "evicted_h": 12.5})
    )
    async def waste(request: Request, asked: Annotated[OfWaste, Query()]) -> Response:
        """What became of the allocated hours: every one of them in one bucket, hours and share."""
        query = asked.asked(asked.by, booking=asked.booking.value)
        return await answer(
            source, request, asked, lambda cube, viewer: as_table(waste_table(cube, viewer, query, asked.sheet))
        )

    @routes.get("/efficiency", responses=table({"project": "IceNorth", "attempts": 320, "measured": 318, "p50": 0.91}))
    async def efficiency(request: Request, asked: Annotated[OfEfficiency, Query()]) -> Response:
        """How efficiency is spread: below which value 5, 25, 50, 75 and 95 % of core hours (or attempts) ran."""
        query = asked.asked(asked.by)
        return await answer(source, request, asked, lambda cube, viewer: cube.spread(query, asked.of, viewer))

    @routes.get("/active", responses=table({"site": "North", "count": 12}))
    async def active(request: Request, asked: Annotated[OfActive, Query()]) -> Response:
        """How many different projects, users, institutions, ... had usage; what nobody is known for counts in none."""
        query = asked.asked(asked.by, booking=asked.booking.value)
        return await answer(source, request, asked, lambda cube, viewer: cube.distinct(query, asked.of, viewer))

    @routes.get("/residuals", responses=table({"job": "ap1.example.org#1234.0", "cause": "run_lost", "residual_s": 36}))
    async def residuals(request: Request, asked: Annotated[OfResiduals, Query()]) -> Response:
        """Where attempts do not add up to the wall time of the final ad, and why; by the day that the job ended on."""
        query = ResidualQuery(*asked.days, where_of_residuals(asked.where))

        def page(cube: Cube, viewer: Viewer, span: Span) -> pa.Table:
            if asked.what == "causes":
                return cut(cube.residual_causes(query, viewer), span)
            if asked.what == "statement":
                return cut(cube.reconciliation(query, viewer), span)
            return cut(cube.residuals(query, viewer, span.start + (span.count or MOST_ROWS) + 1), span)

        return await answer_paged(source, request, asked, page)

    @routes.get("/losses/{what}", responses=table({"project": "IceNorth", "user": "alice", "wasted_h": 12.5}))
    async def losses(request: Request, what: Loss, asked: Annotated[OfLosses, Query()]) -> Response:
        """Where hours went that brought nothing: workflows and users by waste, requests against use, evictions."""
        groups = RANKED if what in (Loss.workflows, Loss.users) else names(asked.by)
        query = replace(asked.asked(), by=groups)
        name = ASKED.get(what, what.value).format(size=asked.size.value)
        return await answer(source, request, asked, lambda cube, viewer: cube.losses(name, query, viewer))

    @routes.get("/transfers", responses=table({"protocol": "osdf", "files": 1200, "failed": 3, "bytes": 9000000}))
    async def transfers(request: Request, asked: Annotated[OfTransfers, Query()]) -> Response:
        """Files that URL plugins moved: how many, how large, how fast, what failed, what caches saved."""
        by = BY_DEFAULT.get(asked.what, "") if asked.by is None else asked.by
        groups = () if asked.what is Moved.inputs else names(by)
        query = TransferQuery(groups, *asked.days, transfers_where(asked.where))
        name = "of_jobs" if asked.what is Moved.jobs else asked.what.value
        return await answer(source, request, asked, lambda cube, viewer: cube.transfers(name, query, viewer))
