"""YAML as it is written: mappings, lists and text. No value is turned into a number, so that no id is damaged.

Read from the parser's events, never by a constructor: tags build nothing, and references (`*name`), with which a
small file can unfold into a huge one, are refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from pipeline.errors import SourceError

Plain = dict[str, "Plain"] | list["Plain"] | str | None
"""What a file holds; an empty value and `null` are None."""
_DEEPEST = 40
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass
class _Open:
    """A mapping or list that is not closed yet, and the key that waits for its value."""

    made: dict[str, Plain] | list[Plain]
    line: int
    key: str | None = None
    awaits_value: bool = False


@dataclass
class Document:
    """The content of a file, and the keys that it names twice (the last one counts)."""

    content: Plain = None
    repeated: list[str] = field(default_factory=list)


def read(text: str, name: str) -> Document:
    """The first document of a YAML text. Raises SourceError that names the file and line."""
    document = Document()
    opened: list[_Open] = []
    for event in _events(text, name):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _refused(name, line, "it refers to another part of itself (*name), which is not accepted")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(opened) >= _DEEPEST:
                raise _refused(name, line, f"it is nested deeper than {_DEEPEST} levels")
            opened.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], line))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            _put(document, opened, opened.pop().made, name, line)
        elif isinstance(event, yaml.ScalarEvent):
            _put(document, opened, _text(event), name, line)
        elif isinstance(event, yaml.DocumentEndEvent):
            break
    return document


def _events(text: str, name: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _refused(name, line, str(error.problem or error.context)) from error
    except yaml.YAMLError as error:
        raise _refused(name, 0, str(error).splitlines()[0]) from error


def _text(event: Any) -> str | None:
    written: str = event.value
    return None if event.style in (None, "") and event.implicit[0] and written in _NULL else written


def _put(document: Document, opened: list[_Open], value: Plain, name: str, line: int) -> None:
    """Give a finished value to what it stands in."""
    if not opened:
        document.content = value
        return
    inner = opened[-1]
    if isinstance(inner.made, list):
        inner.made.append(value)
    elif inner.awaits_value:
        key = inner.key or ""
        if key in inner.made:
            document.repeated.append(f"{key!r} in line {line}")
        inner.made[key] = value
        inner.key, inner.awaits_value = None, False
    elif isinstance(value, str | None):
        inner.key, inner.awaits_value = value or "", True
    else:
        raise _refused(name, line, "a key is a list or a mapping")


def _refused(name: str, line: int, why: str) -> SourceError:
    return SourceError(f"{name}, line {line}: {why}", "Mend that file. Nothing was imported.")
