"""Errors as RFC 9457 has them: `application/problem+json`, which says what went wrong and what to do."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor

from pipeline.errors import CubeMissing, LakeError, LedgerError, UsageError

MEDIA_TYPE = "application/problem+json"
RETRY_S = 30
LONGEST = 300


class Anything(Convertor[str]):
    """The rest of a path, line ends included, which Starlette's own convertor `path` stops at."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def allow_anything() -> None:
    """Let routes be written with `{rest:anything}`."""
    register_url_convertor("anything", Anything())


def problem(
    status: int, title: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The answer: `title` says what, `detail` what to do; other members as given."""
    content = {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {}) | more
    return JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)


def of_error(error: LedgerError) -> JSONResponse:
    """400 for a question that cannot be asked, 503 where there is nothing to ask yet, or no lake to read; else 500."""
    if isinstance(error, UsageError):
        return problem(400, error.what, error.hint)
    if isinstance(error, CubeMissing | LakeError):
        return problem(503, error.what, error.hint, headers={"Retry-After": str(RETRY_S)})
    return problem(500, error.what, error.hint)


class ProblemRoute(APIRoute):
    """A route whose errors that a person can act on are problems; 422 for a parameter that is not what it should be."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answered = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await answered(request)
            except RequestValidationError as error:
                wrong = [_wrong(each) for each in error.errors()]
                return problem(422, "A parameter cannot be used", "; ".join(wrong[:5])[:LONGEST])
            except LedgerError as error:
                return of_error(error)

        return answer


def _wrong(error: Mapping[str, Any]) -> str:
    name = ".".join(str(part)[:40] for part in error["loc"][1:])
    return f"{name}: {error['msg']}"
