"""From an identity to what may be seen: a right counts for who it was given to, and for nobody who is like them."""

from dataclasses import replace

import pytest

from pipeline.rights.grant import Who
from pipeline.rights.viewing import Identity, holds_for, viewer_of
from pipeline.viewer import LOCAL, Viewer
from tests.pipeline.rights.given import ADA, ISSUER, given


def test_without_a_right_nothing_is_seen() -> None:
    assert viewer_of(ADA, []) == Viewer("ada@example.org", frozenset())
    assert not viewer_of(ADA, [given("admin", Who("email", "bob@example.org"))]).sees_all


@pytest.mark.parametrize(
    ("role", "sees_all", "operates", "administers"),
    [("admin", True, True, True), ("operator", True, True, False), ("facility", True, False, False)],
)
def test_roles_that_see_everything_differ_in_what_they_do(
    role: str, sees_all: bool, operates: bool, administers: bool
) -> None:
    viewer = viewer_of(ADA, [given(role, Who("email", "ada@example.org"))])
    assert (viewer.sees_all, viewer.may_operate, viewer.may_administer) == (sees_all, operates, administers)


def test_projects_and_sites_add_up_and_widen_nothing_else() -> None:
    email, group = Who("email", "ada@example.org"), Who("group", "htc-ops")
    rights = [given("pi", email, "A"), given("member", group, "B"), given("contact", email, site="North")]
    assert viewer_of(ADA, rights) == Viewer("ada@example.org", frozenset({"A", "B"}), frozenset({"North"}))


@pytest.mark.parametrize(
    ("who", "holds"),
    [
        (Who("email", "ada@example.org"), True),
        (Who("email", "ada@example.org", ISSUER), True),
        (Who("email", "ada@example.org", "https://other.example.org"), False),
        (Who("subject", "u-1", ISSUER), True),
        (Who("subject", "u-1", "https://other.example.org"), False),
        (Who("subject", "u-1"), False),
        (Who("subject", "ada@example.org", ISSUER), False),
        (Who("group", "htc-ops"), True),
        (Who("group", "htc"), False),
        (Who("group", "ada@example.org"), False),
    ],
)
def test_a_right_counts_for_who_it_was_given_to(who: Who, holds: bool) -> None:
    right = replace(given("admin", Who("email", "x@example.org")), who=who)
    assert holds_for(right, ADA) is holds


def test_an_address_that_nobody_vouches_for_is_nobody_s() -> None:
    assert not holds_for(given("admin", Who("email", "ada@example.org")), replace(ADA, email=None))
    assert viewer_of(Identity(ISSUER, "u-1"), []).name == "u-1"


def test_the_person_at_the_machine_sees_and_does_everything() -> None:
    assert LOCAL.sees_all
    assert LOCAL.may_operate
    assert LOCAL.may_administer
