"""Who sends a request, and what they may see by the rights of this moment."""

from collections.abc import Callable
from dataclasses import dataclass

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.types import Scope

from dashboard.identity.cookies import Cookies
from dashboard.identity.proxy import ProxyHeaders
from dashboard.identity.refusals import LoginRefused
from dashboard.identity.sessions import Sessions
from pipeline.rights.book import Rights, RightsBook
from pipeline.rights.token import recognised
from pipeline.rights.viewing import Identity, viewer_of
from pipeline.viewer import Viewer

FRESH_S = 2.0
"""Seconds for which rights that were read count: a right that is taken back counts no longer than that."""
BEARER = "bearer "


@dataclass(frozen=True)
class Asker:
    """A viewer, and who it is; `identity` None: a program with a token."""

    viewer: Viewer
    identity: Identity | None


class WhoAsks:
    """Finds the asker of a request. The event loop alone asks it; rights are read in a worker thread."""

    def __init__(
        self,
        book: RightsBook,
        cookies: Cookies,
        sessions: Sessions,
        proxy: ProxyHeaders,
        clock: Callable[[], float],
    ) -> None:
        self._book, self._cookies, self._sessions, self._proxy, self._clock = book, cookies, sessions, proxy, clock
        self._read: tuple[float, Rights] | None = None
        self._reading = anyio.Lock()

    async def of(self, scope: Scope) -> Asker | None:
        """Who sent it; None for nobody that is known.

        Raises LoginRefused for a token that does not hold and for headers that only the proxy may send, and LakeError
        where rights cannot be read.
        """
        headers = Headers(scope=scope)
        named = self._proxy.identity(scope)
        text = _token(headers)
        if text is not None:
            token = recognised(text, (await self._rights()).tokens)
            if token is None:
                raise LoginRefused("the token does not hold", "`htc-ledger tokens create` makes another one.")
            return Asker(token.viewer, None)
        identity = named or self._of_session(headers)
        if identity is None:
            return None
        return Asker(viewer_of(identity, (await self._rights()).grants), identity)

    def _of_session(self, headers: Headers) -> Identity | None:
        session_id = self._cookies.session_id(headers)
        return None if session_id is None else self._sessions.identity(session_id)

    async def _rights(self) -> Rights:
        async with self._reading:
            now = self._clock()
            if self._read is None or not 0 <= now - self._read[0] < FRESH_S:
                self._read = now, await anyio.to_thread.run_sync(self._book.now, int(now))
            return self._read[1]


def _token(headers: Headers) -> str | None:
    """The bearer token of a request; None without one. Raises LoginRefused for two."""
    given = [value for value in headers.getlist("authorization") if value.lower().startswith(BEARER)]
    if len(given) > 1:
        raise LoginRefused("two tokens were sent", "Send one.")
    return given[0][len(BEARER) :].strip() if given else None
