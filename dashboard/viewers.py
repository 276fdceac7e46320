"""Who asks: pure ASGI middleware that puts the viewer into the scope, and into the context of what runs for it.

It sits outside everything else, so that pages, callbacks, downloads, the API and the web-socket path all have one.
Where there is a login, `identity.gate` takes its place.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.viewer import LOCAL, Viewer

_viewer: ContextVar[Viewer] = ContextVar("htc_ledger_viewer")


def current_viewer() -> Viewer:
    """The viewer of the request that is being answered. LookupError outside of one: there is no default viewer."""
    return _viewer.get()


@contextmanager
def asking(viewer: Viewer) -> Iterator[None]:
    """Within it, the request that is being answered is that viewer's."""
    token = _viewer.set(viewer)
    try:
        yield
    finally:
        _viewer.reset(token)


class ViewerMiddleware:
    """Gives each HTTP and web-socket request its viewer. A server on loopback has one person: LOCAL."""

    def __init__(self, app: ASGIApp, viewer: Viewer = LOCAL) -> None:
        self._app = app
        self._local = viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope["viewer"] = self._local
        with asking(self._local):
            await self._app(scope, receive, send)
