"""Faults of hosts, sites and caches."""

from dataclasses import dataclass
from math import exp
from random import Random

from collectors.simulate.faults import HOUR_S, EndsAt, Fault, Run
from collectors.simulate.population import Host, Resource, Site
from collectors.simulate.said import words

FULL_FAILS, STORM_PER_H, CACHE_WORST = 0.45, 2.0, 0.9
CACHE_DIES_S = 12 * HOUR_S
"""From the first failures of a cache to its worst."""


@dataclass(frozen=True)
class BadNode(Fault):
    """A host whose disk went read-only: most runs fail on it, some after a while; it takes no more than others do."""

    fails: float = 0.75

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        if run.host.name != self.value or not self.lasts(run.ready) or rng.random() >= self.fails:
            return None
        return self._says(rng, run, rng.random() ** 2)


@dataclass(frozen=True)
class BlackHole(Fault):
    """A host that fails nearly every run within half a minute, and so is always free for the next of its site's."""

    resource: Resource
    host: Host
    pull: float = 0.35
    fails: float = 0.96

    def pulls(self, rng: Random, site: Site, when: int) -> tuple[Resource, Host] | None:
        is_here = self.resource in site.resources and self.lasts(when)
        return (self.resource, self.host) if is_here and rng.random() < self.pull else None

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        if run.host.name != self.value or not self.lasts(run.ready) or rng.random() >= self.fails:
            return None
        return self._says(rng, run, min(1.0, (3 + 25 * rng.random()) / run.execution_s))


@dataclass(frozen=True)
class FullDisk(Fault):
    """A site's scratch disks are full: about half of its runs cannot write."""

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        if run.site.name != self.value or not self.lasts(run.ready) or rng.random() >= FULL_FAILS:
            return None
        return self._says(rng, run, rng.random())


@dataclass(frozen=True)
class EvictionStorm(Fault):
    """A site takes its slots back again and again."""

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        in_storm_h = max(0, min(run.ready + run.execution_s, self.until_utc) - max(run.ready, self.from_utc)) / HOUR_S
        if run.site.name != self.value or rng.random() > 1 - exp(-STORM_PER_H * in_storm_h):
            return None
        before_s = max(0, self.from_utc - run.ready)
        after_s = before_s + rng.random() * min(in_storm_h, 2.0) * HOUR_S
        return self._says(rng, run, min(1.0, after_s / run.execution_s))


@dataclass(frozen=True)
class WalltimePolicy(Fault):
    """A site lets runs last no longer than a new limit: longer ones are put on hold there."""

    limit_h: int = 3

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        limit_s = self.limit_h * HOUR_S
        if run.site.name != self.value or run.execution_s <= limit_s or not self.lasts(run.ready + limit_s):
            return None
        said = words(self.name).drawn(rng)
        return run.scene(rng, self.limit_h).ending(said), limit_s / run.execution_s


@dataclass(frozen=True)
class DyingCache(Fault):
    """A cache that answers ever less: runs whose last input comes from it fail more and more often."""

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        if not run.moves or run.moves[-1].endpoint != self.value or not self.lasts(run.ready):
            return None
        share = min(1.0, 0.3 + (run.ready - self.from_utc) / CACHE_DIES_S)
        return self._says(rng, run, 0.0) if rng.random() < CACHE_WORST * share else None
