"""OSG's own Topology, read where it lies: what it states, and every oddity of it that is known."""

import csv
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.lake import Lake
from pipeline.metadata import topology
from pipeline.metadata.entry import Entry
from pipeline.metadata.store import Origin, put


@pytest.fixture(scope="module")
def entries(shared_data: Path) -> list[Entry]:
    return topology.read(shared_data / "topology" / "topology-raw-yaml.tar.gz", with_sponsors=True)


def rows(shared_data: Path, name: str) -> list[dict[str, str]]:
    with (shared_data / "topology" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_projects_are_those_of_the_table_that_others_made_of_it(entries: list[Entry], shared_data: Path) -> None:
    """The table names a project by its inner name, holds the two that are registered by link, and is sorted alike."""
    projects = {entry.name: entry for entry in entries if entry.kind == "project"}
    aliases = {entry.name: entry.target for entry in entries if entry.of_kind == "project"}
    different = []
    for row in rows(shared_data, "projects.csv"):
        project = projects.get(aliases.get(row["Name"]) or row["Name"])
        if project is None:
            different.append(row["Name"])
            continue
        assert (project.pi or "") == row["PIName"].strip()
        if project.institution_id is not None:
            assert project.institution_id == row["InstitutionID"]
        if project.field_id != row["FieldOfScienceID"]:
            assert any(entry.rule and entry.name == f"projects/{project.name}.yaml" for entry in entries)
    assert different == []
    assert len(projects) == 1566


def test_resources_sites_and_facilities_are_those_of_the_table(entries: list[Entry], shared_data: Path) -> None:
    resources = {entry.name: entry for entry in entries if entry.kind == "resource"}
    listed = rows(shared_data, "resources.csv")
    assert {(row["Resource"], row["ResourceGroup"], row["Site"], row["Facility"]) for row in listed} == {
        (one.name, one.resource_group, one.site, one.facility) for one in resources.values()
    }
    facilities = {entry.name: entry.institution_id for entry in entries if entry.kind == "facility"}
    assert {row["Facility"]: row["FacilityInstitutionID"] for row in listed}.items() <= facilities.items()


def test_every_oddity_is_counted_by_its_rule(entries: list[Entry]) -> None:
    assert Counter(entry.rule for entry in entries if entry.kind == "oddity") == {
        "sponsor-missing": 528,
        "institution-unlisted": 435,
        "key-twice": 85,
        "several-spellings": 61,
        "field-suffix": 23,
        "field-damaged": 10,
        "no-yaml-name": 3,
        "institution-missing": 3,
        "spelling-shared": 3,
        "name-of-another": 1,
    }


def test_ids_that_yaml_damaged_are_mended(entries: list[Entry]) -> None:
    """Each was a number once: the mended id is in Topology's own list of fields, or a series of it."""
    damaged = {entry.name for entry in entries if entry.rule == "field-damaged"}
    mended = [entry for entry in entries if entry.kind == "project" and f"projects/{entry.name}.yaml" in damaged]
    assert Counter(entry.field_id for entry in mended) == {
        "14.10": 3,
        "05.0212": 1,
        "03.02": 1,
        "26.1310": 1,
        "01.0902": 1,
        "03.0301": 1,
        "26.0210": 1,
        "01.1101": 1,
    }


def test_every_downtime_that_was_read_has_its_resource_and_its_days(entries: list[Entry]) -> None:
    resources = {entry.name for entry in entries if entry.kind == "resource"}
    downtimes = [entry for entry in entries if entry.kind == "downtime"]
    assert len(downtimes) == 3812
    assert all(one.target in resources and one.from_utc is not None and one.to_utc is not None for one in downtimes)


def test_no_contact_data_is_taken(entries: list[Entry]) -> None:
    assert not any("@" in str(value) for entry in entries if entry.kind == "resource" for value in vars(entry).values())


def test_the_same_topology_twice_changes_nothing(entries: list[Entry], lake: Lake) -> None:
    origin = Origin("topology", "topology", date(2026, 11, 1))
    first = put(lake, entries, origin, datetime(2026, 11, 1, tzinfo=UTC))
    again = put(lake, list(reversed(entries)), origin, datetime(2026, 11, 2, tzinfo=UTC))
    assert first.new > 12_000
    assert (again.new, again.gone) == (0, 0)
