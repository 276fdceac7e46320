"""Pure ASGI middleware that keeps the component libraries' files compressed in memory.

Dash reads each of its scripts from disk for every visit and sends it as it is: 5 MB for Plotly alone. Here a file is
compressed once, in a worker thread, and sent from memory after that.
"""

import gzip

import anyio.to_thread
from dash.fingerprint import check_fingerprint
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/_dash-component-suites/"
FOREVER = "public, max-age=31536000, immutable"
Kept = tuple[bytes, str]


class CompressedScripts:
    """Answers for fingerprinted library files from memory; everything else passes.

    Kept by the file's own name without its fingerprint, so that there are never more than the libraries have.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        file, is_fingerprinted = check_fingerprint(scope["path"])  # type: ignore[no-untyped-call]
        accepts = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        if not is_fingerprinted or not accepts:
            await self._app(scope, receive, send)
            return
        kept = self._kept.get(file)
        if kept is None:
            gathered = _Gathered()
            await self._app(scope, receive, gathered)
            if gathered.status != 200:
                await gathered.replay(send)
                return
            kept = (await anyio.to_thread.run_sync(gzip.compress, bytes(gathered.body), 6), gathered.media)
            self._kept[file] = kept
        body, media = kept
        headers = {
            "Content-Encoding": "gzip",
            "Vary": "Accept-Encoding",
            "Cache-Control": FOREVER,
            "Content-Type": media,
        }
        await Response(body, headers=headers)(scope, receive, send)


class _Gathered:
    """Takes an answer in, to be sent on as it is or compressed."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self.status = 0
        self.media = "application/octet-stream"
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        self._messages.append(message)
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.media = Headers(raw=message["headers"]).get("content-type", self.media)
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    async def replay(self, send: Send) -> None:
        for message in self._messages:
            await send(message)
