"""A ledger with a login on a free port: the whole application, or the gate before a page that tells who asks."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import serving
from dashboard.identity.gate import Gate
from dashboard.identity.setup import setup_of
from dashboard.viewers import current_viewer
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.identity.provider import CLIENT_ID, CLIENT_SECRET

PATIENCE_S = 60
PROXY_SECRET = "only the proxy and the ledger know it"


@dataclass
class Clock:
    """This machine's clock, and what a test put it forward by."""

    ahead_s: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


@dataclass
class Guarded:
    """A gate that is served, its clock and its lake."""

    address: str
    lake: Lake
    clock: Clock = field(default_factory=Clock)


def login_settings(lake: Path, address: str, issuer: str, secrets: Path, **more: Any) -> Settings:
    """Settings of a ledger that is served there, whose people log in at that issuer."""
    file = secrets / "client-secret"
    file.write_text(CLIENT_SECRET + "\n")
    given = {
        "base_url": address,
        "identity_issuer": issuer,
        "identity_client_id": CLIENT_ID,
        "identity_client_secret_file": str(file),
        "identity_contact": "ledger-admins@example.org",
    }
    return Settings(lake=lake, **{**given, **more})


def proxy_settings(lake: Path, secrets: Path, **more: Any) -> Settings:
    """Settings of a ledger that a proxy on this machine stands before."""
    file = secrets / "proxy-secret"
    file.write_text(PROXY_SECRET + "\n")
    return Settings(lake=lake, identity_proxy_addresses=("127.0.0.1",), identity_proxy_secret_file=str(file), **more)


@contextmanager
def listening() -> Iterator[tuple[Any, str]]:
    """A socket on a free port, and its address."""
    with serving.listen("127.0.0.1", 0) as sock:
        yield sock, serving.address(sock)


@contextmanager
def answering(application: ASGIApp, sock: Any) -> Iterator[None]:
    """Serve it as `serve` does; stopped at the end."""
    config = uvicorn.Config(application, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE_S
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started, f"the server did not start in {PATIENCE_S} s"
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def gate(settings: Settings, clock: Clock) -> ASGIApp:
    """The gate of those settings before `who`."""
    setup = setup_of(settings)
    assert setup is not None
    return Gate(who, setup, Lake(settings.lake), clock)


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells for whom it answers, and which headers reached it."""
    if scope["type"] != "http":
        return
    viewer, request = current_viewer(), Request(scope)
    assert scope["viewer"] == viewer
    said = {
        "name": viewer.name,
        "projects": None if viewer.projects is None else sorted(viewer.projects),
        "headers": sorted(request.headers),
    }
    await JSONResponse(said)(scope, receive, send)
