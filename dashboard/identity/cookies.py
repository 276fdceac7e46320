"""The two cookies: one that holds a session's id, and one that holds a login that was begun. Both are signed.

The key is made when the server starts and is nowhere else. No cookie holds a token, and no script can read one.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass

from itsdangerous import BadData, Signer, URLSafeTimedSerializer
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

BEGUN_S = 600
"""Seconds in which a login that was begun has to end."""


@dataclass(frozen=True)
class Begun:
    """A login on its way: what the provider has to send back, and where the person wants to go."""

    state: str
    nonce: str
    verifier: str
    next: str

    @classmethod
    def anew(cls, wanted: str) -> "Begun":
        """Of random parts, for a person who wants to go there."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), wanted)


class Cookies:
    """Writes and reads them. `is_https`: they travel on encrypted connections alone."""

    def __init__(self, *, is_https: bool) -> None:
        key = secrets.token_bytes(32)
        self._sessions = Signer(key, salt=b"session", digest_method=hashlib.sha256)
        self._begun = URLSafeTimedSerializer(key, salt=b"login", signer_kwargs={"digest_method": hashlib.sha256})
        self._is_https = is_https
        prefix = "__Host-" if is_https else ""  # such a cookie comes from this host alone, and over TLS
        self.session_name = f"{prefix}htc-ledger-session"
        self.begun_name = f"{prefix}htc-ledger-login"

    def session_id(self, headers: Headers) -> str | None:
        """The id that the request's cookie holds; None without one, or with one that this server did not sign."""
        given = self._given(headers, self.session_name)
        if given is None:
            return None
        try:
            return self._sessions.unsign(given).decode("ascii")
        except (BadData, ValueError):
            return None

    def begun(self, headers: Headers) -> Begun | None:
        """The login that this browser began in the last minutes; None without one."""
        given = self._given(headers, self.begun_name)
        if given is None:
            return None
        try:
            return Begun(**self._begun.loads(given, max_age=BEGUN_S))
        except BadData:
            return None

    def put_session(self, response: Response, session_id: str) -> None:
        """Let the browser keep the session until it is closed."""
        self._put(response, self.session_name, self._sessions.sign(session_id).decode("ascii"), None)

    def put_begun(self, response: Response, begun: Begun) -> None:
        """Let the browser keep the login that it began."""
        written = self._begun.dumps(asdict(begun))
        self._put(response, self.begun_name, written if isinstance(written, str) else written.decode("ascii"), BEGUN_S)

    def forget_session(self, response: Response) -> None:
        """Let the browser forget it."""
        self._put(response, self.session_name, "", 0)

    def forget_begun(self, response: Response) -> None:
        """Let the browser forget it."""
        self._put(response, self.begun_name, "", 0)

    def _put(self, response: Response, name: str, value: str, max_age: int | None) -> None:
        response.set_cookie(
            name, value, max_age=max_age, path="/", secure=self._is_https, httponly=True, samesite="lax"
        )

    def _given(self, headers: Headers, name: str) -> str | None:
        """The one cookie of that name; None if there is none, or if somebody added another."""
        found = [
            value
            for header in headers.getlist("cookie")
            for part in header.split(";")
            for key, value in cookie_parser(part).items()
            if key == name
        ]
        return found[0] if len(found) == 1 else None
