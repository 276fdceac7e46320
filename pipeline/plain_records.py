"""Frozen records as plain values for JSON, and back: what a server writes is on the other side what it was.

Moments, the fields that end in `_utc` with Unix seconds, become ISO 8601 text; days are ISO 8601; bytes are text.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def as_plain(record: "DataclassInstance") -> Any:
    """The record as dicts, lists, texts and numbers."""
    return _plain(asdict(record))


def from_plain(kind: type[T], plain: Any) -> T:
    """The record of that kind. Raises ValueError for what is none."""
    return TypeAdapter(kind).validate_python(with_seconds(plain))


def with_seconds(value: Any, name: str = "") -> Any:
    """The same with moments as Unix seconds again."""
    if isinstance(value, Mapping):
        return {key: with_seconds(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [with_seconds(each) for each in value]
    if name.endswith("_utc") and isinstance(value, str):
        return seconds(value)
    return value


def seconds(text: str) -> int | str:
    """Unix seconds of a moment as it is written here; another text as it is."""
    return int(datetime.fromisoformat(text).timestamp()) if _MOMENT.fullmatch(text) else text


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, date):
        return value.isoformat()
    if name.endswith("_utc") and isinstance(value, int):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
