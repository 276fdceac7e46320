"""Answers to callbacks that are kept as they were sent: what was drawn once is not drawn again for the same viewer.

Drawing a page costs ten times what its numbers cost once they are known: hundreds of components are made and written as
JSON. A callback that depends on nothing but the cube, the viewer and what the browser sent returns `keep(...)`, and
pure ASGI middleware answers the next such request from memory. The key is the cube's version, the viewer and the bytes
of the request, so a new cube, another viewer or another filter is another answer. Callbacks that read the clock say
for how long theirs is good; those that read the lake keep nothing.
"""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

import anyio.to_thread
from cachetools import TLRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.cube_source import CubeSource
from pipeline.errors import CubeMissing
from pipeline.viewer import Viewer

T = TypeVar("T")
Key = tuple[str, Viewer, bytes]

PATH = "/_dash-update-component"
MOST_BYTES = 64 * 2**20
"""Of all kept answers and their keys together."""
LARGEST = MOST_BYTES // 16
"""Bytes of an answer that is kept."""
LARGEST_REQUEST = 16 * 2**10
"""Bytes of a request whose answer is kept: what an address and its controls take, many times over."""
AGE_S = 20.0
"""How long an answer is good that tells ages in minutes."""
_FOR_EVER = float("inf")


@dataclass
class _Answering:
    """What the callback says of its answer, while it is made."""

    seconds: float | None = None


_answering: ContextVar[_Answering] = ContextVar("htc_ledger_answering")


def keep(answer: T, seconds: float = _FOR_EVER) -> T:
    """The answer, which is the same for that long as long as cube, viewer and request are the same."""
    answering = _answering.get(None)
    if answering is not None:
        answering.seconds = seconds
    return answer


@dataclass(frozen=True)
class _Kept:
    """An answer as it was sent."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    until: float


@dataclass
class _Gathered:
    """Passes an answer on, and remembers it as long as it is small."""

    send: Send
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    is_whole: bool = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            if len(self.body) <= LARGEST:
                self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)
        await self.send(message)


class KeptAnswers:
    """Answers callbacks from memory where they may be; runs inside of what gives each request its viewer."""

    def __init__(self, app: ASGIApp, source: CubeSource) -> None:
        self._app, self._source = app, source
        self._kept: TLRUCache[Key, _Kept] = TLRUCache(
            MOST_BYTES, ttu=lambda _key, kept, _now: kept.until, getsizeof=lambda kept: len(kept.body) + 1024
        )
        self.hits = 0
        self.misses = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        asked, receive = await _read(receive)
        key = None if asked is None else await self._key(scope["viewer"], asked)
        kept = None if key is None else self._kept.get(key)
        if kept is not None:
            self.hits += 1
            await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
            await send({"type": "http.response.body", "body": kept.body})
            return
        self.misses += 1
        await self._answered(key, scope, receive, send)

    async def _answered(self, key: Key | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Have it answered by the callback, and keep the answer if it may be kept and is of the key's cube."""
        answering, gathered = _Answering(), _Gathered(send)
        token = _answering.set(answering)
        try:
            await self._app(scope, receive, gathered)
        finally:
            _answering.reset(token)
        fits = gathered.is_whole and gathered.status == 200 and len(gathered.body) <= LARGEST
        if key is None or answering.seconds is None or not fits:
            return
        if await self._key(key[1], key[2]) == key:  # not drawn from a cube that was published meanwhile
            until = time.monotonic() + answering.seconds
            self._kept[key] = _Kept(gathered.headers, bytes(gathered.body), until)

    async def _key(self, viewer: Viewer, asked: bytes) -> Key | None:
        """None where there is no cube: what is said then is not kept."""
        try:
            cube = await anyio.to_thread.run_sync(self._source.newest)
        except CubeMissing:
            return None
        return cube.version, viewer, asked


async def _read(receive: Receive) -> tuple[bytes | None, Receive]:
    """The request's bytes (None: too many to be a key), and a `receive` that gives what was read once more."""
    read: list[Message] = []
    size, more = 0, True
    while more and size <= LARGEST_REQUEST:
        message = await receive()
        read.append(message)
        size += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
    again = iter(read)

    async def replay() -> Message:
        return next(again, None) or await receive()

    whole = not more and size <= LARGEST_REQUEST and all(one["type"] == "http.request" for one in read)
    return b"".join(one.get("body", b"") for one in read) if whole else None, replay
