"""Resources that are documents: the reports of a facility, a project and a site, by the page's and the command's names.

They are made in worker threads, a few at a time; who comes when many wait is told to come back.
"""

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.http import parse_etags

from dashboard.api.answers import ZoneName, tag_of
from dashboard.api.described import file, problems
from dashboard.api.parameters import MOST_CONDITIONS, Condition, Day, Name
from dashboard.cube_source import CubeSource
from dashboard.problems import problem
from dashboard.report_route import ALONE, RETRY_S, Busy, Turns
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.one_pool import one_pool
from pipeline.options import BookingName
from pipeline.query import where_of
from pipeline.report.made import FORMS, Asked, Form, Kind, made, written
from pipeline.report.mailing import file_name
from pipeline.report.period import chosen
from pipeline.report.template import load
from pipeline.settings import Settings
from pipeline.viewer import Viewer


class OfReport(BaseModel):
    model_config = ConfigDict(extra="forbid")

    form: Form = Field("pdf", alias="format", description="pdf (PDF/UA-1) or html.")
    name: Name | None = Field(None, description="The project or site, as registered; a facility has none here.")
    period: str | None = Field(
        None,
        max_length=20,
        description="2026-11, 2026-Q4, 2026, or FY2026: the fiscal year that ends in 2026. Or `from` and `to`.",
        examples=["2026-11"],
    )
    first: Day | None = Field(None, alias="from", description="First day, instead of `period`.")
    last: Day | None = Field(None, alias="to", description="Last day, instead of `period`.")
    where: list[Condition] = Field(
        [], max_length=MOST_CONDITIONS, description="DIMENSION=VALUE; repeat it: the same dimension means or."
    )
    booking: BookingName = BookingName.used
    pool: Name | None = Field(None, description="The pool. Default: the first real one; simulated ones only by name.")
    zone: ZoneName = None

    def asked(self, kind: Kind, cube: Cube, viewer: Viewer, fiscal_month: int) -> Asked:
        """The question. Raises UsageError."""
        where = where_of(self.where)
        if any(name == "pool" for name, _ in where):
            raise UsageError("a report is of one pool", "Name it with `pool`.")
        period = chosen(self.period, self.first, self.last, fiscal_month)
        return Asked(kind, self.name or "", one_pool(cube, viewer, self.pool), period, where, self.booking.value)


def add_to(routes: APIRouter, source: CubeSource, settings: Settings) -> None:
    """Register the resources."""
    turns = Turns()

    @routes.get("/reports/{kind}", responses=file(FORMS.values(), "The report") | problems(400, 422, 503))
    async def report(
        request: Request, kind: Literal["facility", "project", "site"], asked: Annotated[OfReport, Query()]
    ) -> Response:
        """A report for people outside, as PDF or HTML: what was delivered to whom, with its proof. Equal data, equal
        bytes."""
        try:
            async with turns.turn():
                return await source.ask(
                    lambda cube, viewer: _document(cube, viewer, request, kind, asked, settings), asked.zone
                )
        except Busy as busy:
            return problem(503, busy.what, busy.hint, headers={"Retry-After": str(RETRY_S)})


def _document(
    cube: Cube, viewer: Viewer, request: Request, kind: Kind, asked: OfReport, settings: Settings
) -> Response:
    template = load(Path(settings.report_template) if settings.report_template else None)
    tag = tag_of(cube, viewer, request, repr(template))
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if tag in parse_etags(request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    found = made(cube, viewer, asked.asked(kind, cube, viewer, settings.fiscal_year_month), template)
    name = f"htc-ledger-{file_name(found.facts, kind, asked.name or '', asked.form)}"
    headers |= {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": ALONE}
    return Response(written(found.report, template, asked.form), headers=headers, media_type=FORMS[asked.form])
