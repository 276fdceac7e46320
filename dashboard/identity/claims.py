"""What a provider says about a person -> an identity. Claims come from outside: each has its form, or is not there."""

from collections.abc import Mapping
from typing import Any

from pipeline.mail.address import is_address
from pipeline.rights.viewing import Identity

MOST_GROUPS = 1000
LONGEST = 255


def identity_of(issuer: str, claims: Mapping[str, Any], groups_claim: str, *, any_email: bool) -> Identity:
    """Who it is. An address counts if the provider says that it checked it, or with `any_email`."""
    email = claims.get("email")
    is_checked = any_email or claims.get("email_verified") is True
    return Identity(
        issuer,
        claims["sub"],
        email.lower() if is_checked and isinstance(email, str) and is_address(email) else None,
        groups_of(claims.get(groups_claim)),
    )


def groups_of(claim: object) -> frozenset[str]:
    """The groups of a claim that is one name or a list of them; what is no name, or too long for one, is left out."""
    names = [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return frozenset(name for name in names[:MOST_GROUPS] if isinstance(name, str) and 0 < len(name) <= LONGEST)
