"""The addresses of login and logout: /login, /login/callback, /logout, /signed-out and /account.

A login is begun in one browser and ends in the same one: what the provider sends back counts only beside the signed
cookie that holds its state. The session's id is new with each login.
"""

import hmac
import re
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.identity import audit, own_pages
from dashboard.identity.asker import WhoAsks
from dashboard.identity.cookies import Begun, Cookies
from dashboard.identity.provider import AGAIN, Provider
from dashboard.identity.refusals import LoginRefused, ProviderAway
from dashboard.identity.sessions import Sessions
from dashboard.identity.setup import CALLBACK, SIGNED_OUT
from pipeline.errors import LedgerError

LOGIN, LOGOUT, ACCOUNT = "/login", "/logout", "/account"
OWN = frozenset({LOGIN, CALLBACK, LOGOUT, SIGNED_OUT, ACCOUNT})
_WITHIN = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1999}", re.ASCII)


def within(wanted: str | None) -> str:
    """The address, if it is one of this server and no other; else the root."""
    fits = wanted is not None and _WITHIN.fullmatch(wanted) and wanted.partition("?")[0] not in OWN - {ACCOUNT}
    return wanted if wanted is not None and fits else "/"


@dataclass(frozen=True)
class Login:
    """What answers there. `provider` None: people come through a proxy, and do not log in here."""

    provider: Provider | None
    cookies: Cookies
    sessions: Sessions
    asks: WhoAsks
    contact: str

    def application(self) -> Starlette:
        """The addresses as an application of their own."""
        routes = [
            Route(LOGIN, self.begin),
            Route(CALLBACK, self.end),
            Route(LOGOUT, self.leave, methods=["POST"]),
            Route(SIGNED_OUT, self.left),
            Route(ACCOUNT, self.account),
        ]
        return Starlette(routes=routes)

    async def begin(self, request: Request) -> Response:
        """Send the browser to the provider."""
        if self.provider is None:
            return self._said(404, "No login here", "The ledger is reached through a proxy that knows you.")
        begun = Begun.anew(within(request.query_params.get("next")))
        try:
            response = RedirectResponse(await self.provider.login_url(begun), 303, own_pages.HEADERS)
        except ProviderAway as error:
            return self._refused(error, 503)
        self.cookies.put_begun(response, begun)
        return response

    async def end(self, request: Request) -> Response:
        """The browser comes back from the provider: log the person in, or say why not."""
        try:
            if self.provider is None:
                raise LoginRefused("there is no login here", "The ledger is reached through a proxy that knows you.")
            begun = await self._of_this_browser(request, self.provider)
            identity = await self.provider.identity(request.query_params["code"], begun)
        except (LoginRefused, ProviderAway) as error:
            response = self._refused(error, 503 if isinstance(error, ProviderAway) else 400)
            self.cookies.forget_begun(response)
            return response
        self._end_session(request)
        done = RedirectResponse(begun.next, 303, own_pages.HEADERS)
        self.cookies.put_session(done, self.sessions.begin(identity))
        self.cookies.forget_begun(done)
        audit.note("login", issuer=identity.issuer, subject=identity.subject, email=identity.email)
        return done

    async def leave(self, request: Request) -> Response:
        """Log out here, and then at the provider."""
        self._end_session(request)
        audit.note("logout")
        try:
            there = None if self.provider is None else await self.provider.logout_url()
        except ProviderAway:
            there = None  # here the session is over, and that is what counts
        response = RedirectResponse(there or SIGNED_OUT, 303, own_pages.HEADERS)
        self.cookies.forget_session(response)
        return response

    async def left(self, request: Request) -> Response:
        """Where one is after that."""
        return self._said(200, "Logged out", "You are logged out of the ledger.")

    async def account(self, request: Request) -> Response:
        """Who one is, and what one may see."""
        try:
            asker = await self.asks.of(request.scope)
        except LedgerError as error:
            return self._refused(error, 403 if isinstance(error, LoginRefused) else 503)
        if asker is None or asker.identity is None:
            if self.provider is None:
                return self._said(401, "Nobody", "Nobody is logged in.")
            return RedirectResponse(f"{LOGIN}?next={ACCOUNT}", 303, own_pages.HEADERS)
        can_log_out = self.provider is not None
        return own_pages.account(asker.viewer, asker.identity, self.contact, can_log_out=can_log_out)

    async def _of_this_browser(self, request: Request, provider: Provider) -> Begun:
        """The login that this browser began, if what came back belongs to it. Raises LoginRefused."""
        asked, begun = request.query_params, self.cookies.begun(request.headers)
        if any(len(asked.getlist(name)) > 1 for name in ("state", "code", "iss", "error")):
            raise LoginRefused("the login provider's answer cannot be trusted", AGAIN)
        if begun is None or not hmac.compare_digest(asked.get("state", "").encode(), begun.state.encode()):
            raise LoginRefused("this login was not begun in this browser, or too long ago", "Log in again.")
        issuer = asked.get("iss")
        if (issuer is not None or await provider.requires_issuer()) and issuer != provider.issuer:
            raise LoginRefused("another login provider answered", AGAIN)
        if "error" in asked or not asked.get("code"):
            raise LoginRefused("the login provider did not log you in", "Log in again, or with another account.")
        return begun

    def _end_session(self, request: Request) -> None:
        session_id = self.cookies.session_id(request.headers)
        if session_id is not None:
            self.sessions.end(session_id)

    def _refused(self, error: LedgerError, status: int) -> Response:
        cause = error.__cause__
        because = None if cause is None else f"{type(cause).__name__}: {str(cause)[:200]}"
        audit.note("refused", why=error.what, because=because)
        return self._said(status, "Not logged in", f"{error.what[:1].upper()}{error.what[1:]}. {error.hint}")

    def _said(self, status: int, title: str, words: str) -> Response:
        return own_pages.said(status, title, words, can_log_in=self.provider is not None)
