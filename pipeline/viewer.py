"""Who asks. Every question to the cube carries a viewer; there is no question without one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """A person or program, and the projects whose usage it may see; `projects` None means all of them.

    sites           sites that it is the contact of; no question answers by these yet, so they widen nothing
    may_operate     may acknowledge and mute findings
    may_administer  may give and take rights
    """

    name: str
    projects: frozenset[str] | None = None
    sites: frozenset[str] = frozenset()
    may_operate: bool = False
    may_administer: bool = False

    @property
    def sees_all(self) -> bool:
        return self.projects is None


LOCAL = Viewer("local", may_operate=True, may_administer=True)
"""The one person of a server that is bound to loopback, and of the command line: sees everything."""
