"""OSG Topology's institutions: by id, with the name that the list of institutions has, and all spellings.

The list and the entries use different ids for many: an id that is not in the list gets the name that most entries
with it use. Ids are never put together because their names are alike: that is for people to say (an alias).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from pipeline.metadata.entry import Entry
from pipeline.metadata.topology import Mapping, Topology, word

_LIST = "mappings/institution_ids.yaml"


def entries(topology: Topology) -> Iterator[Entry]:
    """Institutions, and each spelling as another name of the id that it is used with."""
    listed = _listed(topology)
    used = _spellings(topology)
    for institution_id in sorted(listed.keys() | used.keys()):
        spellings = used.get(institution_id, Counter())
        title = listed.get(institution_id)
        if title is None:
            title = _commonest(spellings)
            _note_unlisted(topology, institution_id, title, spellings, listed)
        if len(spellings) > 1:
            shown = ", ".join(f"{name!r} ({times} x)" for name, times in spellings.most_common(6))
            topology.odd(institution_id, "several-spellings", f"one institution is written {shown}")
        yield Entry(kind="institution", name=institution_id, title=title)
        for spelling in sorted(spellings.keys() | {title}):
            yield Entry(kind="alias", of_kind="institution", name=spelling, target=institution_id)
    _note_shared(topology, used)


def _listed(topology: Topology) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in _mappings(topology.lists.get(_LIST)):
        institution_id, name = word(entry, "id"), word(entry, "name")
        if institution_id is None or name is None:
            topology.odd(
                _LIST, "institution-unreadable", f"an institution without id or name: {name or institution_id}"
            )
        elif institution_id in found:
            topology.odd(_LIST, "institution-twice", f"{institution_id} is {found[institution_id]!r} and {name!r}")
        else:
            found[institution_id] = name
    return found


def _mappings(content: object) -> Iterator[Mapping]:
    if isinstance(content, list):
        yield from (entry for entry in content if isinstance(entry, dict))


def _spellings(topology: Topology) -> dict[str, Counter[str]]:
    """How often each id is used with which name, by projects and facilities."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for file, entry in topology.files.items():
        institution_id = word(entry, "InstitutionID")
        if institution_id is None or "://" not in institution_id:
            continue
        parts = file.split("/")
        if parts[0] == "projects":
            name = word(entry, "Organization")
        elif parts[0] == "topology" and parts[-1] == "FACILITY.yaml":
            name = parts[1]
        else:
            continue
        found[institution_id].update([name] if name else [])
    return found


def _commonest(spellings: Counter[str]) -> str:
    """The name that is used most; of those used alike the first by alphabet."""
    return min(spellings, key=lambda name: (-spellings[name], name), default="")


def _note_unlisted(
    topology: Topology, institution_id: str, title: str, spellings: Counter[str], listed: dict[str, str]
) -> None:
    alike = sorted(known for known, name in listed.items() if name in spellings)
    more = f"; the list has that name under {', '.join(alike)}" if alike else ""
    topology.odd(institution_id, "institution-unlisted", f"not in {_LIST}: shown as {title!r}, by its entries{more}")


def _note_shared(topology: Topology, used: dict[str, Counter[str]]) -> None:
    ids_of: dict[str, list[str]] = defaultdict(list)
    for institution_id, spellings in used.items():
        for name in spellings:
            ids_of[name].append(institution_id)
    for name, ids in sorted(ids_of.items()):
        if len(ids) > 1:
            topology.odd(name, "spelling-shared", f"one name of several institutions: {', '.join(sorted(ids))}")
