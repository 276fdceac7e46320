"""Pure ASGI middleware that gives every page its address: /usage is Dash's one document, an unknown path too, as 404.

Dash prepares itself only for requests to its own root, so a page's address is answered there; the browser keeps the
address it asked for, and the page switch reads it.
"""

from starlette.datastructures import URL
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.pages import PAGES, page_at

NOT_PAGES = ("/_dash-", "/assets/", "/api/", "/download/", "/report/")
NOT_A_PAGE = frozenset({"/healthz", "/metrics", "/_reload-hash", "/_favicon.ico"})


class PagePaths:
    """Leads GET requests for pages to Dash's document.

    `/` with a query is a view of the first page; without one the browser knows what was chosen to open (`landing`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or _is_for_others(scope["path"]):
            await self._app(scope, receive, send)
        elif scope["path"] == "/" and (query := URL(scope=scope).query):
            await RedirectResponse(f"{PAGES[0].path}?{query}")(scope, receive, send)
        elif page_at(scope["path"]):
            await self._app({**scope, "path": "/", "raw_path": b"/"}, receive, send)
        else:
            await self._app({**scope, "path": "/", "raw_path": b"/"}, receive, _as_not_found(send))


def _is_for_others(path: str) -> bool:
    return path.startswith(NOT_PAGES) or path in NOT_A_PAGE


def _as_not_found(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message = {**message, "status": 404}
        await send(message)

    return sent
