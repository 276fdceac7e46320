"""Which rows of an answer: so many from a place on. A cursor says where the next ones are. Pure."""

import base64
import binascii
import json
from dataclasses import dataclass

from pipeline.errors import UsageError

LONGEST = 200


class Outdated(Exception):
    """The cursor belongs to a cube that is no longer the published one: rows may have moved."""


@dataclass(frozen=True)
class Span:
    """Rows from `start` on, at most `count` (None: all)."""

    start: int = 0
    count: int | None = None


def cursor(version: str, start: int) -> str:
    """Where the rows from `start` on are, in the cube of that version; opaque, safe in an address."""
    return base64.urlsafe_b64encode(json.dumps([version, start]).encode()).decode().rstrip("=")


def place(text: str | None, version: str) -> int:
    """Where a cursor leads; 0 without one. Raises UsageError for what is no cursor, Outdated for another cube's."""
    if text is None:
        return 0
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _no_cursor() from error
    if not (isinstance(found, list) and [type(part) for part in found] == [str, int] and found[1] >= 0):
        raise _no_cursor()
    if found[0] != version:
        raise Outdated
    return int(found[1])


def _no_cursor() -> UsageError:
    return UsageError("that is no cursor", "Use `next` of the answer before, as it is; without a cursor it starts.")
