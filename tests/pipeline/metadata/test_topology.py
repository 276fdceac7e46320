"""Topology's files become statements; what is odd in them is told and never dropped in silence."""

from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.metadata import topology
from pipeline.metadata.entry import Entry
from tests.pipeline.metadata.small_topology import write

NORTH, SOUTH = "https://ids.test/iid/north", "https://ids.test/iid/0123e4"


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    write(tmp_path)
    (tmp_path / "projects" / "Ada.yaml").symlink_to("North_Ada.yaml")
    (tmp_path / "projects" / "Passwords.yaml").symlink_to("/etc/passwd")
    return topology.read(tmp_path)


def of(entries: list[Entry], kind: str) -> dict[str, Entry]:
    return {entry.name: entry for entry in entries if entry.kind == kind}


def odd(entries: list[Entry], rule: str) -> list[str]:
    return sorted(entry.name for entry in entries if entry.rule == rule)


def test_a_project_has_its_files_name_and_what_it_states(entries: list[Entry]) -> None:
    projects = of(entries, "project")
    assert sorted(projects) == ["North_Ada", "South_Ben", "South_Cy"]
    ada = projects["North_Ada"]
    assert (ada.pi, ada.institution_id, ada.field_id, ada.field_name) == ("Ada Example", NORTH, "40.08", "Physics")
    assert ada.sponsor is None
    assert projects["South_Ben"].pi == "Ben Example"  # written with blanks that nobody sees


def test_sponsors_come_only_where_they_are_asked_for(tmp_path: Path) -> None:
    asked = of(topology.read(write(tmp_path), with_sponsors=True), "project")
    assert {name: project.sponsor for name, project in asked.items()} == {
        "North_Ada": "Some Grid",
        "South_Ben": None,
        "South_Cy": None,
    }


def test_ids_are_mended_and_never_damaged(entries: list[Entry]) -> None:
    projects = of(entries, "project")
    assert projects["South_Ben"].field_id == "26.1310"
    assert projects["South_Ben"].institution_id == SOUTH  # no number, though it looks like one
    assert projects["South_Cy"].field_id == "11.0701"
    assert odd(entries, "field-damaged") == ["projects/South_Ben.yaml"]
    assert odd(entries, "field-suffix") == ["projects/South_Cy.yaml"]
    assert "1e5" in of(entries, "downtime")


def test_other_names_are_aliases_and_links_lead_nowhere_else(entries: list[Entry]) -> None:
    names = {entry.name: entry.target for entry in entries if entry.of_kind == "project"}
    assert names == {"Ada": "North_Ada", "Cyclone": "South_Cy"}
    assert odd(entries, "two-names") == ["projects/South_Cy.yaml"]
    assert odd(entries, "link") == ["projects/Passwords.yaml"]


def test_several_spellings_are_one_institution(entries: list[Entry]) -> None:
    institutions = of(entries, "institution")
    assert {name: entry.title for name, entry in institutions.items()} == {
        NORTH: "North University",
        SOUTH: "South College",
    }
    spellings = {entry.name for entry in entries if entry.of_kind == "institution" and entry.target == SOUTH}
    assert spellings == {"South College", "The South College"}
    assert odd(entries, "several-spellings") == [SOUTH]
    assert odd(entries, "institution-unlisted") == [SOUTH]
    assert odd(entries, "institution-unreadable") == ["mappings/institution_ids.yaml"]


def test_resources_lead_to_site_and_facility(entries: list[Entry]) -> None:
    resources = of(entries, "resource")
    assert {name: (one.resource_group, one.site, one.facility, one.host) for name, one in resources.items()} == {
        "North-CE1": ("North-Cluster", "North", "North University", "ce1.north.test"),
        "North-CE2": ("North-Cluster", "North", "North University", "ce2.north.test"),
    }
    assert of(entries, "facility")["North University"].institution_id == NORTH
    assert of(entries, "site")["South"].facility == "South College"
    groups = {entry.name: entry.target for entry in entries if entry.of_kind == "site"}
    assert groups == {"North-Cluster": "North"}
    assert odd(entries, "no-resources") == ["topology/South College/South/South-Empty.yaml"]


def test_downtimes_have_their_zone_and_those_without_sense_are_told(entries: list[Entry]) -> None:
    downtimes = of(entries, "downtime")
    assert list(downtimes) == ["1e5"]
    one = downtimes["1e5"]
    assert (one.target, one.is_planned, one.severity, one.title) == ("North-CE1", True, "Outage", "New floor")
    assert (one.from_utc, one.to_utc) == (1_793_520_000, 1_793_633_400)  # 08:00 UTC; 09:30 -0600 the day after
    file = "topology/North University/North/North-Cluster_downtime.yaml"
    assert odd(entries, "downtime-backwards") == [f"{file}, ID 8"]
    assert odd(entries, "downtime-unreadable") == [f"{file}, ID 9"]


def test_allocations_keep_their_numbers(entries: list[Entry]) -> None:
    assert [(one.name, one.target, one.resource_group) for one in of(entries, "allocation").values()] == [
        ("007", "North_Ada", "North-Cluster")
    ]


def test_missing_values_are_told(entries: list[Entry]) -> None:
    assert odd(entries, "sponsor-missing") == ["projects/South_Ben.yaml", "projects/South_Cy.yaml"]
    assert odd(entries, "institution-missing") == ["topology/South College/FACILITY.yaml"]
    assert odd(entries, "no-yaml-name") == ["projects/NoSuffix"]
    assert odd(entries, "key-twice") == ["projects/South_Cy.yaml"]


def test_a_file_that_is_no_yaml_stops_the_import(tmp_path: Path) -> None:
    write(tmp_path, **{"projects/South_Ben.yaml": "PIName: [Ben\n"})
    with pytest.raises(SourceError, match=r"projects/South_Ben\.yaml, line 2"):
        topology.read(tmp_path)


def test_files_without_names_are_no_topology(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    (tmp_path / "projects" / "_LIST.yaml").write_text("a: b\n")
    with pytest.raises(SourceError, match="names neither project nor resource"):
        topology.read(tmp_path)
