"""What the server counts of itself: requests by route, method and status, and how long they took.

Labels are bounded: a route is the template that it was registered with, a page, or `other`; never a path as it came.
"""

import time
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.cube_source import CubeSource
from dashboard.kept_answers import PATH as KEPT_PATH
from dashboard.kept_answers import KeptAnswers
from dashboard.metrics.gauges import NAMESPACE
from dashboard.pages import page_at

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
KNOWN = frozenset({KEPT_PATH, "/api/openapi.json"})
"""Paths that are answered without a route."""
NOTED = "htc_ledger.noted"
"""Where in a request's scope its route is noted."""
_LABELS = ("route", "method")


class Requests:
    """Counts into a registry of its own, which also tells of the process: one to an application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._ended = Counter(
            f"{NAMESPACE}_http_requests",
            "Requests that were answered, by the route's template, method and status.",
            (*_LABELS, "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            f"{NAMESPACE}_http_request_duration_seconds",
            "Seconds from a request to the end of its answer.",
            _LABELS,
            registry=self._registry,
            buckets=BUCKETS_S,
        )
        self._open = Gauge(
            f"{NAMESPACE}_http_requests_in_progress", "Requests that are being answered.", registry=self._registry
        )
        ProcessCollector(namespace=NAMESPACE, registry=self._registry)
        self._answers: KeptAnswers | None = None

    def with_answers(self, app: ASGIApp, source: CubeSource) -> KeptAnswers:
        """The middleware that keeps drawn answers, told of among the requests."""
        self._answers = KeptAnswers(app, source)
        return self._answers

    def collect(self) -> Iterator[Metric]:
        """What was counted."""
        yield from self._registry.collect()
        if self._answers is not None:
            kept = CounterMetricFamily(
                f"{NAMESPACE}_drawn_answers",
                "Answers to callbacks of pages, by whether they were kept (hit) or had to be drawn (miss).",
                labels=["answer"],
            )
            kept.add_metric(["hit"], self._answers.hits)
            kept.add_metric(["miss"], self._answers.misses)
            yield kept

    def begun(self) -> None:
        self._open.inc()

    def ended(self, route: str, method: str, status: int, seconds: float) -> None:
        self._open.dec()
        self._ended.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)


class CountedRequests:
    """Pure ASGI middleware that counts each HTTP request; it sits outside everything else. A request that nothing
    answered failed with 500."""

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        noted: dict[str, str] = {}
        scope[NOTED] = noted
        self._requests.begun()
        begin = time.perf_counter()
        try:
            await self._app(scope, receive, seen)
        finally:
            route = route_of(scope["path"], noted.get("route"))
            self._requests.ended(route, _method(scope), status, time.perf_counter() - begin)


class NotedRoute:
    """Pure ASGI middleware that notes which route answered; it sits inside everything else, where routes are known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            template = getattr(scope.get("route"), "path", None)
            if isinstance(template, str) and NOTED in scope:  # middleware between may have made another scope
                scope[NOTED]["route"] = template


def route_of(path: str, template: str | None) -> str:
    """The page's path, or the template of the route that answered; `other` where none did, as for who is not let in."""
    page = page_at(path)
    if page is not None:
        return page.path
    return template or (path if path in KNOWN else OTHER)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else OTHER


def together(*parts: Iterable[Metric]) -> Iterator[Metric]:
    """The metrics of all parts."""
    for part in parts:
        yield from part
