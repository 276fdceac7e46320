"""One record's lines -> its attributes, unparsed: lower-cased name -> the bytes right of the `=`.

Only names that some table is read from are kept; the rest is parsed again when an expression needs it. Names are
case-insensitive, the last of equal names wins (HTCondor 7 writes an ad's cluster part and its own part one after
the other). Two different ids in one record are two ads that ran into each other.
"""

import re
from collections.abc import Iterable
from typing import Protocol

from pipeline.schema.job import IDENTITY

_LINE = re.compile(rb"\s*([A-Za-z_][^\s=\"]{0,255}|'[^']{1,255}')\s*=[ \t]*(.*)", re.DOTALL)
_IDS = frozenset(name.lower().encode() for column in IDENTITY for name in column.attributes)
_LINES = re.compile(rb"[^\n]+")
_LARGE = 1 << 20
_SHOWN = 60
MOST_ATTRIBUTES = 100_000
"""Far more than any ad has; what has more would fill the memory."""


class UnreadableAd(ValueError):
    """A record that is no ad; the text says why, for a person."""


class Ad(Protocol):
    """What values are read from: `raw` holds the wanted attributes."""

    raw: dict[bytes, bytes]

    def find(self, name: bytes) -> bytes | None:
        """The attribute of that lower-cased name, wanted or not; None if the ad has none."""
        ...


class WantedNames:
    """Attribute names that are kept, and a bounded memory of how they and others were spelled."""

    _MEMORY = 20_000

    def __init__(self, names: frozenset[str]) -> None:
        self._wanted = frozenset(name.lower().encode() for name in names)
        self.known: dict[bytes, bytes] = {}

    def wants(self, name: bytes) -> bool:
        """True for a lower-cased name that is kept."""
        return name in self._wanted

    def learn(self, name: bytes) -> bytes:
        """The name in lower case if it is wanted, else empty."""
        lower = name.lower()
        wanted = lower if lower in self._wanted else b""
        if len(self.known) >= self._MEMORY:
            self.known.clear()
        self.known[name] = wanted
        return wanted


class TextAd:
    """An ad in long form."""

    __slots__ = ("_body", "_names", "_others", "raw")

    def __init__(self, body: bytes, raw: dict[bytes, bytes], names: WantedNames) -> None:
        self._body = body
        self._names = names
        self._others: dict[bytes, bytes] | None = None
        self.raw = raw

    def find(self, name: bytes) -> bytes | None:
        """The attribute of that lower-cased name, wanted or not; None if the ad has none."""
        if name in self.raw or self._names.wants(name):
            return self.raw.get(name)
        if self._others is None:
            pairs = (split_line(line) for line in self._body.split(b"\n") if line.strip())
            self._others = {key.lower(): value for key, value in pairs}
        return self._others.get(name)


class PlainAd:
    """An ad that is a dictionary already: of JSON, or nested in another ad."""

    __slots__ = ("raw",)

    def __init__(self, raw: dict[bytes, bytes]) -> None:
        self.raw = raw

    def find(self, name: bytes) -> bytes | None:
        """The attribute of that lower-cased name; None if the ad has none."""
        return self.raw.get(name)


def parse_text(body: bytes, names: WantedNames) -> TextAd:
    """The ad in those lines. Raises UnreadableAd for a line that is no attribute, NULs, or two ads in one."""
    if b"\0" in body:
        body = body.lstrip(b"\0\r\n")
        if b"\0" in body:
            raise UnreadableAd("NUL bytes within the record: the file was damaged, as by a crash or a full disk")
    if body.count(b"\n") > MOST_ATTRIBUTES:
        raise UnreadableAd(f"more than {MOST_ATTRIBUTES:,} lines in one record")
    known = names.known
    if len(body) > _LARGE:
        return TextAd(body, dict(_learned(body, names)), names)
    try:
        parts = [line.split(b" = ", 1) for line in body.removesuffix(b"\n").split(b"\n")]
        pairs = [(lower, value) for name, value in parts if (lower := known[name])]
    except (KeyError, ValueError):
        pairs = _learned(body, names)
    raw = dict(pairs)
    if len(raw) < len(pairs):
        check_ids(pairs)
    return TextAd(body, raw, names)


def _learned(body: bytes, names: WantedNames) -> list[tuple[bytes, bytes]]:
    """Wanted attributes of lines that are spelled in an unusual way or have names not met before."""
    pairs = []
    for found in _LINES.finditer(body):
        line = found[0]
        if line.isspace():
            continue
        name, value = split_line(line)
        lower = names.known.get(name)
        lower = names.learn(name) if lower is None else lower
        if lower:
            pairs.append((lower, value))
    check_ids(pairs)
    return pairs


def check_ids(pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Raise UnreadableAd if an id stands there with two values: two ads ran into each other."""
    ids: dict[bytes, bytes] = {}
    for name, value in pairs:
        if name in _IDS and ids.setdefault(name, value) != value:
            raise UnreadableAd(_two_ads(name, ids[name], value))


def split_line(line: bytes) -> tuple[bytes, bytes]:
    """Name and value of one line; the name of a comment is empty. Raises UnreadableAd."""
    found = _LINE.fullmatch(line)
    if found:
        return found[1], found[2].rstrip(b" \t\r")
    if line.lstrip().startswith(b"#"):
        return b"", b""
    raise UnreadableAd(f"a line is no attribute: {_shown(line)}")


def _two_ads(name: bytes, one: bytes, other: bytes) -> str:
    return (
        f"two ads in one record ({_shown(name)} is {_shown(one)} and then {_shown(other)}): "
        "the first was never finished, as in a crash"
    )


def _shown(text: bytes) -> str:
    cut = text[:_SHOWN] + (b"..." if len(text) > _SHOWN else b"")
    return cut.decode("ascii", "backslashreplace")
