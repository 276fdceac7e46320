"""How a question becomes an answer: form, tag, page. One place for every resource.

An answer is of one published cube: its tag (ETag) is made of the cube's version, the request and the viewer, so a
program that has it is told 304 without the question being asked. A page of rows leads to the next by a cursor, which
holds for the cube it is of and no other.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated

import pyarrow as pa
from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.http import parse_etags

from dashboard.api.forms import MEDIA_TYPES, Form, Notes, form_of, written
from dashboard.api.spans import LONGEST, Outdated, Span, cursor, place
from dashboard.cube_source import CubeSource
from dashboard.problems import problem
from pipeline.cube import Cube
from pipeline.served_state import CUBE_HEADER
from pipeline.viewer import Viewer

MOST_ROWS = 100_000
USUAL_ROWS = 1_000
Question = Callable[[Cube, Viewer], pa.Table]
PagedQuestion = Callable[[Cube, Viewer, Span], pa.Table]
ZoneName = Annotated[
    str | None,
    Field(max_length=64, description="Reporting zone, where the ledger has several.", examples=["America/Chicago"]),
]


class Shape(BaseModel):
    """How the answer is to look: every resource that is a table takes these."""

    model_config = ConfigDict(extra="forbid")

    form: Form | None = Field(
        None, alias="format", description="Form of the answer; without it, what the Accept header likes best."
    )
    limit: int | None = Field(
        None,
        ge=1,
        le=MOST_ROWS,
        description=f"Rows at most. JSON has {USUAL_ROWS:,} where nothing is said, the other forms have all.",
        examples=[100],
    )
    zone: ZoneName = None
    cursor: str | None = Field(
        None, max_length=LONGEST, description="Where the rows go on: `next` of the answer before."
    )


async def answer(
    source: CubeSource, request: Request, shape: Shape, question: Question, *, is_of_now: bool = False
) -> Response:
    """The table of a question, or a page of it. Raises what the question raises.

    is_of_now   it changes by itself, not with the cube: it has no tag
    """

    def paged(cube: Cube, viewer: Viewer, span: Span) -> pa.Table:
        return cut(question(cube, viewer), span)

    return await answer_paged(source, request, shape, paged, is_of_now=is_of_now)


async def answer_paged(
    source: CubeSource, request: Request, shape: Shape, question: PagedQuestion, *, is_of_now: bool = False
) -> Response:
    """The same of a question that takes the span itself, and answers with one row more where there are more."""
    form = form_of(shape.form, request.headers.get("accept"))
    if form is None:
        return problem(406, "None of the forms that this is had in is accepted", ", ".join(MEDIA_TYPES.values()))

    def made(cube: Cube, viewer: Viewer) -> Response:
        tag = None if is_of_now else tag_of(cube, viewer, request, form.value)
        headers = _headers(cube, tag)
        if tag is not None and tag in parse_etags(request.headers.get("if-none-match")):
            return Response(status_code=304, headers=headers)
        span = Span(place(shape.cursor, cube.version), shape.limit or (USUAL_ROWS if form is Form.json else None))
        found = question(cube, viewer, span)
        more = span.count is not None and found.num_rows > span.count
        following = cursor(cube.version, span.start + (span.count or 0)) if more else None
        if following is not None:
            link = request.url.include_query_params(cursor=following)
            headers["Link"] = f'<{link.path}?{link.query}>; rel="next"'
        notes = Notes(cube.version, cube.published.zone, following)
        body = written(found.slice(0, span.count), form, notes)
        return Response(body, 200, {**headers, "X-Content-Type-Options": "nosniff"}, MEDIA_TYPES[form])

    try:
        return await source.ask(made, shape.zone)
    except Outdated:
        return problem(410, "The ledger was renewed: the cursor is of a cube before", "Start again without a cursor.")


def _headers(cube: Cube, tag: str | None) -> dict[str, str]:
    kept = {"Cache-Control": "no-store"} if tag is None else {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    return {**kept, "Vary": "Accept", CUBE_HEADER: cube.version}


def cut(table: pa.Table, span: Span) -> pa.Table:
    """The rows of that span, and one more where there are more."""
    return table.slice(span.start, None if span.count is None else span.count + 1)


def tag_of(cube: Cube, viewer: Viewer, request: Request, form: str) -> str:
    """What an answer in that form is recognised by: equal ones have equal answers."""
    seen = None if viewer.projects is None else sorted(viewer.projects)
    asked = (cube.version, request.url.path, sorted(request.query_params.multi_items()), form, viewer.name, seen)
    return hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:32]
