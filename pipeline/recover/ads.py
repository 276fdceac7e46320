"""A record as it was read -> its attributes, each value as it stands there. Pure; nothing is evaluated.

In: the bytes of a final ad, in the form that the archive names. Out: text of old ClassAd syntax by attribute, which is
also what submit descriptions take.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*)", re.DOTALL)
_STRING = re.compile(r'"((?:[^"]|\\")*)"', re.DOTALL)
_EXPRESSION = re.compile(r"/Expr\((.*)\)/", re.DOTALL)
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


class Ad:
    """Attributes of one ad: names are looked up whatever their case, and keep the one that they are written with."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name.lower(): (name, raw) for name, raw in values.items()}

    def __iter__(self) -> Any:
        return iter(sorted(self._values.values()))

    def raw(self, name: str) -> str | None:
        """The value as it is written; None where there is none, or it is undefined."""
        raw = self._values.get(name.lower(), ("", None))[1]
        return None if raw is None or raw.lower() == "undefined" else raw

    def text(self, name: str) -> str | None:
        """The value of a string; None for anything else."""
        raw = self.raw(name)
        return None if raw is None else string(raw)

    def number(self, name: str) -> int | None:
        """The value of a whole number; None for anything else."""
        raw = self.raw(name)
        return int(raw) if raw is not None and _WHOLE.fullmatch(raw) else None


def parsed(content: bytes, form: str) -> Ad:
    """The ad of an archived record: its banner is left out, and of an attribute that occurs twice the last counts."""
    text = content.decode("utf-8", "surrogateescape")
    if form.startswith("json"):
        return Ad({name: _written(value) for name, value in json.loads(text).items()})
    found = (_LINE.fullmatch(line.rstrip("\r")) for line in text.split("\n") if not line.startswith("***"))
    return Ad({line[1]: line[2].strip(" \t") for line in found if line is not None})


def string(raw: str) -> str | None:
    r"""What a string literal of old syntax says: `\"` alone is an escape. None for any other expression."""
    found = _STRING.fullmatch(raw)
    return None if found is None or found[1].endswith("\\") else found[1].replace('\\"', '"')


def literal(text: str) -> str:
    """The text as a string literal of old syntax."""
    return '"' + text.replace('"', '\\"') + '"'


def _written(value: Any) -> str:
    """A value of a JSON ad in old syntax."""
    if isinstance(value, str):
        found = _EXPRESSION.fullmatch(value)
        return found[1] if found else literal(value)
    if isinstance(value, list):
        return "{ " + ", ".join(map(_written, value)) + " }"
    if isinstance(value, dict):
        return "[ " + "; ".join(f"{name} = {_written(inner)}" for name, inner in value.items()) + " ]"
    if value is None:
        return "undefined"
    return ("true" if value else "false") if isinstance(value, bool) else repr(value)
