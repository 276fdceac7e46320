"""Downloads: what a page shows, as CSV or Parquet, under an address that says the same as the page's own."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from dashboard import filters, selection
from dashboard.cube_source import CubeSource
from dashboard.pages import page_at
from dashboard.pages.page import Page, TableOf
from dashboard.problems import problem
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.export import to_csv, to_parquet
from pipeline.viewer import Viewer

Encoder = Callable[[pa.Table], bytes]
Maker = Callable[[CubeSource, filters.View], Awaitable[tuple[bytes, str]]]
FORMS: dict[str, tuple[str, Callable[[pa.Table], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "parquet": ("application/vnd.apache.parquet", to_parquet),
}


def router(source: CubeSource) -> APIRouter:
    """The route `/download/<page>/<table>.<form>?<the page's query string>`."""
    routes = APIRouter()

    @routes.get("/download/{page}/{name}.{form}", include_in_schema=False)
    async def download(
        request: Request, page: str, name: str, form: Annotated[str, Path(pattern="^(csv|parquet)$")]
    ) -> Response:
        found = page_at(f"/{page}")
        made = None if found is None else _maker(found, name, FORMS[form][1])
        if made is None:
            return problem(404, "There is no such download")
        view = filters.parse(request.url.query)
        if view.ignored:
            return problem(400, "The address has parts that cannot be used", " ".join(view.ignored))
        try:
            body, stem = await made(source, view)
        except LedgerError as error:
            return problem(404, error.what, error.hint)
        headers = {
            "Content-Disposition": f'attachment; filename="htc-ledger-{page}-{name}-{stem}.{form}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(body, media_type=FORMS[form][0], headers=headers)

    @routes.get("/download/{rest:anything}", include_in_schema=False)
    async def no_such_download(rest: str) -> Response:
        return problem(404, "There is no such download", f"/download/{rest}")

    return routes


def _maker(page: Page, name: str, encoded: Encoder) -> Maker | None:
    """What makes that table of the page: the file's bytes, and what its name says. None if there is no such table."""
    if (table_of := page.tables.get(name)) is not None:

        async def of_cube(source: CubeSource, view: filters.View) -> tuple[bytes, str]:
            zone = None if page.in_own_zone else view.zone
            return await source.ask(lambda cube, viewer: _made(page, cube, viewer, view, table_of, encoded), zone)

        return of_cube
    if (lake_table_of := page.lake_tables.get(name)) is not None:

        async def of_lake(source: CubeSource, view: filters.View) -> tuple[bytes, str]:
            return await source.read(lambda root: (encoded(lake_table_of(root)), _today()))

        return of_lake
    return None


def _made(
    page: Page, cube: Cube, viewer: Viewer, view: filters.View, table_of: TableOf, encoded: Encoder
) -> tuple[bytes, str]:
    """The file's bytes, and what its name says: the days, their time zone where the ledger has several, the booking,
    and whether the pool is a simulated one.

    A page that no days act on is about the present: its files are named by today.
    """
    pools = cube.pools(viewer)
    parts = [_today()]
    if page.filtered and page.dated:
        chosen = selection.select(view, pools)
        parts = [chosen.period.first.isoformat(), chosen.period.last.isoformat()]
    parts += [cube.published.zone.replace("/", "-")] if len(cube.zones) > 1 else []
    parts += [f"as-{view.booking}"] if page.filtered else []
    parts += ["simulated"] if selection.pool_of(view, pools).simulated else []
    return encoded(table_of(cube, viewer, view)), "-".join(parts)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
