"""From who logged in to what may be seen: an identity and rights in, a viewer out. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.rights.grant import OF_ALL, Grant
from pipeline.viewer import Viewer


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as a login provider or proxy vouches for it.

    issuer   the provider's address, or `proxy`
    subject  the provider's id of the person, which never changes
    email    in small letters; None where the provider does not vouch for it
    """

    issuer: str
    subject: str
    email: str | None = None
    groups: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """For people, and beside what they do."""
        return self.email or self.subject


def holds_for(right: Grant, identity: Identity) -> bool:
    """Whether that right was given to them."""
    who = right.who
    if who.issuer is not None and who.issuer != identity.issuer:
        return False
    if who.kind == "subject":
        return who.issuer is not None and who.name == identity.subject
    if who.kind == "group":
        return who.name in identity.groups
    return identity.email is not None and who.name == identity.email


def viewer_of(identity: Identity, rights: Iterable[Grant]) -> Viewer:
    """What they may see and do by the rights in force; without any: nothing."""
    mine = [right for right in rights if holds_for(right, identity)]
    roles = {right.role for right in mine}
    projects = frozenset(right.project for right in mine if right.project is not None)
    return Viewer(
        identity.name,
        projects=None if roles & OF_ALL else projects,
        sites=frozenset(right.site for right in mine if right.site is not None),
        may_operate=bool(roles & {"admin", "operator"}),
        may_administer="admin" in roles,
    )
