"""/metrics over HTTP: what Prometheus reads, from a real server, with a cube and without."""

from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_families
from prometheus_client.parser import text_string_to_metric_families as families

from dashboard.metrics.page import FAMILIES
from pipeline.cube import Cube
from pipeline.lake import Lake
from tests.dashboard.conftest import Serve
from tests.dashboard.http_client import request
from tests.dashboard.made_lake import REAL, SIMULATED
from tests.dashboard.watched_lake import POOL

OPEN = "application/openmetrics-text; version=1.0.0"


def read(address: str) -> dict[str, Metric]:
    answer = request(address, "/metrics")
    assert answer.status == 200
    return {family.name: family for family in families(answer.body.decode())}


def value(found: dict[str, Metric], name: str, **labels: str) -> float | None:
    samples = found[f"htc_ledger_{name}"].samples
    return next((one.value for one in samples if labels.items() <= one.labels.items()), None)


def test_it_tells_of_what_is_published(address: str, cube: Cube) -> None:
    found = read(address)
    assert value(found, "part_up", part="cube") == value(found, "part_up", part="sources") == 1
    assert value(found, "cube_info", version=cube.version, zone="UTC") == 1
    assert value(found, "pool_info", pool=REAL, simulated="false") == 1
    assert value(found, "pool_info", pool=SIMULATED, simulated="true") == 1
    assert value(found, "pool_data_state", pool=SIMULATED, state="simulated") == 1
    assert sum(one.value for one in found["htc_ledger_pool_data_state"].samples) == len(cube_pools(found))


def cube_pools(found: dict[str, Metric]) -> set[str]:
    return {one.labels["pool"] for one in found["htc_ledger_pool_info"].samples}


def test_a_pool_that_is_collected_tells_of_its_slots_queue_and_sources(watched_address: str) -> None:
    found = read(watched_address)
    cores = [one for one in found["htc_ledger_pool_cores"].samples if one.labels["backfill"] == "false"]
    assert sum(one.value for one in cores) > 0
    assert value(found, "pool_queued_jobs", pool=POOL, status="idle")
    failing = found["htc_ledger_source_up"].samples
    assert {one.labels["source"] for one in failing if not one.value} >= {"mine: history of ap3.campus.test"}
    counted = sum(one.value for one in found["htc_ledger_sources"].samples)
    assert counted == len(failing)


def test_openmetrics_is_had_by_accept_and_holds_the_same_names(address: str) -> None:
    answer = request(address, "/metrics", Accept=OPEN)
    assert answer.headers["content-type"].startswith(OPEN)
    names = {family.name for family in open_families(answer.body.decode())}  # type: ignore[no-untyped-call]
    assert {f"htc_ledger_{family.name}" for family in FAMILIES} <= names
    assert request(address, "/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")


def test_every_metric_says_what_it_is_and_ends_with_its_unit() -> None:
    for family in FAMILIES:
        assert family.doc.endswith(".")
        assert family.name.endswith(family.unit)
        assert not family.name.endswith("_total")


def test_without_a_cube_it_says_so_and_does_not_fail(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> None:
    root: Path = tmp_path_factory.mktemp("bare") / "lake"
    Lake(root).create()
    address = serve(root)
    found = read(address)
    assert value(found, "part_up", part="cube") == 0
    assert value(found, "part_up", part="sources") == 1
    assert not found["htc_ledger_pool_info"].samples
    assert request(address, "/metrics", Accept=OPEN).status == 200


def test_requests_are_told_by_their_route(address: str) -> None:
    request(address, "/api/v1/receipts/1234567.0")
    request(address, "/usage")
    request(address, "/nobody/knows/this")
    found = read(address)
    assert value(found, "http_requests", route="/api/v1/receipts/{job:path}", method="GET", status="404")
    assert value(found, "http_requests", route="/usage", method="GET", status="200")
    routes = {one.labels["route"] for one in found["htc_ledger_http_requests"].samples}
    assert not any("nobody" in route or "1234567" in route for route in routes)
    assert value(found, "http_request_duration_seconds", route="/metrics") is not None


def test_the_second_look_asks_the_cube_for_less(address: str) -> None:
    def misses() -> float:
        found = read(address)
        return value(found, "cube_questions", answer="miss") or 0.0

    misses()
    assert misses() == misses()
