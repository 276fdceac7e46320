"""A made lake with its cube, and the application served on a port of its own, for tests of the dashboard."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from dashboard import serving
from dashboard.app import create_app
from dashboard.cube_source import CubeSource
from pipeline.cube import Cube
from pipeline.settings import Settings
from tests.dashboard import made_lake

Serve = Callable[[Path], str]


@pytest.fixture(scope="session")
def lake_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with a real, a simulated and a hostile pool, built and published. Do not write to it."""
    return made_lake.make(tmp_path_factory.mktemp("dashboard") / "lake")


@pytest.fixture(scope="session")
def cube(lake_root: Path) -> Cube:
    return Cube.open(lake_root)


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Serves a lake until the tests end; gives the address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(root: Path) -> str:
        listening = serving.listen("127.0.0.1", 0)
        app = create_app(CubeSource(root), Settings(lake=root))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        assert server.started, "the server did not start in 30 s"
        running.append((server, thread))
        return serving.address(listening)

    yield start
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def address(serve: Serve, lake_root: Path) -> str:
    """Where the made lake is served."""
    return serve(lake_root)
