"""What may be planted in a simulated pool: a plan in; what each fault does to jobs, and the truth about it, out.

The records tell of a fault as a real pool's do, by what runs say and how they end. Where it is and since when stands in
`Truth` alone. Everything is drawn from the plan's seed, so that equal plans have equal faults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from collectors.simulate.plan import Plan
from collectors.simulate.population import Host, Population, Resource, Site
from collectors.simulate.records import Ending, Move, Request
from collectors.simulate.said import Scene, classes, words

FIRST, LAST = 0.55, 0.8
"""Parts of the plan's span between which a fault begins."""
HOUR_S = 3600


@dataclass(frozen=True)
class Truth:
    """What was planted: `value` of `dimension`, from then on and before `until_utc`, Unix seconds.

    classes  those of failures that name it rightly; none where no run fails of it
    """

    fault: str
    dimension: str
    value: str
    classes: tuple[str, ...]
    from_utc: int
    until_utc: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is about to execute: of whom, where, with what input, from when, and for how long if all goes well."""

    request: Request
    site: Site
    host: Host
    slot: str
    moves: tuple[Move, ...]
    ready: int
    execution_s: int

    def scene(self, rng: Random, limit_h: int = 0) -> Scene:
        """What a text may tell of it."""
        return Scene(self.slot, self.request, self.moves, rng.randrange(1000, 4_000_000), limit_h)


EndsAt = tuple[Ending, float]
"""An ending, and after what part of the execution."""


@dataclass(frozen=True)
class Fault:
    """Something that is wrong from its beginning on; by itself it does nothing. `dimension` and `value` say where."""

    name: str
    dimension: str
    value: str
    from_utc: int
    until_utc: int

    @property
    def truth(self) -> Truth:
        return Truth(self.name, self.dimension, self.value, classes(self.name), self.from_utc, self.until_utc)

    def lasts(self, when: int) -> bool:
        return self.from_utc <= when < self.until_utc

    def submits(self, request: Request, when: int) -> Request:
        """What a batch is submitted with, in place of `request`."""
        return request

    def pulls(self, rng: Random, site: Site, when: int) -> tuple[Resource, Host] | None:
        """The host that takes a run of that site; None: any of them."""
        return None

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        """How the run ends of it; None: it does not."""
        return None

    def _says(self, rng: Random, run: Run, part: float) -> EndsAt:
        return run.scene(rng).ending(words(self.name).drawn(rng)), part


@dataclass(frozen=True)
class Planted:
    """What goes wrong in a pool, in this order; `near` are the caches of each site, the nearest most often."""

    faults: tuple[Fault, ...] = ()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def begins(plan: Plan, rng: Random) -> int:
    """When a fault begins, Unix seconds: some time in the second half, so that there is a while before and after."""
    span = plan.end_utc - plan.begin_utc
    return plan.begin_utc + int(span * rng.uniform(FIRST, LAST))


def busy(population: Population) -> list[Site]:
    """Sites that run enough for a fault to be told from chance: the largest, a third of all, eight at least."""
    return list(population.sites[: max(8, len(population.sites) // 3)])
