"""OSG Topology's `projects/NAME.yaml` -> projects, their other names, and the allocations that they may spend.

What is taken: PI, institution's id, field of science, sponsor, and the numbers of allocations at resource groups.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from pipeline.metadata.entry import Entry
from pipeline.metadata.topology import Mapping, Topology, field_of, word

_FOLDER = "projects/"
_SPONSORS = ("VirtualOrganization", "CampusGrid")


def entries(topology: Topology) -> Iterator[Entry]:
    """Statements about projects; odd entries are noted in `topology`."""
    for file, project in topology.files.items():
        name = _name(file)
        if name is not None:
            yield _project(topology, file, name, project)
            yield from _other_names(topology, file, name, project)
            yield from _allocations(topology, file, name, project)
    yield from _links(topology)


def _name(file: str) -> str | None:
    """The project that a file is about; files with an underscore in front are lists about all of them."""
    path = PurePosixPath(file)
    return path.stem if path.parent.as_posix() == "projects" and not path.stem.startswith("_") else None


def _project(topology: Topology, file: str, name: str, project: Mapping) -> Entry:
    sponsor = _sponsor(project)
    pi, institution = word(project, "PIName"), word(project, "InstitutionID")
    if sponsor is None:
        topology.odd(file, "sponsor-missing", "no sponsor is stated")
    if pi is None:
        topology.odd(file, "pi-missing", "no principal investigator is stated")
    if institution is None or "://" not in institution:
        topology.odd(file, "institution-missing", f"{institution!r} is no id of an institution")
        institution = None
    return Entry(
        kind="project",
        name=name,
        pi=pi,
        institution_id=institution,
        field_id=field_of(topology, file, word(project, "FieldOfScienceID")),
        field_name=word(project, "FieldOfScience"),
        sponsor=sponsor,
    )


def _sponsor(project: Mapping) -> str | None:
    stated = project.get("Sponsor")
    if not isinstance(stated, dict):
        return None
    for kind in _SPONSORS:
        sponsor = stated.get(kind)
        if isinstance(sponsor, dict) and (name := word(sponsor, "Name")):
            return name
    return None


def _other_names(topology: Topology, file: str, name: str, project: Mapping) -> Iterator[Entry]:
    inner = word(project, "Name")
    if inner is None or inner == name:
        return
    if f"{_FOLDER}{inner}.yaml" in topology.files:
        topology.odd(file, "name-of-another", f"it calls itself {inner!r}, which is another project's name")
        return
    topology.odd(file, "two-names", f"it calls itself {inner!r}: taken as another name of {name!r}")
    yield Entry(kind="alias", of_kind="project", name=inner, target=name)


def _links(topology: Topology) -> Iterator[Entry]:
    """A file that is a link to another project's: another name of that project."""
    for link, target in topology.links.items():
        name, path = _name(link), PurePosixPath(target)
        if name is None or not link.endswith(".yaml"):
            continue
        if len(path.parts) == 1 and f"{_FOLDER}{target}" in topology.files:
            yield Entry(kind="alias", of_kind="project", name=name, target=path.stem)
        else:
            topology.odd(link, "link", f"a link to {target!r}, which is no project: it is not followed")


def _allocations(topology: Topology, file: str, name: str, project: Mapping) -> Iterator[Entry]:
    """Numbers of allocations, by resource group in which they can be spent. Topology states no amounts."""
    stated = project.get("ResourceAllocations")
    if stated is None:
        return
    for allocation in stated if isinstance(stated, list) else [stated]:
        groups = allocation.get("ExecuteResourceGroups") if isinstance(allocation, dict) else None
        if not isinstance(allocation, dict) or not isinstance(groups, list):
            topology.odd(file, "allocation-unreadable", "an allocation names no resource groups")
            continue
        for group in groups:
            number = word(group, "LocalAllocationID") if isinstance(group, dict) else None
            if isinstance(group, dict) and number is not None:
                where, kind = word(group, "GroupName"), word(allocation, "Type")
                yield Entry(kind="allocation", name=number, target=name, resource_group=where, title=kind)
            else:
                topology.odd(file, "allocation-unreadable", "an allocation has no number")
