"""Names of strangers in other systems' formats: they end no record, open no element, and stay apart.

APEL's messages are lines of `key: value`, and `%%` parts records wherever it stands. A reader takes any of Python's
line ends for one, drops spaces at both ends, and takes `none` and `null` for nothing.
"""

import re
from hashlib import sha256
from urllib.parse import unquote

from pipeline.terminal import visible

LONGEST = 255
"""Characters of a value that APEL's database takes."""
_UNSAFE = re.compile(r"[%\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|^\s|\s$")
_NOTHING = re.compile(r"(?i:none|null|)")
_NO_XML = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def apel_value(text: str) -> str:
    """The text as the value of an APEL line: what could be taken for something else as %XX, as in addresses.

    A value that is too long is cut, and ends in a hash of all of it: two of them stay apart.
    """
    safe = _UNSAFE.sub(lambda found: _percent(found[0]), text)
    if _NOTHING.fullmatch(safe):
        safe = _percent(safe[0]) + safe[1:] if safe else "-"
    if len(safe) <= LONGEST:
        return safe
    tail = "..." + sha256(text.encode()).hexdigest()[:16]
    return re.sub(r"%[0-9A-F]?$", "", safe[: LONGEST - len(tail)]) + tail


def apel_text(value: str) -> str:
    """The text of an APEL value."""
    return unquote(value)


def xml_text(text: str) -> str:
    """The text as XML can hold it: control characters, which it cannot, are written out (`\\x1b`)."""
    return _NO_XML.sub(lambda found: visible(found[0]), text)


def _percent(characters: str) -> str:
    return "".join(f"%{byte:02X}" for byte in characters.encode("utf-8", "surrogatepass"))
