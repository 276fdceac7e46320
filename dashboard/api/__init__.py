"""The REST API, /api/v1: the numbers of pages and commands under addresses, for programs.

Names, filters and limits are those of the command line; each resource is one question to the published cube, put for
the request's viewer. The same server answers it; /api/openapi.json describes it.
"""

from importlib.metadata import version

from fastapi import APIRouter, Request
from starlette.routing import Match

from dashboard.api import health, jobs, metadata, pool, trouble, usage
from dashboard.cube_source import CubeSource
from dashboard.problems import ProblemRoute

PREFIX = "/api/v1"
VERSION = version("htc-ledger")
ABOUT = (
    "Accounting of HTCondor pools: the numbers of every page and command. Names, filters and limits are those of the "
    "command line; an unknown value is null. An answer is of one published cube: send its ETag as If-None-Match to "
    "learn cheaply whether anything changed."
)


def router(source: CubeSource, stale_after_h: int) -> APIRouter:
    """All resources."""
    routes = APIRouter(prefix=PREFIX, route_class=ProblemRoute)
    for part in (usage, jobs, pool, trouble, metadata):
        part.add_to(routes, source)
    health.add_to(routes, source, stale_after_h)
    return routes


def answers(resources: APIRouter, request: Request) -> bool:
    """True if a resource has that address, whatever the method."""
    return any(route.matches(request.scope)[0] is not Match.NONE for route in resources.routes)
