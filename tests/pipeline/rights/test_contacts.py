"""Rights that follow from metadata: a project's people see it while the statement holds, and no longer."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.metadata.own_file import read_toml
from pipeline.metadata.store import Origin, put, read
from pipeline.rights.contacts import of_contacts
from pipeline.rights.grant import Grant, Who

IMPORTED = datetime(2026, 11, 1, tzinfo=UTC)
CONTACTS = """
[[contact]]
of = "project"
name = "Pulsars"
email = "Ada@Example.org"
role = "pi"
valid_to = 2026-12-31

[[contact]]
of = "project"
name = "Pulsars"
email = "bob@example.org"

[[contact]]
of = "site"
name = "North"
email = "cy@example.org"
"""


def at(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())


def rights(lake: Lake, text: str, path: Path, day: date = date(2026, 11, 20)) -> list[Grant]:
    path.write_text(text)
    put(lake, read_toml(path), Origin("people", "file", None), IMPORTED)
    return sorted(of_contacts(read(lake), at(day)), key=lambda right: right.who.name)


def test_each_contact_has_its_role(lake: Lake, tmp_path: Path) -> None:
    ada, bob, cy = rights(lake, CONTACTS, tmp_path / "people.toml")
    assert (ada.who, ada.role, ada.project) == (Who("email", "ada@example.org"), "pi", "Pulsars")
    assert (bob.role, bob.project, bob.site) == ("member", "Pulsars", None)
    assert (cy.role, cy.project, cy.site) == ("contact", None, "North")
    assert {right.source for right in (ada, bob, cy)} == {"metadata"}


def test_a_contact_counts_on_the_days_that_are_stated(lake: Lake, tmp_path: Path) -> None:
    last = rights(lake, CONTACTS, tmp_path / "people.toml", date(2026, 12, 31))
    assert "ada@example.org" in {right.who.name for right in last}
    after = of_contacts(read(lake), at(date(2027, 1, 1)))
    assert {right.who.name for right in after} == {"bob@example.org", "cy@example.org"}


def test_an_import_without_them_takes_their_rights_back(lake: Lake, tmp_path: Path) -> None:
    assert rights(lake, CONTACTS, tmp_path / "people.toml")
    assert rights(lake, '[[project]]\nname = "Pulsars"\n', tmp_path / "people.toml") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "ada"}, "no mail address"),
        ({"role": "admin"}, "none of pi, member"),
        ({"of": "facility"}, "none of project, site"),
    ],
)
def test_a_contact_that_means_nothing_stops_the_import(change: dict[str, str], said: str, tmp_path: Path) -> None:
    given = {"of": "project", "name": "A", "email": "ada@example.org", "role": "pi"} | change
    file = tmp_path / "people.toml"
    file.write_text("[[contact]]\n" + "".join(f'{key} = "{value}"\n' for key, value in given.items()))
    with pytest.raises(SourceError, match=said):
        read_toml(file)


def test_metadata_never_give_more_than_a_project_or_a_site() -> None:
    row: dict[str, Any] = dict.fromkeys(("valid_from", "valid_to"))
    row |= {"kind": "contact", "target": "eve@example.org", "source": "x", "imported_by": None, "imported_utc": 1}
    hostile = [
        row | {"of_kind": "project", "name": "unmapped", "title": None},
        row | {"of_kind": "facility", "name": "all", "title": "admin"},
        row | {"of_kind": "project", "name": "A", "title": "admin"},
        row | {"of_kind": "project", "name": "A", "title": "pi", "target": None},
    ]
    assert [(right.role, right.project) for right in of_contacts(hostile, at(date(2026, 11, 20)))] == [("member", "A")]
