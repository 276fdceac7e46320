"""Requests are counted by the template of their route: nobody makes a series by asking for a path of his own."""

import asyncio
from typing import Any

import pytest

from dashboard.metrics.requests import CountedRequests, NotedRoute, Requests, route_of


class Route:
    path = "/api/v1/receipts/{job:path}"


async def answer(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"].startswith("/api/v1/receipts/"):
        scope["route"] = Route()
    if scope["path"] == "/broken":
        raise RuntimeError("no")
    await send({"type": "http.response.start", "status": 404 if "lost" in scope["path"] else 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def copying(scope: Any, receive: Any, send: Any) -> None:
    """As middleware does that gives what is inside a scope of its own."""
    await NotedRoute(answer)({**scope}, receive, send)


def ask(requests: Requests, path: str, method: str = "GET", kind: str = "http") -> None:
    async def send(message: Any) -> None:
        pass

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    asyncio.run(CountedRequests(copying, requests)({"type": kind, "path": path, "method": method}, receive, send))


def counted(requests: Requests) -> dict[tuple[str, str, str], float]:
    (family,) = (one for one in requests.collect() if one.name == "htc_ledger_http_requests")
    return {
        (one.labels["route"], one.labels["method"], one.labels["status"]): one.value
        for one in family.samples
        if one.name.endswith("_total")
    }


def test_paths_of_one_route_are_one_series() -> None:
    requests = Requests()
    for job in ("1.0", "2.0", "lost"):
        ask(requests, f"/api/v1/receipts/{job}")
    assert counted(requests) == {(Route.path, "GET", "200"): 2, (Route.path, "GET", "404"): 1}


def test_what_no_route_answers_is_other_whatever_its_path_and_method() -> None:
    requests = Requests()
    for number in range(5):
        ask(requests, f"/lost/{number}", f"BREW{number}")
    assert counted(requests) == {("other", "other", "404"): 5}


def test_a_request_that_fails_is_a_500_and_no_longer_in_progress() -> None:
    requests = Requests()
    with pytest.raises(RuntimeError):
        ask(requests, "/broken")
    assert counted(requests) == {("other", "GET", "500"): 1}
    (progress,) = (one for one in requests.collect() if one.name == "htc_ledger_http_requests_in_progress")
    assert [one.value for one in progress.samples] == [0]


def test_how_long_it_took_is_told_by_route() -> None:
    requests = Requests()
    ask(requests, "/usage")
    (family,) = (one for one in requests.collect() if one.name == "htc_ledger_http_request_duration_seconds")
    (count,) = (one for one in family.samples if one.name.endswith("_count"))
    assert (count.labels, count.value) == ({"route": "/usage", "method": "GET"}, 1)


@pytest.mark.parametrize(
    ("path", "template", "route"),
    [
        ("/usage/", None, "/usage"),
        ("/_dash-update-component", None, "/_dash-update-component"),
        ("/download/usage/x.csv", "/download/{page}/{name}.{form}", "/download/{page}/{name}.{form}"),
        ("/wp-login.php", None, "other"),
    ],
)
def test_a_page_is_its_path_and_all_else_its_template(path: str, template: str | None, route: str) -> None:
    assert route_of(path, template) == route
