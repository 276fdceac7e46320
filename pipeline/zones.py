"""The reporting zones of one cube: the ledger's own, whose tables are in the schemas that every cube has, and others.

What depends on where days begin (see `reads.of_zone`) is made once for each zone; all else once. The tables of another
zone are in schemas of their own, which are looked in before the ledger's: so each model, check and question has one
text, and an other zone's days stand in the place of the ledger's.
"""

from dataclasses import dataclass

from pipeline.reads import of_zone, reads_of_zone
from pipeline.rules import Check


@dataclass(frozen=True)
class Zone:
    """An IANA time zone; `is_own`: the ledger's own."""

    name: str
    is_own: bool = True

    def schema(self, own: str) -> str:
        """Where this zone has what the ledger's own has in that schema: `cube.main` -> `cube."America/Chicago"`."""
        if self.is_own:
            return own
        database, _, name = own.rpartition(".")
        named = self.name if name == "main" else f"{name} {self.name}"
        return ".".join([*([database] if database else []), '"' + named.replace('"', '""') + '"'])

    def path(self, *own: str) -> tuple[str, ...]:
        """Where one looks for this zone's days who looks in those schemas for the ledger's own, the first first."""
        return own if self.is_own else (*map(self.schema, own), *own)

    def has(self, model: str) -> bool:
        """True if the zone has a table of that model for itself."""
        return self.is_own or model in of_zone()

    def holds(self, check: Check) -> bool:
        """True if the rule has to hold of the zone's own tables."""
        return self.is_own or reads_of_zone(check.sql)


def zones_of(own: str, others: tuple[str, ...]) -> tuple[Zone, ...]:
    """The ledger's own zone, then the others."""
    return (Zone(own), *(Zone(name, is_own=False) for name in others))
