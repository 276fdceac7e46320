"""Ids of fields of science: mended where their source damaged them, and their names.

Ids are those of the CIP (Classification of Instructional Programs): `26` (a family), `26.13` (a series), `26.1310`,
in OSG Topology also `26.1310b`. Written as a number they lose zeros at both ends: `1.0902`, `26.131`, `14.1`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.metadata.families import FAMILIES

_WRITTEN = re.compile(r"(\d{1,2})(?:\.(\d{1,4})([a-z]?))?")


@dataclass(frozen=True)
class FieldId:
    """An id as it is meant, and what is odd in how it was written: `rule` is empty where nothing is."""

    id: str | None
    rule: str = ""
    reason: str = ""


def mended(written: str | None, listed: Mapping[str, str]) -> FieldId:
    """The id that is meant. `listed`: the names of all known ids. An id that is none is told, never guessed."""
    if written is None or not written.strip():
        return FieldId(None, "field-missing", "no id of a field of science")
    parts = _WRITTEN.fullmatch(written.strip())
    if parts is None:
        return FieldId(None, "field-unreadable", f"{written!r} is no id of a field of science")
    family, digits, letter = parts[1].zfill(2), parts[2] or "", parts[3] or ""
    whole = digits + "0" * (len(digits) % 2)
    meant = f"{family}.{whole}{letter}" if whole else family
    if family not in FAMILIES:
        return FieldId(None, "field-unknown", f"{written!r}: there is no family {family}")
    if len(whole) == 4 and meant not in listed:
        return _unlisted(written, f"{family}.{whole}", letter, listed)
    if meant != written:
        return FieldId(meant, "field-damaged", f"{written!r} was written as a number: it lost zeros of {meant}")
    return FieldId(meant)


def _unlisted(written: str, base: str, letter: str, listed: Mapping[str, str]) -> FieldId:
    if letter and base in listed:
        return FieldId(base, "field-suffix", f"{written!r} is not in the list; {base} is, and is taken")
    if listed:
        return FieldId(base[:5], "field-unknown", f"{written!r} is not in the list; its series {base[:5]} is taken")
    return FieldId(base + letter)


def title(field_id: str, listed: Mapping[str, str]) -> str:
    """The name of a mended id: as listed, else that of its series or family, with the id where it would not be its own.

    CIP names the first field of a series after it: `40.0801 Physics, General` is of the series `40.08 Physics`.
    """
    if field_id in listed:
        return listed[field_id]
    family = FAMILIES.get(field_id[:2], field_id[:2])
    if len(field_id) == 2:
        return family
    general = listed.get(f"{field_id}01", "") if len(field_id) == 5 else ""
    if general.endswith(", General"):
        return f"{general.removesuffix(', General')} ({field_id})"
    return f"{family} ({field_id})"
