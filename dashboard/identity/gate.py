"""The gate: pure ASGI middleware that lets nobody in who is not known, and gives every request its viewer.

It takes the place of `viewers.ViewerMiddleware` where there is a login. What it does not let in is answered here and
reaches no page. Web sockets are closed: no page uses them.
"""

import time
from collections.abc import Callable
from urllib.parse import quote

from starlette.datastructures import URL, Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.identity import audit, own_pages
from dashboard.identity.allowed import is_open, may_ask
from dashboard.identity.asker import Asker, WhoAsks
from dashboard.identity.cookies import Cookies
from dashboard.identity.login import ACCOUNT, LOGIN, OWN, Login
from dashboard.identity.provider import Provider
from dashboard.identity.proxy import ProxyHeaders
from dashboard.identity.refusals import LoginRefused
from dashboard.identity.sessions import Sessions
from dashboard.identity.setup import Setup
from dashboard.problems import of_error, problem
from dashboard.viewers import asking
from pipeline.errors import LedgerError
from pipeline.lake import Lake
from pipeline.rights.book import RightsBook
from pipeline.viewer import Viewer

NOBODY = Viewer("nobody", frozenset())
POLICY_VIOLATION = 1008
NOT_PAGES = ("/api/", "/download/", "/_dash", "/metrics")


class Gate:
    """In front of the whole application. `clock` gives Unix seconds."""

    def __init__(self, app: ASGIApp, setup: Setup, lake: Lake, clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._proxy = ProxyHeaders(setup.proxy)
        cookies = Cookies(is_https=setup.is_https)
        sessions = Sessions(setup.idle_s, setup.absolute_s, clock)
        self._asks = WhoAsks(RightsBook(lake), cookies, sessions, self._proxy, clock)
        provider = None if setup.provider is None else Provider(setup.provider, clock)
        self._login = Login(provider, cookies, sessions, self._asks, setup.contact)
        self._own = self._login.application()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] in OWN:
            await self._own(scope, receive, send)
        elif is_open(scope["method"], scope["path"]):
            await self._let_in(NOBODY, scope, receive, send)
        else:
            await self._asked(scope, receive, send)

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            asker = await self._asks.of(scope)
        except LoginRefused as error:
            audit.note("refused", why=error.what, path=scope["path"], address=_address(scope))
            await problem(401, error.what, error.hint, headers={"WWW-Authenticate": "Bearer"})(scope, receive, send)
            return
        except LedgerError as error:
            await of_error(error)(scope, receive, send)
            return
        if asker is None:
            await self._unknown(scope)(scope, receive, send)
        elif may_ask(asker.viewer, scope["method"], scope["path"], is_program=asker.identity is None):
            await self._let_in(asker.viewer, scope, receive, send)
        else:
            await self._not_open(asker, scope)(scope, receive, send)

    async def _let_in(self, viewer: Viewer, scope: Scope, receive: Receive, send: Send) -> None:
        inner = self._proxy.without(scope)
        inner["viewer"] = viewer
        with asking(viewer):
            await self._app(inner, receive, send)

    def _unknown(self, scope: Scope) -> Response:
        """What somebody sees who is not logged in: a browser's page leads to the login."""
        if not _is_page(scope):
            hint = "Log in, or send a token: Authorization: Bearer TOKEN (htc-ledger tokens create)."
            return problem(401, "Nobody is logged in", hint, headers={"WWW-Authenticate": "Bearer"})
        if self._login.provider is None:
            words = "The ledger is reached through a proxy that knows you: open it at the address that you were given."
            return own_pages.said(401, "Not logged in", words, can_log_in=False)
        url = URL(scope=scope)
        wanted = f"{url.path}?{url.query}" if url.query else url.path
        return RedirectResponse(f"{LOGIN}?next={quote(wanted, safe='')}", 303, own_pages.HEADERS)

    def _not_open(self, asker: Asker, scope: Scope) -> Response:
        """What somebody sees who is known and may not see that."""
        if asker.identity is None or not _is_page(scope):
            return problem(403, "This is not open to you", "/account says what is, and whom to ask.")
        if scope["path"] == "/":
            return RedirectResponse(ACCOUNT, 303, own_pages.HEADERS)
        can_log_out = self._login.provider is not None
        return own_pages.account(asker.viewer, asker.identity, self._login.contact, status=403, can_log_out=can_log_out)


def _is_page(scope: Scope) -> bool:
    """Whether a person opens it in a browser."""
    is_read = scope["method"] == "GET" and not scope["path"].startswith(NOT_PAGES)
    return is_read and "text/html" in Headers(scope=scope).get("accept", "")


def _address(scope: Scope) -> str | None:
    client = scope.get("client")
    return str(client[0]) if client else None
