"""The page /metrics, in Prometheus' text or OpenMetrics, as the request's Accept header likes it.

The ledger is looked at in a worker thread, for the request's viewer. Sums of whole days are kept with the cube's other
answers: until a new cube is published, or a day is over, only what changes by itself is looked up. Nothing fails
because there is no cube, or nothing is collected: `htc_ledger_part_up` says which part could be looked at.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, Metric

from dashboard.cube_source import CubeSource
from dashboard.metrics import present, sources, usage
from dashboard.metrics.days import last_whole_day
from dashboard.metrics.gauges import NAMESPACE, Family, Gauges
from dashboard.metrics.requests import Requests, together
from dashboard.viewers import current_viewer
from pipeline.cube import Cube
from pipeline.errors import LedgerError
from pipeline.status.sources import source_states
from pipeline.viewer import Viewer

PART_UP = Family(
    "part_up", "1 if that part of what is told here could be looked at: cube, sources.", ("part",), adds=False
)
FAMILIES = (PART_UP, *present.FAMILIES, *usage.FAMILIES, *sources.FAMILIES)
log = logging.getLogger(__name__)
Now = Callable[[], datetime]


def now_utc() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def router(source: CubeSource, requests: Requests, software: str, stale_after_h: int, now: Now = now_utc) -> APIRouter:
    """The route /metrics."""
    routes = APIRouter()
    look = _Look(software, stale_after_h, now)

    @routes.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        told = await look.at(source)
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        body = await anyio.to_thread.run_sync(encode, _Page(together(requests.collect(), told)))
        return Response(body, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    return routes


class _Page:
    """Metrics that are read once."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


class _Look:
    """Looks at the cube and at the sources; one look at a time, so that slow ones do not pile up."""

    def __init__(self, software: str, stale_after_h: int, now: Now) -> None:
        self._software, self._stale_after_h, self._now = software, stale_after_h, now
        self._one = threading.Lock()
        self._said: dict[str, str] = {}

    async def at(self, source: CubeSource) -> list[Metric]:
        """What is to be seen now."""
        gauges, more = Gauges(FAMILIES), list[Metric]()
        try:
            more += await source.ask(lambda cube, viewer: self._cube(gauges, cube, viewer))
            self._is_up(gauges, "cube")
        except LedgerError as error:
            self._is_down(gauges, "cube", error)
        if not current_viewer().sees_all:  # names of daemons are for those who run them
            return [*gauges.collect(), *more]
        try:
            await source.read(lambda root: self._sources(gauges, root))
            self._is_up(gauges, "sources")
        except LedgerError as error:
            self._is_down(gauges, "sources", error)
        return [*gauges.collect(), *more]

    def _cube(self, gauges: Gauges, cube: Cube, viewer: Viewer) -> list[Metric]:
        now = self._now()
        with self._one:
            present.put_cube(gauges, cube, self._software)
            pools = cube.pools(viewer)
            for pool in pools:
                known = cube.freshness((pool.name,), viewer)
                state = cube.state((pool.name,), viewer, now, self._stale_after_h, pool.first_day).state
                gauges.put("pool_info", 1, pool.name, "true" if pool.simulated else "false")
                present.put_knowledge(gauges, pool.name, known, state)
                last = last_whole_day(known, pool.last_day, now, cube.published.zone)
                if last is not None:
                    usage.put_usage(gauges, cube, viewer, pool.name, last)
            present.put_present(gauges, cube, viewer, tuple(pool.name for pool in pools))
            return _kept(cube)

    def _sources(self, gauges: Gauges, root: Path) -> None:
        sources.put_sources(gauges, source_states(root, self._now()))

    def _is_up(self, gauges: Gauges, part: str) -> None:
        gauges.put("part_up", 1, part)
        self._said.pop(part, None)

    def _is_down(self, gauges: Gauges, part: str, error: LedgerError) -> None:
        """Say so to Prometheus, and once in the log, until it changes."""
        gauges.put("part_up", 0, part)
        if self._said.get(part) != error.what:
            self._said[part] = error.what
            log.warning("metrics of the %s: %s. %s", part, error.what, error.hint)


def _kept(cube: Cube) -> list[Metric]:
    """Answers that are kept with the cube; they are counted anew with each new cube, as with a restart."""
    asked = CounterMetricFamily(
        f"{NAMESPACE}_cube_questions",
        "Questions to the published cube, by whether their answer was kept (hit) or had to be looked up (miss).",
        labels=["answer"],
    )
    asked.add_metric(["hit"], cube.answers.hits)
    asked.add_metric(["miss"], cube.answers.misses)
    size = Gauges((Family("cube_kept_answers_bytes", "Memory that kept answers take.", unit="bytes"),))
    size.put("cube_kept_answers_bytes", cube.answers.bytes)
    return [asked, *size.collect()]
