"""/metrics and /healthz: for Prometheus and for whoever restarts what stands still."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Gauge

from collectors.service import metrics_server
from collectors.service.metrics_server import MOST_REQUESTS, MetricsServer
from pipeline.errors import SettingsError
from tests.collectors.service.seeing import PATIENCE_S


class Loop:
    """Whether it runs."""

    runs = True

    def alive(self) -> tuple[bool, dict[str, int | float]]:
        return self.runs, {"chores": 3}


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def server(loop: Loop) -> Iterator[MetricsServer]:
    registry = CollectorRegistry()
    Gauge("answer", "To all.", registry=registry).set(42)
    made = MetricsServer("127.0.0.1", 0, registry, loop.alive)
    yield made
    made.close()


def get(server: MetricsServer, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_metrics_are_served(server: MetricsServer) -> None:
    status, text = get(server, "/metrics")
    assert (status, "answer 42.0" in text.splitlines()) == (200, True)


def test_a_loop_that_runs_is_healthy(server: MetricsServer) -> None:
    status, text = get(server, "/healthz")
    assert (status, json.loads(text)) == (200, {"state": "runs", "chores": 3})


def test_a_loop_that_stands_still_is_not(server: MetricsServer, loop: Loop) -> None:
    loop.runs = False
    status, text = get(server, "/healthz")
    assert (status, json.loads(text)["state"]) == (503, "stands still")


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metrics/../etc/passwd", "/favicon.ico"])
def test_nothing_else_is_there(server: MetricsServer, path: str) -> None:
    assert get(server, path)[0] == 404


def test_clients_that_say_nothing_take_no_more_than_their_places(
    server: MetricsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_server._Handler, "timeout", 10 * PATIENCE_S)
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(MOST_REQUESTS)]
    one_more = socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)
    assert one_more.recv(1) == b"", "it is turned away"
    for client in (*silent, one_more):
        client.close()


def test_a_port_that_is_taken_is_a_clear_mistake(server: MetricsServer) -> None:
    with pytest.raises(SettingsError, match="it is in use") as raised:
        MetricsServer("127.0.0.1", server.port, CollectorRegistry(), Loop().alive)
    assert "metrics_port" in raised.value.hint
