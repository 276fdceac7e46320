"""Only this server's own pages may change anything: pure ASGI middleware that refuses requests sent by other pages.

A browser that shows another site's page will post to this server if that page asks for it, and tells whose page it
was: in `Origin`, and in `Sec-Fetch-Site`. Programs send neither, and are no danger: no one's browser is tricked.
Dash looks at the origin of web sockets itself.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.problems import problem

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN = frozenset({"same-origin", "none"})


class SameOrigin:
    """Answers 403 to what another site's page sends, unless it only reads."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in HARMLESS:
            await self._app(scope, receive, send)
            return
        if is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
        else:
            await problem(403, "Sent by a page of another site", "Open the ledger itself.")(scope, receive, send)


def is_own(headers: Headers) -> bool:
    """Whether a page of this server sent it, or no page at all."""
    origins = headers.getlist("origin")
    if any(urlsplit(origin).netloc != headers.get("host") for origin in origins):
        return False
    return headers.get("sec-fetch-site", "none") in OWN
