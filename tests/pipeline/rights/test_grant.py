"""A right as a record: what can be given, how it is written, and that it comes back from its row as it was."""

import pytest

from pipeline.errors import UsageError
from pipeline.rights.grant import Grant, Who, checked, revoked
from tests.pipeline.rights.given import DAY, ISSUER, NOW, given

ADA = Who("email", "ada@example.org")


@pytest.mark.parametrize(
    ("role", "project", "site", "said"),
    [
        ("pi", None, None, "a role in one project"),
        ("member", "A", "North", "a role in one project"),
        ("contact", "A", None, "a role at one site"),
        ("admin", "A", None, "about everything"),
        ("facility", None, "North", "about everything"),
        ("member", "unmapped", None, "belongs to no project"),
        ("member", " unmapped\n", None, "belongs to no project"),
        ("owner", "A", None, "no role 'owner'"),
        ("pi", "  ", None, "project is empty"),
        ("pi", "A" * 256, None, "256 characters"),
    ],
)
def test_a_role_goes_with_what_it_is_about(role: str, project: str | None, site: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        given(role, ADA, project, site)


def test_a_right_ends_after_it_begins() -> None:
    with pytest.raises(UsageError, match="before it begins"):
        given("admin", ADA, until_utc=NOW)


@pytest.mark.parametrize("address", ["ada", "a@b@c", "Ada <ada@example.org>", "a b@example.org", "ada@exämple.org"])
def test_an_address_is_one_plain_address(address: str) -> None:
    with pytest.raises(UsageError, match="no mail address"):
        checked(Who("email", address))


def test_an_address_counts_in_small_letters() -> None:
    assert checked(Who("email", " Ada@Example.ORG ")) == ADA


def test_a_provider_s_id_means_nothing_without_the_provider() -> None:
    with pytest.raises(UsageError, match="without the provider"):
        checked(Who("subject", "u-1"))
    assert checked(Who("subject", "u-1", ISSUER)).issuer == ISSUER


def test_a_right_comes_back_from_its_row() -> None:
    right = given("pi", Who("group", "ops", ISSUER), "A", until_utc=NOW + DAY)
    taken = revoked(right, "root", "command", NOW + 5)
    assert [Grant.of_row(one.row()) for one in (right, taken)] == [right, taken]
    assert (right.row()["act"], taken.row()["act"], taken.undoes) == ("grant", "revoke", right.number)
    assert right.id != taken.id
