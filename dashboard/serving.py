"""Runs the application: a port first, so that a busy one is a clear error, then uvicorn on it."""

import errno
import ipaddress
import socket

from pipeline.errors import SettingsError
from pipeline.settings import Settings


def listen(host: str, port: int) -> socket.socket:
    """A bound socket on a loopback address; port 0 takes a free one.

    Raises SettingsError for another address (whoever could reach it would see everything, because there is no login
    yet), and for a port that is taken.
    """
    if not is_loopback(host):
        raise SettingsError(
            f"the dashboard will not listen on {host}: usage data names people, and there is no login yet",
            "Listen on 127.0.0.1; from elsewhere, reach it through a tunnel: ssh -L 8050:127.0.0.1:8050 HOST.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {port} of {host} is in use", "Stop what listens there, or choose another: --port 8051."
            ) from error
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror}", "Choose another --port.") from error


def is_loopback(host: str) -> bool:
    """True for addresses that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address(listening: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(settings: Settings, listening: socket.socket) -> None:
    """Serve until interrupted."""
    import uvicorn

    from dashboard.app import create_app
    from dashboard.cube_source import CubeSource

    application = create_app(CubeSource(settings.lake), settings)
    config = uvicorn.Config(
        application, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
    )
    uvicorn.Server(config).run(sockets=[listening])
