"""Who is logged in: identities in this server's memory, each under a random id that its browser's cookie holds.

A session that is idle for too long, or too old, is over, as is one that was logged out: no copy of the cookie brings it
back. After a restart of the server people log in again.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.rights.viewing import Identity

MOST = 10_000
"""More than that many at once: who was idle longest logs in again."""


@dataclass
class _Session:
    identity: Identity
    began: float
    seen: float


class Sessions:
    """All of one server. Not thread-safe: the event loop alone asks it. `clock` gives Unix seconds."""

    def __init__(self, idle_s: int, absolute_s: int, clock: Callable[[], float], most: int = MOST) -> None:
        self._idle_s, self._absolute_s, self._clock, self._most = idle_s, absolute_s, clock, most
        self._held: OrderedDict[str, _Session] = OrderedDict()

    def begin(self, identity: Identity) -> str:
        """A new session under a new id, which is returned."""
        now = self._clock()
        session_id = secrets.token_urlsafe(32)
        self._held[session_id] = _Session(identity, now, now)
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return session_id

    def identity(self, session_id: str) -> Identity | None:
        """Whose session that is; None if there is none, or it is over. It is not idle then."""
        session, now = self._held.get(session_id), self._clock()
        if session is None:
            return None
        if now - session.seen >= self._idle_s or now - session.began >= self._absolute_s:
            del self._held[session_id]
            return None
        session.seen = now
        self._held.move_to_end(session_id)
        return session.identity

    def end(self, session_id: str) -> None:
        """Log out. A session that there is not is over already."""
        self._held.pop(session_id, None)

    def __len__(self) -> int:
        return len(self._held)
