"""OSG Topology: its YAML files -> statements about projects, sites, institutions, fields and downtimes.

A project's name is the name of its file. What is odd in an entry is a statement as well (kind `oddity`), so that
nothing is dropped in silence. Contact data of people is not taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.metadata import bundle, fields, plain_yaml
from pipeline.metadata.entry import Entry, Kind, oddity
from pipeline.metadata.families import FAMILIES
from pipeline.metadata.plain_yaml import Plain

Mapping = dict[str, Plain]
_LISTS: tuple[tuple[str, Kind], ...] = (("nsfscience", "nsf_field"), ("project_institution", "prefix"))


@dataclass
class Topology:
    """The files of one copy of Topology, parsed, and what was odd so far."""

    files: dict[str, Mapping] = field(default_factory=dict)
    lists: dict[str, Plain] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    oddities: list[Entry] = field(default_factory=list)

    def odd(self, name: str, rule: str, reason: str) -> None:
        """Note what is odd with an entry."""
        self.oddities.append(oddity(name, rule, reason))

    def listed_fields(self) -> dict[str, str]:
        """Names of the fields of science by id, as `mappings/field_of_science.yaml` has them."""
        return texts(self.files.get("mappings/field_of_science.yaml", {}))


def read(path: Path, *, with_sponsors: bool = False) -> list[Entry]:
    """All statements of a folder or tar archive with Topology's files, and its oddities, in no order.

    Sponsors are left out unless asked for: a third of the projects has none, and others keep one that is past.
    Raises SourceError if it cannot be read, is hostile, or has a file that is no YAML: nothing is imported then.
    """
    from pipeline.metadata import topology_institutions, topology_projects, topology_sites

    found = _parsed(bundle.read(path))
    entries = [
        *topology_projects.entries(found),
        *topology_sites.entries(found),
        *topology_institutions.entries(found),
        *_lists(found),
    ]
    entries += _fields(found, entries)
    if not any(entry.kind in ("project", "resource") for entry in entries):
        raise SourceError(f"{path} names neither project nor resource", "Is it a copy of OSG Topology?")
    if not with_sponsors:
        entries = [replace(entry, sponsor=None) for entry in entries]
    return entries + found.oddities


def _parsed(found: bundle.Bundle) -> Topology:
    topology = Topology(links=found.links)
    for name, text in sorted(found.texts.items()):
        if name.startswith("projects/") and not name.endswith(".yaml"):
            reason = "the file's name does not end in .yaml: Topology itself does not read it, nor is it taken here"
            topology.odd(name, "no-yaml-name", reason)
            continue
        document = plain_yaml.read(text, name)
        for key in document.repeated:
            topology.odd(name, "key-twice", f"{key} stands there a second time: the last one counts")
        if isinstance(document.content, dict):
            topology.files[name] = document.content
        elif isinstance(document.content, list):
            topology.lists[name] = document.content
        else:
            topology.odd(name, "no-mapping", "the file holds no entries")
    return topology


def _lists(topology: Topology) -> Iterator[Entry]:
    """NSF's broad fields by the words for a field, and names of institutions by a project's prefix."""
    for file, kind in _LISTS:
        for name, title in texts(topology.files.get(f"mappings/{file}.yaml", {})).items():
            yield Entry(kind=kind, name=name, title=title)


def _fields(topology: Topology, entries: list[Entry]) -> Iterator[Entry]:
    """Fields of science by id: families, what the list has, and the series that projects name; with their family."""
    listed = topology.listed_fields()
    used = {entry.field_id for entry in entries if entry.field_id is not None}
    for field_id in sorted(FAMILIES.keys() | listed.keys() | used):
        yield Entry(kind="field", name=field_id, title=fields.title(field_id, listed), target=field_id[:2])


def texts(mapping: Mapping) -> dict[str, str]:
    """The pairs of a mapping whose value is text."""
    return {name: value for name, value in mapping.items() if isinstance(value, str)}


def word(entry: Mapping, key: str) -> str | None:
    """The text of that key with single blanks between its words; None where there is none."""
    value = entry.get(key)
    return (" ".join(value.split()) or None) if isinstance(value, str) else None


def field_of(topology: Topology, where: str, written: str | None) -> str | None:
    """The mended id of a field of science; what is odd with it is noted."""
    found = fields.mended(written, topology.listed_fields())
    if found.rule:
        topology.odd(where, found.rule, found.reason)
    return found.id
