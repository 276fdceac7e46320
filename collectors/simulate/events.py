"""The troubles that are planted in every pool, so that there is something to find.

A bad node that fails jobs within a minute, two days of evictions at one site, a site that loses contact ever more
often and then is gone; and, by their shapes, a project that asks for far too much memory and one that leaves its
GPUs idle.
"""

from dataclasses import dataclass, replace

from collectors.simulate.plan import DAY_S, Plan
from collectors.simulate.population import Host, Population, Project, Site
from collectors.simulate.shapes import HOARDER, IDLE_GPU

BAD_PULL = 0.35
"""Share of its site's runs that land on the bad node: it is always free, since its jobs fail at once."""
BAD_FAILS = 0.94
STORM_EVICTS = 0.85
NEVER = 2**62
DYING_DAYS = 8
"""Days from the first lost contacts to the site's end, fewer in a short pool."""


@dataclass(frozen=True)
class Troubles:
    """What goes wrong where and when; instants are Unix seconds, each span is from its first to before its last."""

    bad_site: Site
    bad_host: Host
    bad_from: int
    storm_site: Site
    storm_from: int
    storm_until: int
    dying_site: Site
    dying_from: int
    dead_from: int
    hoarder: Project
    idle_gpu: Project

    def host_is_bad(self, host: Host, when: int) -> bool:
        return host is self.bad_host and when >= self.bad_from

    def is_storm(self, site: Site, when: int) -> bool:
        return site is self.storm_site and self.storm_from <= when < self.storm_until

    def lost_contact(self, site: Site, when: int) -> float:
        """Chance that a run that starts there and then loses contact: rises to nearly 1 until the site is dead."""
        if site is not self.dying_site or when < self.dying_from:
            return 0.0
        return min(0.95, 0.15 + 0.8 * (when - self.dying_from) / (self.dead_from - self.dying_from))

    def is_dead(self, site: Site, when: int) -> bool:
        return site is self.dying_site and when >= self.dead_from


def troubles(plan: Plan, population: Population) -> Troubles:
    """The troubles of a plan: at sites 1 to 4 by size, at fixed parts of its span; none in time where it has faults."""
    found = _troubles(plan, population)
    if plan.faults is None:
        return found
    return replace(
        found, bad_from=NEVER, storm_from=NEVER, storm_until=NEVER, dying_from=NEVER, dead_from=NEVER + DAY_S
    )


def _troubles(plan: Plan, population: Population) -> Troubles:
    span = plan.days * DAY_S
    storm_from = plan.begin_utc + (plan.days * 3 // 5) * DAY_S
    dying_from = plan.begin_utc + span * 7 // 10
    bad_site = population.sites[2]
    return Troubles(
        bad_site=bad_site,
        bad_host=bad_site.resources[0].hosts[0],
        bad_from=plan.begin_utc + span * 2 // 5,
        storm_site=population.sites[0],
        storm_from=storm_from,
        storm_until=storm_from + 2 * DAY_S,
        dying_site=population.sites[3],
        dying_from=dying_from,
        dead_from=dying_from + min(DYING_DAYS * DAY_S, span // 5),
        hoarder=population.of_shape(HOARDER),
        idle_gpu=population.of_shape(IDLE_GPU),
    )
