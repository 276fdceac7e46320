"""/metrics and /healthz over HTTP, from threads of the parent.

/healthz answers 200 while the service's loop runs and 503 when it has stood still: then a restart helps. It says
nothing about the sources, because a restart mends no pool: alert on `htc_ledger_seconds_since_success` for those.
"""

import errno
import json
import socket
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CollectorRegistry, make_wsgi_app

from pipeline.errors import SettingsError

MOST_REQUESTS = 16
TIMEOUT_S = 10.0
Alive = Callable[[], tuple[bool, dict[str, int | float]]]
"""Whether the loop runs, and numbers to show with it."""


class _Handler(WSGIRequestHandler):
    timeout = TIMEOUT_S

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name of the base class
        """Requests are not logged."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, app: WSGIApplication) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._places = threading.BoundedSemaphore(MOST_REQUESTS)
        super().__init__((host, port), _Handler)
        self.set_app(app)

    def server_bind(self) -> None:
        """As the base class, but without asking the name service who we are."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve it in a thread; more than MOST_REQUESTS at a time are turned away."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is its own affair."""


class MetricsServer:
    """Serves from the moment it is made until `close`. Raises SettingsError where it cannot listen."""

    def __init__(self, host: str, port: int, registry: CollectorRegistry, alive: Alive) -> None:
        try:
            self._server = _Server(host, port, application(registry, alive))
        except OSError as error:
            hint = "Choose another `metrics_port` (0: none) or `metrics_host`."
            taken = "it is in use" if error.errno == errno.EADDRINUSE else str(error)
            raise SettingsError(f"metrics cannot be served on {host}:{port}: {taken}", hint) from error
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def application(registry: CollectorRegistry, alive: Alive) -> WSGIApplication:
    """The two paths; any other is 404."""
    metrics: WSGIApplication = make_wsgi_app(registry)

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return metrics(environ, start_response)
        if path == "/healthz":
            runs, numbers = alive()
            status = "200 OK" if runs else "503 Service Unavailable"
            said = json.dumps({"state": "runs" if runs else "stands still", **numbers}) + "\n"
            kind = "application/json"
        else:
            status, said, kind = "404 Not Found", "There are /metrics and /healthz.\n", "text/plain; charset=utf-8"
        start_response(status, [("Content-Type", kind), ("Cache-Control", "no-store")])
        return [said.encode()]

    return answer
