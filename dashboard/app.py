"""The server: Dash's pages, downloads and the API in one FastAPI application.

`create_app` puts the parts together. Own routes come before Dash's, because the first that fits answers; middleware
that is added last runs first: what is counted, which hosts are answered, whose pages may post, who asks, scripts from
memory, which page, answers from memory. Nothing comes from another host, so a closed network is enough.
"""

import logging
from pathlib import Path

import dash_ag_grid  # noqa: F401  the libraries are registered with Dash when they are imported
from dash import Dash, set_props
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from dashboard import api, downloads, entity_picker, filter_bar, metrics, report_menu, report_route, shell, state_badge
from dashboard.cube_source import CubeSource
from dashboard.identity.setup import Setup, setup_of
from dashboard.notices import instead
from dashboard.page_paths import PagePaths
from dashboard.pages import PAGES, START
from dashboard.problems import allow_anything, problem
from dashboard.same_origin import SameOrigin
from dashboard.scripts import CompressedScripts
from dashboard.viewers import ViewerMiddleware
from pipeline.lake import Lake
from pipeline.settings import Settings

LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]", "::1"]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
INDEX = """<!DOCTYPE html>
<html lang="en">
    <head>
        {%metas%}
        <title>{%title%}</title>
        <link rel="icon" type="image/svg+xml" href="/assets/mark.svg">
        <link rel="preload" href="/assets/inter-latin.woff2" as="font" type="font/woff2" crossorigin>
        <script src="/assets/scheme.js"></script>
        {%css%}
    </head>
    <body>
        <noscript>These pages need JavaScript. The command line does not: htc-ledger usage --by project</noscript>
        {%app_entry%}
        <footer>
            {%config%}
            {%scripts%}
            {%renderer%}
        </footer>
    </body>
</html>
"""
log = logging.getLogger(__name__)


def create_app(source: CubeSource, settings: Settings) -> FastAPI:
    """The application, to be run by uvicorn. It asks `source` for every number and never blocks its event loop."""
    server = FastAPI(
        title="HTC Ledger",
        version=api.VERSION,
        description=api.ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    requests = metrics.Requests()
    _add_own_routes(server, source, settings, requests)
    app = _dash(server)
    app.layout = shell.layout
    shell.register(app)
    filter_bar.register(app, source)
    entity_picker.register(app, source)
    state_badge.register(app, source, settings.stale_after_h)
    report_menu.register(app)
    for page in (*PAGES, START):
        page.register(app, source, settings)
    server.add_middleware(metrics.NotedRoute)
    server.add_middleware(requests.with_answers, source=source)
    server.add_middleware(PagePaths)
    server.add_middleware(CompressedScripts)
    setup = setup_of(settings)
    _add_who_asks(server, setup, settings)
    server.add_middleware(SameOrigin)
    hosts = [*LOOPBACK_NAMES, *(setup.hosts if setup else ())]
    server.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    server.add_middleware(metrics.CountedRequests, requests=requests)
    server.state.dash = app
    return server


def _add_who_asks(server: FastAPI, setup: Setup | None, settings: Settings) -> None:
    """One person on loopback; with a login nobody is let in who is not known."""
    if setup is None:
        server.add_middleware(ViewerMiddleware)
        return
    from dashboard.identity.gate import Gate  # what a login needs is not loaded without one

    server.add_middleware(Gate, setup=setup, lake=Lake(settings.lake))


def _dash(server: FastAPI) -> Dash:
    return Dash(
        "dashboard",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(Path(__file__).parent / "assets"),
        assets_ignore=r"^scheme\.js$",
        index_string=INDEX,
        title="HTC Ledger",
        update_title=None,  # type: ignore[arg-type]
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "color-scheme", "content": "light dark"},
        ],
        suppress_callback_exceptions=True,
        use_pages=False,
        serve_locally=True,
        add_log_handler=False,
        on_error=_show_failure,
    )


def _add_own_routes(server: FastAPI, source: CubeSource, settings: Settings, requests: metrics.Requests) -> None:
    """What answers before Dash does."""
    allow_anything()
    server.include_router(downloads.router(source))
    server.include_router(report_route.router(source, settings))
    server.include_router(metrics.router(source, requests, api.VERSION, settings.stale_after_h))
    resources = api.router(source, settings)
    server.include_router(resources)

    @server.get("/healthz", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @server.api_route("/api/{rest:anything}", methods=METHODS, include_in_schema=False)
    async def no_such_api(request: Request, rest: str) -> JSONResponse:
        if request.method != "GET" and api.answers(resources, request):
            return problem(405, "Resources are read only", "Ask with GET.", headers={"Allow": "GET"})
        return problem(404, "There is no such resource", "/api/openapi.json lists them.")


def _show_failure(error: Exception) -> None:
    """What a reader sees of an error that nobody foresaw; the log has the rest."""
    log.error("a callback failed", exc_info=error)
    set_props(
        "page",
        {
            "children": instead(
                "alert-triangle",
                "This could not be shown",
                "The server's log says why. Load the page again; if it stays so, report it with the log's last lines.",
            )
        },
    )
