"""A payload posted to a webhook: JSON, with an `Idempotency-Key`, tried again where that can help.

Redirects are not followed, and the address, which may be a secret, is in no error.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from pipeline.errors import SourceError

TIMEOUT = httpx.Timeout(10.0)
TRIES = 3
LONGEST_WAIT_S = 20.0
FIRST_WAIT_S = 1.0
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class _Passing(Exception):
    """What may be over at the next try."""

    def __init__(self, what: str, after_s: float = 0.0) -> None:
        super().__init__(what)
        self.after_s = after_s


def post(url: str, shown: str, payload: Mapping[str, Any], key: str, first_wait_s: float = FIRST_WAIT_S) -> str:
    """Post it; returns what was answered, in short. Raises SourceError if it was not taken."""
    waiting = wait_exponential(first_wait_s, max=LONGEST_WAIT_S)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after_s if isinstance(error, _Passing) else 0.0
        return max(min(asked, LONGEST_WAIT_S), waiting(state))

    trying = Retrying(stop=stop_after_attempt(TRIES), wait=wait, retry=retry_if_exception_type(_Passing), reraise=True)
    try:
        return trying(_once, url, payload, key)
    except _Passing as error:
        hint = f"It was tried {TRIES} times; the next check tries it again."
        raise SourceError(f"webhook {shown}: {error}", hint) from None


def _once(url: str, payload: Mapping[str, Any], key: str) -> str:
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    content = json.dumps(payload).encode("ascii")
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream("POST", url, content=content, headers=headers) as answer,
        ):
            return _judged(answer)
    except httpx.TransportError as error:
        raise _Passing(f"it cannot be reached ({type(error).__name__})") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise SourceError("a webhook's address is none", "See `to` of the rule.") from None


def _judged(answer: httpx.Response) -> str:
    status = answer.status_code
    if 200 <= status < 300:
        return f"status {status}"
    if status in PASSING:
        told = answer.headers.get("retry-after", "")
        raise _Passing(f"it answered with status {status}", float(told) if told.isascii() and told.isdecimal() else 0.0)
    raise SourceError(f"a webhook answered with status {status}", "See `to` of the rule; it is tried again each check.")
