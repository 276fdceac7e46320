"""Who asks: pure ASGI middleware that puts the viewer into the scope, and into the context of what runs for it.

It sits outside everything else, so that pages, callbacks, downloads, the API and the web-socket path all have one.
"""

from contextvars import ContextVar

from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.viewer import LOCAL, Viewer

_viewer: ContextVar[Viewer] = ContextVar("htc_ledger_viewer")


def current_viewer() -> Viewer:
    """The viewer of the request that is being answered. LookupError outside of one: there is no default viewer."""
    return _viewer.get()


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
        token = _viewer.set(self._local)
        try:
            await self._app(scope, receive, send)
        finally:
            _viewer.reset(token)
