"""Reports of what a page shows, under an address that says the same as the page's own: PDF or HTML.

They are made in worker threads, AT_A_TIME of them; a few more may wait, all others are told to come back. What cannot
be made answers with a page that says why.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from dashboard import filters, selection
from dashboard.cube_source import CubeSource
from dashboard.entity_choice import required
from dashboard.filters import View
from pipeline.cube import Cube
from pipeline.errors import CubeMissing, LakeError, LedgerError, UsageError
from pipeline.report.made import FORMS, KINDS, Asked, Form, Kind, made, written
from pipeline.report.mailing import file_name
from pipeline.report.period import Period
from pipeline.report.template import load
from pipeline.settings import Settings
from pipeline.viewer import Viewer

AT_A_TIME = 2
WAITING = 8
RETRY_S = 15
NO_SUCH = ("There is no such report", "There are those of a facility, a project and a site, as PDF and as HTML.")
ALONE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'"
"""What a report's page, or one that says why there is none, may do: nothing but be looked at."""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No report · HTC Ledger</title><style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 40rem; margin: 12vh auto; padding: 0 16px; font: 16px/1.5 system-ui, Arial, sans-serif; }}
h1 {{ font-size: 1.4rem; line-height: 1.25; }}
h1, p {{ overflow-wrap: anywhere; }}
</style></head>
<body><main><h1>{title}</h1><p>{hint}</p><p><a href="{back}">Back to the page</a></p></main></body></html>
"""


class Busy(LedgerError):
    """Too many reports are being made."""


@dataclass(frozen=True)
class Document:
    """A written report, and what its file is called."""

    name: str
    content: bytes


class Turns:
    """Who may make a report now: AT_A_TIME do, WAITING wait. It is of one event loop."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_A_TIME)
        self._inside = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One's turn. Raises Busy where too many wait already."""
        if self._inside >= AT_A_TIME + WAITING:
            raise Busy("Many reports are being made just now", "Try again in a quarter of a minute.")
        self._inside += 1
        try:
            async with self._free:
                yield
        finally:
            self._inside -= 1


def router(source: CubeSource, settings: Settings) -> APIRouter:
    """The route `/report/<facility|project|site>.<pdf|html>?<the page's query string>`."""
    routes, turns = APIRouter(), Turns()

    @routes.get("/report/{kind}.{form}", include_in_schema=False)
    async def report(request: Request, kind: str, form: str) -> Response:
        if kind not in KINDS or form not in FORMS:
            return _refused(404, *NO_SUCH, "/")
        view = filters.parse(request.url.query)
        back = f"/{kind}{filters.to_search(filters.on_another_page(view))}"
        if view.ignored:
            return _refused(400, "The address has parts that cannot be used", " ".join(view.ignored), back)
        try:
            async with turns.turn():
                found = await source.ask(
                    lambda cube, viewer: document(cube, viewer, view, kind, form, settings), view.zone
                )
        except LedgerError as error:
            return _of_error(error, back)
        return Response(found.content, media_type=FORMS[form], headers=_headers(found.name, form))

    @routes.get("/report/{rest:anything}", include_in_schema=False)
    async def no_such_report(rest: str) -> Response:
        return _refused(404, *NO_SUCH, "/")

    return routes


def document(cube: Cube, viewer: Viewer, view: View, kind: Kind, form: Form, settings: Settings) -> Document:
    """The report of what that view shows. Raises LedgerError where it has no meaning."""
    if kind == "facility":
        chosen, name = selection.select(view, cube.pools(viewer)), ""
    else:
        chosen, name = required(view, cube, viewer, kind)
    period = Period.of(chosen.period.first, chosen.period.last)
    template = load(Path(settings.report_template) if settings.report_template else None)
    found = made(cube, viewer, Asked(kind, name, chosen.pool, period, chosen.where, chosen.booking), template)
    called = f"htc-ledger-{file_name(found.facts, kind, name, form)}"
    return Document(called, written(found.report, template, form))


def _of_error(error: LedgerError, back: str) -> Response:
    """400 for a question without meaning, 503 where there is nothing to ask yet or too much to do; else 500."""
    if isinstance(error, UsageError):
        return _refused(400, error.what, error.hint, back)
    if isinstance(error, CubeMissing | LakeError | Busy):
        return _refused(503, error.what, error.hint, back, {"Retry-After": str(RETRY_S)})
    return _refused(500, error.what, error.hint, back)


def _refused(status: int, title: str, hint: str, back: str, headers: dict[str, str] | None = None) -> Response:
    shown = PAGE.format(title=escape(title[:1].upper() + title[1:]), hint=escape(hint), back=escape(back))
    safe = {"Content-Security-Policy": ALONE, "Cache-Control": "no-store"}
    return HTMLResponse(shown.encode("utf-8", "backslashreplace"), status, safe | (headers or {}))


def _headers(name: str, form: Form) -> dict[str, str]:
    """A PDF is a file; a page is looked at, and does nothing."""
    said = {
        "Content-Disposition": f'{"attachment" if form == "pdf" else "inline"}; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return said if form == "pdf" else said | {"Content-Security-Policy": ALONE}
