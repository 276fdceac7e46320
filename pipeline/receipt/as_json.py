"""A receipt as JSON: the same facts, keys as in `parts`, whole numbers, moments in ISO 8601, bytes as text."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pipeline.receipt.parts import Receipt


def as_json(receipt: Receipt, *, raw: bool) -> str:
    """One object, indented. All but ASCII is escaped: nothing acts."""
    return json.dumps(as_plain(receipt, raw=raw), indent=2, allow_nan=False) + "\n"


def as_plain(receipt: Receipt, *, raw: bool) -> dict[str, Any]:
    """The object of it; `raw` says whether the records' bytes are in it."""
    made: dict[str, Any] = _plain(asdict(receipt))
    for record in made["records"]:
        content = record.pop("raw")
        if raw:
            record["raw"] = content
    return made


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _plain(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if name.endswith("_utc") and isinstance(value, int):
        return iso(value)
    return value


def iso(instant_utc: int) -> str:
    """Unix seconds as `2026-11-21T04:41:00Z`."""
    return datetime.fromtimestamp(instant_utc, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
