"""Who asks. Every question to the cube carries a viewer; there is no question without one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """A person or program, and the projects whose usage it may see; `projects` None means all of them."""

    name: str
    projects: frozenset[str] | None = None

    @property
    def sees_all(self) -> bool:
        return self.projects is None


LOCAL = Viewer("local")
"""The one person of a server that is bound to loopback, and of the command line: sees everything."""
