"""Rights and people for tests: one of each kind, at one moment."""

from pipeline.rights.grant import Grant, Who, Wish
from pipeline.rights.viewing import Identity

NOW = 1_800_000_000
DAY = 86_400
ISSUER = "https://login.example.org"
ADA = Identity(ISSUER, "u-1", "ada@example.org", frozenset({"htc-ops"}))


def given(
    role: str,
    who: Who,
    project: str | None = None,
    site: str | None = None,
    until_utc: int | None = None,
    at_utc: int = NOW,
) -> Grant:
    """That right, given at that moment by root."""
    return Wish(who, role, project, site, "", "root", "command", until_utc).made(at_utc)
