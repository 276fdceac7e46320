"""The application on a free port of this machine, in a thread of its own, while a test or a picture needs it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from dashboard import serving
from dashboard.app import create_app
from dashboard.cube_source import CubeSource
from pipeline.settings import Settings

PATIENCE_S = 120


@contextmanager
def served(lake: Path, port: int = 0) -> Iterator[str]:
    """The address at which the lake is served; stopped at the end."""
    listening = serving.listen("127.0.0.1", port)
    app = create_app(CubeSource(lake), Settings(lake=lake))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE_S
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    assert server.started, f"the server did not start in {PATIENCE_S} s"
    try:
        yield serving.address(listening)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
