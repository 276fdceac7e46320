"""Requests to a ledger that is served elsewhere: sent, sent again where that helps, and refusals as errors.

Sent again is what was lost on the way, and what the server asks to be sent again soon (429, 503 with Retry-After). What
it refuses is raised as it says it: a UsageError for a question that cannot be asked, a SourceError where it cannot be
reached, has nothing to answer with, or is no ledger.
"""

import weakref
from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import pyarrow as pa
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from pipeline.errors import LedgerError, SourceError, UsageError
from pipeline.served_state import VERSION

PREFIX = "/api/v1"
ARROW = "application/vnd.apache.arrow.stream"
JSON = "application/json"
PROBLEM = "application/problem+json"
TIMEOUT_S = 120.0
TRIES = 3
PATIENCE_S = 10
"""A server that asks for a longer wait is not waited for."""
LOST = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)
"""What a second try may mend. A question that took too long would take as long again."""
Value = str | int | bool | date | Sequence[str] | None
_USUAL_WAIT = wait_random_exponential(multiplier=0.2, max=2)
_TO_DO = "Is `htc-ledger serve` running there, and is that its address?"


class _Busy(Exception):
    """The server asks to be asked again in so many seconds."""

    def __init__(self, answer: httpx.Response, wait_s: int) -> None:
        super().__init__()
        self.answer, self.wait_s = answer, wait_s


class _Bearer(httpx.Auth):
    """Sends a token, in place of what an address says before its host."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Connection:
    """One server, by its address; `token` is sent as a bearer's. Raises UsageError for what is no address."""

    def __init__(self, url: str, token: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self.url = _shown(url)
        auth = None if token is None else _Bearer(token)
        self._http = httpx.Client(base_url=url.rstrip("/") + PREFIX, timeout=timeout_s, auth=auth)
        self.close = weakref.finalize(self, self._http.close)
        """Give the connection back; it is given back, too, when nobody holds this any more."""

    def table(self, resource: str, asked: Mapping[str, Value]) -> tuple[pa.Table, httpx.Headers]:
        """The rows of a resource, and what the answer says of itself. LedgerError."""
        answer = self._get(resource, asked, ARROW)
        try:
            return pa.ipc.open_stream(answer.content).read_all(), answer.headers
        except pa.ArrowInvalid as error:
            raise self._no_ledger(f"{error}") from error

    def document(self, resource: str, asked: Mapping[str, Value]) -> Any:
        """The JSON of a resource. LedgerError."""
        answer = self._get(resource, asked, JSON)
        try:
            return answer.json()
        except ValueError as error:
            raise self._no_ledger(f"{error}") from error

    def file(self, resource: str, asked: Mapping[str, Value], media_type: str) -> bytes:
        """The bytes of a resource that is a file. LedgerError."""
        return self._get(resource, asked, media_type).content

    def _get(self, resource: str, asked: Mapping[str, Value], accept: str) -> httpx.Response:
        retrying = Retrying(
            retry=retry_if_exception_type((*LOST, _Busy)), stop=stop_after_attempt(TRIES), wait=_wait, reraise=True
        )
        try:
            answer: httpx.Response = retrying(self._once, resource, httpx.QueryParams(list(_written(asked))), accept)
        except _Busy as busy:
            answer = busy.answer
        except httpx.TimeoutException as error:
            raise SourceError(f"{self.url} did not answer in time", "Ask for less, or ask again later.") from error
        except httpx.TransportError as error:
            raise SourceError(f"{self.url} does not answer: {error}", _TO_DO) from error
        if answer.status_code != 200:
            raise self._refused(answer)
        return answer

    def _once(self, resource: str, asked: httpx.QueryParams, accept: str) -> httpx.Response:
        answer = self._http.get(resource, params=asked, headers={"Accept": accept})
        wait_s = _asked_to_wait(answer)
        if wait_s is not None:
            raise _Busy(answer, wait_s)
        return answer

    def _refused(self, answer: httpx.Response) -> LedgerError:
        said = _problem(answer)
        if said is None:
            return self._no_ledger(f"it answered {answer.status_code}")
        kind = UsageError if 400 <= answer.status_code < 500 and answer.status_code != 429 else SourceError
        hint = str(said.get("detail", ""))
        if answer.status_code in (404, 422):  # a resource, or a parameter, that the other side does not know
            hint = f"{hint} {self._other_version()}".strip()
        return kind(str(said["title"]), hint)

    def _other_version(self) -> str:
        """A sentence if the server runs another version than this one; else, and where it does not say, none."""
        try:
            said = self._http.get("state", headers={"Accept": JSON}).json()
        except (httpx.TransportError, ValueError):  # what is told is what was refused, not this
            return ""
        other = said.get("version") if isinstance(said, dict) else None
        if not isinstance(other, str) or other == VERSION:
            return ""
        return f"It runs HTC Ledger {other}, and this is {VERSION}: equal versions know the same questions."

    def _no_ledger(self, why: str) -> SourceError:
        return SourceError(f"{self.url} does not answer as a ledger does: {why}", _TO_DO)


def _shown(url: str) -> str:
    """The address without what stands before its host: that may be a secret. Raises UsageError."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        is_address = False
    if not is_address or parts.query or parts.fragment:
        raise UsageError(f"{url!r} is no address of a ledger", "Write it as http://127.0.0.1:8050.")
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def _asked_to_wait(answer: httpx.Response) -> int | None:
    """Seconds that a busy server asks for; None where it asks for none, or for more than PATIENCE_S."""
    said = answer.headers.get("retry-after", "")
    if answer.status_code not in (429, 503) or not said.isascii() or not said.isdigit():
        return None
    return int(said) if len(said) < 4 and int(said) <= PATIENCE_S else None


def _wait(state: RetryCallState) -> float:
    failed = state.outcome.exception() if state.outcome is not None else None
    return failed.wait_s if isinstance(failed, _Busy) else _USUAL_WAIT(state)


def _problem(answer: httpx.Response) -> Mapping[str, Any] | None:
    """What a refusal says; None where it is no problem of a ledger."""
    if answer.headers.get("content-type", "").partition(";")[0] != PROBLEM:
        return None
    try:
        said = answer.json()
    except ValueError:
        return None
    return said if isinstance(said, dict) and "title" in said else None


def _written(asked: Mapping[str, Value]) -> Iterable[tuple[str, str]]:
    for name, value in asked.items():
        if value is None:
            continue
        if isinstance(value, Sequence) and not isinstance(value, str):
            yield from ((name, each) for each in value)
        elif isinstance(value, bool):
            yield name, str(value).lower()
        else:
            yield name, str(value)
