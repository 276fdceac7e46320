"""Runs the application: a port first, so that a busy one is a clear error, then uvicorn on it."""

import errno
import socket

from dashboard.identity.setup import Setup, is_loopback
from pipeline.errors import SettingsError
from pipeline.settings import Settings


def listen(host: str, port: int, setup: Setup | None = None) -> socket.socket:
    """A bound socket; port 0 takes a free one. Without an identity setup on a loopback address alone.

    Raises SettingsError for another address then (whoever could reach it would see everything), for one on which
    sessions would pass in the clear, and for a port that is taken.
    """
    if not is_loopback(host):
        _refuse_without_login(host, setup)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {port} of {host} is in use", "Stop what listens there, or choose another: --port 8051."
            ) from error
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror}", "Choose another --port.") from error


def _refuse_without_login(host: str, setup: Setup | None) -> None:
    """Raise SettingsError unless people log in, over an encrypted connection."""
    if setup is None:
        raise SettingsError(
            f"the dashboard will not listen on {host}: usage data names people, and no login is set up",
            "Set one up: identity_issuer, identity_client_id and base_url, or a proxy that names people "
            "(docs/security.md). Or listen on 127.0.0.1 and reach it through a tunnel: "
            "ssh -L 8050:127.0.0.1:8050 HOST.",
        )
    if setup.provider is not None and not setup.is_https:
        raise SettingsError(
            f"the dashboard will not listen on {host}: base_url is not on https, so logins would pass in the clear",
            "Let a proxy do TLS, and set base_url to its address: https://ledger.example.org.",
        )


def address(listening: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(settings: Settings, listening: socket.socket) -> None:
    """Serve until interrupted."""
    import uvicorn

    from dashboard.app import create_app
    from dashboard.cube_source import CubeSource
    from dashboard.identity import audit

    audit.to_stderr()
    application = create_app(CubeSource(settings.lake), settings)
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who is connected is asked: no header may say it
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listening])
