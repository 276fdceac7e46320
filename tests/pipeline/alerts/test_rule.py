"""Which findings a rule is about, and which rules are refused."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from tests.pipeline.alerts.rules import rule
from tests.pipeline.desk.found import FULL


@pytest.mark.parametrize(
    ("given", "wants"),
    [
        ({}, True),
        ({"kinds": ["storm"]}, False),
        ({"kinds": ["storm", "class"]}, True),
        ({"classes": ["disk_exceeded"]}, True),
        ({"classes": ["network"]}, False),
        ({"sites": ["Alpha", "Beta"]}, True),
        ({"sites": ["Beta"]}, False),
        ({"least_hours": 12.5}, True),
        ({"least_hours": 12.6}, False),
        ({"least_attempts": 91}, False),
    ],
)
def test_all_conditions_have_to_hold(given: dict[str, object], wants: bool) -> None:
    assert rule(**given).wants(FULL) is wants


def test_what_was_so_before_is_told_only_where_it_is_asked_for() -> None:
    assert not rule().wants(replace(FULL, alarm=False))
    assert rule(known=True).wants(replace(FULL, alarm=False))


def test_a_host_is_at_its_site_and_a_user_of_the_same_name_is_not() -> None:
    on_host = replace(FULL, dimension="host", values=("n1",), value="n1", within="Alpha")
    assert rule(sites=["Alpha"]).wants(on_host)
    assert not rule(sites=["Alpha"]).wants(replace(FULL, dimension="user"))


def test_what_went_quiet_has_no_failures_to_count() -> None:
    assert rule(least_attempts=5, least_hours=2).wants(replace(FULL, kind="quiet", failed=0, hours=0.0))


@pytest.mark.parametrize(
    "given",
    [
        {"to": []},
        {"to": ["nobody"]},
        {"to": ["ftp://example.org"]},
        {"to": ["https://user:password@example.org/"]},
        {"to": ["a@b", "a@b"]},
        {"to": ["a@b\nBcc: c@d"]},
        {"classes": ["disk"]},
        {"kinds": ["fire"]},
        {"name": "two\nlines"},
        {"name": ""},
        {"unknown": 1},
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        rule(**given)
