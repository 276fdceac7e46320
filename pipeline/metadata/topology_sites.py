"""OSG Topology's `topology/FACILITY/SITE/GROUP.yaml` -> facilities, sites, resources and downtimes.

The folders' names are the registered names of facilities and sites, a file's name that of a resource group.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from pipeline.metadata.entry import Entry
from pipeline.metadata.plain_yaml import Plain
from pipeline.metadata.topology import Mapping, Topology, word

_DOWNTIME = "_downtime"


def entries(topology: Topology) -> Iterator[Entry]:
    """Statements about facilities, sites, resource groups and their downtimes; odd entries are noted in `topology`."""
    resources: dict[str, str] = {}
    for file, content in topology.files.items():
        parts = PurePosixPath(file).parts
        if parts[0] != "topology":
            continue
        if len(parts) == 3 and parts[2] == "FACILITY.yaml":
            yield _facility(topology, file, parts[1], content)
        elif len(parts) == 4 and parts[3] == "SITE.yaml":
            yield Entry(kind="site", name=parts[2], facility=parts[1])
        elif len(parts) == 4 and not parts[3].endswith(f"{_DOWNTIME}.yaml"):
            yield from _group(topology, file, parts, content, resources)
    for file, downtimes in topology.lists.items():
        if file.startswith("topology/") and file.endswith(f"{_DOWNTIME}.yaml"):
            yield from _downtimes(topology, file, downtimes, resources)


def _facility(topology: Topology, file: str, name: str, content: Mapping) -> Entry:
    institution = word(content, "InstitutionID")
    if institution is None or "://" not in institution:
        topology.odd(file, "institution-missing", f"{institution!r} is no id of an institution")
        institution = None
    return Entry(kind="facility", name=name, institution_id=institution)


def _group(
    topology: Topology, file: str, parts: tuple[str, ...], content: Mapping, known: dict[str, str]
) -> Iterator[Entry]:
    """The resources of one resource group; the group is another name of its site."""
    facility, site = parts[1], parts[2]
    group = PurePosixPath(file).stem
    resources = content.get("Resources")
    if not isinstance(resources, dict) or not resources:
        topology.odd(file, "no-resources", "the resource group has no resources")
        return
    if group != site:
        yield Entry(kind="alias", of_kind="site", name=group, target=site)
    for name, resource in resources.items():
        if name in known:
            topology.odd(file, "resource-twice", f"resource {name!r} is registered in {known[name]} already")
            continue
        known[name] = file
        host = word(resource, "FQDN") if isinstance(resource, dict) else None
        yield Entry(kind="resource", name=name, resource_group=group, site=site, facility=facility, host=host)


def _downtimes(topology: Topology, file: str, downtimes: Plain, known: dict[str, str]) -> Iterator[Entry]:
    for downtime in downtimes if isinstance(downtimes, list) else []:
        if not isinstance(downtime, dict):
            topology.odd(file, "downtime-unreadable", "a downtime is no mapping")
            continue
        number, resource = word(downtime, "ID"), word(downtime, "ResourceName")
        begin, end = (_instant(word(downtime, key)) for key in ("StartTime", "EndTime"))
        where = f"{file}, ID {number}"
        if number is None or resource is None or begin is None or end is None:
            topology.odd(where, "downtime-unreadable", "no id, resource, begin or end that can be read")
        elif end < begin:
            topology.odd(where, "downtime-backwards", "it ends before it begins")
        else:
            if resource not in known:
                topology.odd(where, "downtime-of-unknown", f"there is no resource {resource!r}")
            yield Entry(
                kind="downtime",
                name=number,
                target=resource,
                title=word(downtime, "Description"),
                severity=word(downtime, "Severity"),
                is_planned=word(downtime, "Class") == "SCHEDULED",
                from_utc=begin,
                to_utc=end,
            )


def _instant(written: str | None) -> int | None:
    """Unix seconds of `Mar 23, 2019 08:00 +0000`; None for what is no such moment."""
    try:
        return None if written is None else int(datetime.strptime(written, "%b %d, %Y %H:%M %z").timestamp())
    except ValueError:
        return None
