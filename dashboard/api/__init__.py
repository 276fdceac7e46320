"""The REST API, /api/v1: the numbers of pages and commands under addresses, for programs.

Names, filters and limits are those of the command line; each resource is one question to the published cube, put for
the request's viewer. The same server answers it; /api/openapi.json describes it.
"""

from fastapi import APIRouter, Request
from starlette.routing import Match

from dashboard.api import health, jobs, metadata, pool, reports, state, trouble, usage
from dashboard.cube_source import CubeSource
from dashboard.problems import ProblemRoute
from pipeline.served_state import VERSION
from pipeline.settings import Settings

PREFIX = "/api/v1"
ABOUT = (
    "Accounting of HTCondor pools: the numbers of every page and command. Names, filters and limits are those of the "
    "command line; an unknown value is null. An answer is of one published cube: send its ETag as If-None-Match to "
    "learn cheaply whether anything changed."
)
__all__ = ["ABOUT", "PREFIX", "VERSION", "answers", "router"]


def router(source: CubeSource, settings: Settings) -> APIRouter:
    """All resources."""
    routes = APIRouter(prefix=PREFIX, route_class=ProblemRoute)
    for part in (usage, jobs, pool, trouble, metadata, health):
        part.add_to(routes, source)
    for part_of_settings in (state, reports):
        part_of_settings.add_to(routes, source, settings)
    return routes


def answers(resources: APIRouter, request: Request) -> bool:
    """True if a resource has that address, whatever the method."""
    return any(route.matches(request.scope)[0] is not Match.NONE for route in resources.routes)
