"""The connection to Elasticsearch: settings in, the official client out, and how often something is tried.

What is asked of it may be repeated without harm, so that a node that restarts only costs time. In the end every error
is a SourceError or SettingsError; no secret is in its text.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import elasticsearch
from elasticsearch import ApiError, Elasticsearch, TransportError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential

from pipeline.elastic.settings import API_KEY, PASSWORD, ElasticSettings
from pipeline.errors import SettingsError, SourceError
from pipeline.terminal import visible

TIMEOUT_S = 60.0
AGAIN = (429, 502, 503, 504)
"""Answers of a server that will do it later."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """For how long something is tried, and the longest wait between two tries, in seconds."""

    all_s: float = 300.0
    wait_s: float = 15.0

    def tries(self, do: Callable[[], T]) -> T:
        """What `do` returns, tried again while the server is away or busy. Raises what it raised last."""
        trying = Retrying(
            stop=stop_after_delay(self.all_s),
            wait=wait_exponential(0.25, max=self.wait_s),
            retry=retry_if_exception(_may_pass),
            reraise=True,
        )
        return trying(do)


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, ApiError):
        return error.status_code in AGAIN
    return isinstance(error, elasticsearch.ConnectionError | elasticsearch.ConnectionTimeout)


@contextmanager
def connected(settings: ElasticSettings) -> Iterator[Elasticsearch]:
    """The client, closed in the end. Raises SettingsError for settings that cannot be used, SourceError within."""
    url = _checked(settings)
    trusted: dict[str, Any] = {"ca_certs": settings.elastic_ca_file} if settings.elastic_ca_file else {}
    try:
        client = Elasticsearch(
            url,
            basic_auth=(settings.elastic_user, _password(settings)) if settings.elastic_user else None,
            api_key=_api_key(settings),
            request_timeout=TIMEOUT_S,
            **trusted,
        )
    except (OSError, ValueError) as error:
        raise SettingsError(f"Elasticsearch at {url} cannot be used: {visible(str(error))[:300]}") from error
    with client, spoken(url):
        yield client


@contextmanager
def spoken(url: str) -> Iterator[None]:
    """Within it, an error of the client is a SourceError that says what the server said."""
    try:
        yield
    except ApiError as error:
        hint = "See elastic_user, or the API key." if error.status_code in (401, 403) else ""
        said = visible(f"{error.status_code} {error.message}")[:300]
        raise SourceError(f"Elasticsearch at {url} refused: {said}", hint) from error
    except TransportError as error:
        hint = "See elastic_url in ledger.toml. What was written stays; the same command goes on with it."
        raise SourceError(f"Elasticsearch at {url} cannot be reached: {visible(str(error))[:300]}", hint) from error


def _checked(settings: ElasticSettings) -> str:
    """The address. Raises SettingsError unless it is one, holds no secret, and lets none be read on the way."""
    url = settings.elastic_url
    if not url:
        raise SettingsError("no Elasticsearch is set", "Set elastic_url in ledger.toml.")
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise SettingsError("elastic_url holds an account", f"Set elastic_user, and {PASSWORD} or a file.")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"elastic_url {url[:200]!r} is no address", "Write https://HOST:9200.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and _has_secret(settings):
        raise SettingsError("a password or key is not sent to another machine in the clear", "Write https://.")
    return url


def _has_secret(settings: ElasticSettings) -> bool:
    return bool(settings.elastic_user or settings.elastic_api_key_file or API_KEY in os.environ)


def _password(settings: ElasticSettings) -> str:
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    if not settings.elastic_password_file:
        raise SettingsError("elastic_user is set, and no password", f"Set {PASSWORD} or elastic_password_file.")
    return _read("elastic_password_file", settings.elastic_password_file)


def _api_key(settings: ElasticSettings) -> str | None:
    if API_KEY in os.environ:
        return os.environ[API_KEY]
    return _read("elastic_api_key_file", settings.elastic_api_key_file) if settings.elastic_api_key_file else None


def _read(name: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} {path} cannot be read") from error
