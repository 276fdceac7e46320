"""A drawn answer is sent again from memory: to the same viewer, of the same cube, to the same request; and no other."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dashboard.cube_source import CubeSource
from dashboard.kept_answers import LARGEST, LARGEST_REQUEST, PATH, KeptAnswers, keep
from pipeline.errors import CubeMissing
from pipeline.viewer import Viewer

Callback = Callable[[], str]
ANN = Viewer("ann")


@dataclass
class Server:
    """The middleware around a callback that counts how often it is asked; `version` None: there is no cube."""

    answer: Callback = lambda: keep("drawn")
    version: str | None = "v1"
    status: int = 200
    calls: int = 0
    meanwhile: Callable[[], None] = lambda: None
    kept: KeptAnswers = field(init=False)

    def __post_init__(self) -> None:
        source = CubeSource(Path("unused"))
        source.newest = self  # type: ignore[method-assign, assignment]
        self.kept = KeptAnswers(self._app, source)

    def __call__(self) -> "Server":
        if self.version is None:
            raise CubeMissing("no cube", "Build one.")
        return self

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        body = await Request(scope, receive).body()
        text = f"{self.answer()} {scope['viewer'].name} {body.decode()} {self.calls}"
        self.meanwhile()
        await Response(text, self.status)(scope, receive, send)

    def ask(self, body: str = "a", viewer: Viewer = ANN, path: str = PATH, method: str = "POST") -> str:
        async def seen(scope: Scope, receive: Receive, send: Send) -> None:
            await self.kept({**scope, "viewer": viewer}, receive, send)

        async def asked() -> str:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(seen), base_url="http://ledger") as client:
                return (await client.request(method, path, content=body)).text

        return _run(asked)


def _run(asked: Callable[[], Awaitable[str]]) -> str:
    async def main() -> str:
        return await asked()

    return asyncio.run(main())


def test_the_same_request_is_drawn_once() -> None:
    server = Server()
    assert server.ask() == server.ask() == "drawn ann a 1"
    assert (server.kept.hits, server.kept.misses) == (1, 1)


def test_another_request_viewer_or_cube_is_another_answer() -> None:
    server = Server()
    assert server.ask() == "drawn ann a 1"
    assert server.ask("b") == "drawn ann b 2"
    assert server.ask(viewer=Viewer("bob")) == "drawn bob a 3"
    assert server.ask(viewer=Viewer("ann", frozenset({"P"}))) == "drawn ann a 4"
    server.version = "v2"
    assert server.ask() == "drawn ann a 5"


def test_what_the_callback_does_not_say_to_keep_is_not_kept() -> None:
    server = Server(answer=lambda: "an error")
    assert (server.ask(), server.ask()) == ("an error ann a 1", "an error ann a 2")


def test_what_tells_ages_is_drawn_again_when_its_time_is_over() -> None:
    server = Server(answer=lambda: keep("now", seconds=0.0))
    assert (server.ask(), server.ask()) == ("now ann a 1", "now ann a 2")


def test_what_failed_is_not_kept() -> None:
    server = Server(status=500)
    assert (server.ask(), server.ask()) == ("drawn ann a 1", "drawn ann a 2")


def test_without_a_cube_nothing_is_kept() -> None:
    server = Server(version=None)
    assert (server.ask(), server.ask()) == ("drawn ann a 1", "drawn ann a 2")


def test_what_was_drawn_while_another_cube_was_published_is_not_kept() -> None:
    server = Server()
    server.meanwhile = lambda: setattr(server, "version", "v2")
    assert server.ask() == "drawn ann a 1"
    server.version = "v1"
    assert server.ask() == "drawn ann a 2"


@pytest.mark.parametrize(("path", "method"), [("/download/usage/table.csv", "POST"), (PATH, "GET"), (PATH, "PUT")])
def test_only_callbacks_are_kept(path: str, method: str) -> None:
    server = Server()
    server.ask(path=path, method=method)
    assert server.ask(path=path, method=method).endswith(" 2")


def test_a_large_request_reaches_the_callback_whole_and_is_not_kept() -> None:
    server, large = Server(), "x" * (LARGEST_REQUEST + 1)
    assert server.ask(large) == f"drawn ann {large} 1"
    assert server.ask(large) == f"drawn ann {large} 2"


def test_a_large_answer_is_sent_whole_and_not_kept() -> None:
    text = "x" * LARGEST
    server = Server(answer=lambda: keep(text))
    assert server.ask() == f"{text} ann a 1"
    assert server.ask() == f"{text} ann a 2"
