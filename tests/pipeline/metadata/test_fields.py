"""Ids of fields of science: what was damaged is mended where that is certain, and told; nothing is guessed."""

import pytest

from pipeline.metadata.fields import mended, title

LISTED = {
    "26.1310": "Ecology and Evolution",
    "26.1301": "Ecology",
    "01.0902": "Animal Breeding",
    "40.0801": "Physics, General",
    "40.0801b": "Statistical Physics",
    "11.0701": "Computer Science",
}


@pytest.mark.parametrize(
    ("written", "meant", "rule"),
    [
        ("26.1310", "26.1310", ""),
        ("26.131", "26.1310", "field-damaged"),  # a zero at the end is lost
        ("1.0902", "01.0902", "field-damaged"),  # a zero in front
        ("14.1", "14.10", "field-damaged"),  # a series
        ("1", "01", "field-damaged"),
        ("26", "26", ""),  # a family
        ("26.13", "26.13", ""),  # a series
        ("40.0801b", "40.0801b", ""),
        ("11.0701a", "11.0701", "field-suffix"),
        ("40.0899", "40.08", "field-unknown"),
        ("77.0101", None, "field-unknown"),
        ("Physics", None, "field-unreadable"),
        ("2.6e1", None, "field-unreadable"),
        ("", None, "field-missing"),
        (None, None, "field-missing"),
    ],
)
def test_an_id_is_mended_or_told(written: str | None, meant: str | None, rule: str) -> None:
    found = mended(written, LISTED)
    assert (found.id, found.rule) == (meant, rule)


@pytest.mark.parametrize(
    ("field_id", "name"),
    [
        ("26.1310", "Ecology and Evolution"),
        ("40.08", "Physics (40.08)"),
        ("26.13", "Biological and Biomedical Sciences (26.13)"),
        ("26", "Biological and Biomedical Sciences"),
    ],
)
def test_a_series_has_the_name_of_its_general_field_or_of_its_family(field_id: str, name: str) -> None:
    assert title(field_id, LISTED) == name


def test_without_a_list_ids_are_taken_as_they_are() -> None:
    assert mended("40.0801b", {}).id == "40.0801b"
    assert mended("40.0801b", {}).rule == ""
