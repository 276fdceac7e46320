"""What a provider says about a person becomes an identity; what has not its form is not there."""

import pytest

from dashboard.identity.claims import groups_of, identity_of

ISSUER = "https://login.example.org"


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "Ada@Example.org", "email_verified": True}, "ada@example.org"),
        ({"email": "ada@example.org", "email_verified": False}, None),
        ({"email": "ada@example.org", "email_verified": "true"}, None),
        ({"email": "ada@example.org"}, None),
        ({"email": "ada", "email_verified": True}, None),
        ({"email": ["ada@example.org"], "email_verified": True}, None),
        ({"email_verified": True}, None),
    ],
)
def test_an_address_counts_if_it_is_one_and_was_checked(claims: dict[str, object], email: str | None) -> None:
    assert identity_of(ISSUER, {"sub": "u1", **claims}, "groups", any_email=False).email == email


def test_a_provider_that_never_says_so_can_be_believed() -> None:
    assert identity_of(ISSUER, {"sub": "u1", "email": "a@b.org"}, "groups", any_email=True).email == "a@b.org"


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        (["a", "b", "a"], {"a", "b"}),
        ("a b", {"a b"}),
        (["a", 1, None, "", ["b"], "x" * 256], {"a"}),
        ({"a": 1}, set()),
        (None, set()),
    ],
)
def test_groups_are_names(claim: object, groups: set[str]) -> None:
    assert groups_of(claim) == groups
    assert identity_of(ISSUER, {"sub": "u1", "isMemberOf": claim}, "isMemberOf", any_email=False).groups == groups


def test_there_are_never_too_many_groups() -> None:
    assert len(groups_of([str(number) for number in range(5000)])) == 1000
