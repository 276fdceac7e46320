"""Requests to a login provider, and its answers: JSON objects that are not too long. Nothing is followed elsewhere."""

import json
import ssl
from collections.abc import Mapping
from typing import Any

import httpx

from dashboard.identity.refusals import LoginRefused

TIMEOUT_S = 15.0
LARGEST = 1 << 20


async def read(url: str, trusted: ssl.SSLContext | bool, bearer: str | None = None) -> dict[str, Any]:
    """The JSON object at that address. Raises httpx.HTTPError, and ValueError for anything else."""
    headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
    answer, body = await _asked("GET", url, trusted, headers=headers)
    answer.raise_for_status()
    return _object(body)


async def post(
    url: str, trusted: ssl.SSLContext | bool, form: Mapping[str, str], auth: httpx.BasicAuth | None
) -> dict[str, Any]:
    """What a form that was sent there is answered with.

    Raises LoginRefused where it is refused, httpx.HTTPError, and ValueError for an answer that is no JSON object.
    """
    answer, body = await _asked("POST", url, trusted, data=form, auth=auth)
    if answer.is_client_error:
        reason = _object(body).get("error")
        raise LoginRefused("the login provider refused", "Log in again.") from ValueError(str(reason)[:100])
    answer.raise_for_status()
    return _object(body)


async def _asked(method: str, url: str, trusted: ssl.SSLContext | bool, **more: Any) -> tuple[httpx.Response, bytes]:
    headers = {"Accept": "application/json", **more.pop("headers", {})}
    async with (
        httpx.AsyncClient(verify=trusted, timeout=TIMEOUT_S, follow_redirects=False) as client,
        client.stream(method, url, headers=headers, **more) as answer,
    ):
        body = bytearray()
        async for some in answer.aiter_bytes():
            body += some
            if len(body) > LARGEST:
                raise ValueError(f"an answer has more than {LARGEST >> 20} MiB")
        return answer, bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("an answer is no JSON object")
    return found
