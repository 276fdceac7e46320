"""The plain values of ClassAds: bytes right of the `=` -> number, truth value or text.

Whole and real numbers, true and false in any case, and simple strings are read here; everything else is NOT_LITERAL
and goes to HTCondor's own library. In old-syntax strings only \\" is an escape.
"""

import re
from enum import Enum
from hashlib import blake2b
from typing import Final

Scalar = int | float | bool | str

LONGEST_TEXT = 1024
"""Characters of a text that are kept; a longer one is cut and ends in a hash of the whole."""

_INT = re.compile(rb"[-+]?\d+")
_REAL = re.compile(rb"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?")
_LONGEST_NUMBER = 40
_QUOTE_INSIDE = re.compile(rb'(?<!\\)"')
_OCTAL = re.compile(rb"\\([0-3][0-7]{2})")
_LOOKS_ESCAPED = re.compile(r"\\(?=x(?:5c|[89a-f][0-9a-f]))")
_UNRESOLVED = b"$$("
_SURELY_LONG = 8 * LONGEST_TEXT
"""This many bytes are more characters than are kept."""


class NotLiteral(Enum):
    """The one value that says: ask HTCondor's library."""

    NOT_LITERAL = "not literal"


NOT_LITERAL: Final = NotLiteral.NOT_LITERAL
_WORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"undefined": None, b"error": None}


def read_number(raw: bytes) -> int | float | NotLiteral | None:
    """A number or a truth value; None for what is neither: undefined, error, a string."""
    if raw.isdigit() and len(raw) < 19:
        return int(raw)
    if len(raw) <= _LONGEST_NUMBER:
        if raw.replace(b".", b"", 1).isdigit() and b"." in raw:
            return float(raw)
        if _REAL.fullmatch(raw):
            return float(raw)
        if _INT.fullmatch(raw):
            return int(raw)
        if raw.lower() in _WORDS:
            return _WORDS[raw.lower()]
    return None if is_string(raw) else NOT_LITERAL


def is_string(raw: bytes) -> bool:
    """True for a simple quoted string."""
    return len(raw) >= 2 and raw[0] == raw[-1] == 34 and not _QUOTE_INSIDE.search(raw, 1, len(raw) - 1)


def read_text(raw: bytes, *, octal: bool) -> str | NotLiteral | None:
    """The text of a simple quoted string; None for another literal, and where a $$() was not resolved.

    `octal`: non-ASCII is written as octal text (strings that come from the startd).
    """
    if not is_string(raw):
        return NOT_LITERAL if read_number(raw) is NOT_LITERAL else None
    inner = raw[1:-1].replace(b'\\"', b'"')
    return known_text(_OCTAL.sub(_octet, inner) if octal and b"\\" in inner else inner)


def known_text(value: bytes) -> str | None:
    """The text in those bytes; None where a $$() of the submit file is still in it.

    A long one is cut to 1,024 characters and a hash of the whole, so that two long texts stay two.
    """
    if _UNRESOLVED in value:
        return None
    text = decoded(value[:_SURELY_LONG])
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}…#{blake2b(value, digest_size=8).hexdigest()}"


def decoded(value: bytes) -> str:
    """UTF-8 as text. An invalid byte becomes \\xNN; a backslash before what looks like that, \\x5c.

    So different bytes are always different texts.
    """
    if b"\\x" in value:
        parts = value.decode("utf-8", "surrogateescape")
        escaped = _LOOKS_ESCAPED.sub(r"\\x5c", parts)
        return escaped.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return value.decode("utf-8", "backslashreplace")


def _octet(found: "re.Match[bytes]") -> bytes:
    return bytes([int(found[1], 8)])
