"""One usage record in XML -> the keys of GRACC's documents.

Names of elements and attributes count without their prefix, whatever namespace they are bound to. A record has no
document type: one that has is refused, so that no entity is expanded and nothing is fetched.
"""

from typing import Any
from xml.parsers import expat

from collectors.imports.usage import OtherRecordError, UnusableRecordError
from pipeline.schema.usage_formats import (
    GRACC,
    JOB_RECORDS,
    OTHER_RECORDS,
    RESOURCE_TYPES,
    XML_ATTRIBUTES,
    XML_DESCRIBED,
)

DEEPEST = 16
MOST_ELEMENTS = 10_000
_WITH_DOCTYPE = "it has a document type, which usage records have not: entities could hide or fetch anything"


def parse(content: bytes) -> dict[str, Any]:
    """The record's keys and texts. Raises OtherRecordError for one that tells of no jobs, UnusableRecordError."""
    told = _Told()
    parser = expat.ParserCreate()  # without namespaces: a cut record may use prefixes that its envelope bound
    parser.buffer_text = True
    parser.StartElementHandler = told.start
    parser.EndElementHandler = told.end
    parser.CharacterDataHandler = told.characters
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise UnusableRecordError("unreadable", f"not well-formed XML: {error}") from error
    return told.document()


def _refuse(*_: object) -> None:
    raise UnusableRecordError("unreadable", _WITH_DOCTYPE)


class _Told:
    """What was met so far: the open elements, and the keys of those that are closed."""

    def __init__(self) -> None:
        self._found: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._open) >= DEEPEST or self._elements > MOST_ELEMENTS:
            raise UnusableRecordError("unreadable", "more elements, or deeper ones, than any usage record has")
        local = _local(name)
        if not self._open:
            _require_jobs(local)
        self._open.append((local, {_local(key): value for key, value in attributes.items()}, []))

    def characters(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def end(self, _: str) -> None:
        name, attributes, texts = self._open.pop()
        if not self._open:
            return
        for attribute, key in XML_ATTRIBUTES.items():
            if name == "RecordIdentity" and attribute in attributes:
                self._found[key] = attributes[attribute]
        value = "".join(texts).strip()
        if value:
            self._found |= _keys(name, attributes, value)

    def document(self) -> dict[str, Any]:
        """The document as GRACC's collector would make it of the record, as far as it is read."""
        kind = self._found.pop(f"Resource_{GRACC.resource_type}", None)
        self._found[GRACC.resource_type] = RESOURCE_TYPES.get(kind, kind)
        return self._found


def _keys(name: str, attributes: dict[str, str], value: str) -> dict[str, str]:
    """Keys that an element becomes: those that occur several times are told apart by an attribute."""
    told_by = attributes.get(XML_DESCRIBED.get(name, ""), "").strip()
    if name == "Resource":
        return {f"{name}_{told_by.replace('.', '-')}": value} if told_by else {}
    if name == GRACC.cpu and told_by:
        return {f"{name}_{told_by}": value}
    if told_by:
        return {name: value, f"{name}_description": told_by}
    return {name: value}


def _require_jobs(name: str) -> None:
    if name in OTHER_RECORDS:
        raise OtherRecordError(f"{name} ({OTHER_RECORDS[name]})")
    if name not in JOB_RECORDS:
        raise UnusableRecordError("no-usage", f"it is <{name[:80]}>, which tells of no jobs that are known")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
