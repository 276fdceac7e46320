"""What goes wrong in any pool: each host, site, user and batch at a rate of its own. A plan in; a Fault that lasts out.

Rates are log-normal, so that a few hosts, sites and people are several times worse than the median ones: nothing here
is so even that any threshold would do. Evictions have good and bad days at each site; runs of one batch fail together
more often than chance has it; now and then somebody's batch, a small one as people try things out first, fails whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log
from random import Random

from collectors.simulate.faults import HOUR_S, EndsAt, Fault, Run
from collectors.simulate.plan import DAY_S, Plan
from collectors.simulate.population import Population, Project
from collectors.simulate.records import Request
from collectors.simulate.said import words
from collectors.simulate.transfers import CACHES_MANY, PELICAN

HOST_FAILS, SITE_TRANSFERS, EVICTIONS_PER_H = 0.003, 0.008, 0.02
"""Medians: share of runs that fail for their host; of those with input by URL, for that; evictions in an hour."""
BATCH_SIGMA, USER_SIGMA = 0.7, 0.6
MISTAKEN, LARGEST_MISTAKE = 0.02, 5
"""Share of batches in which nothing can succeed, and how many jobs those have at most."""
NEAREST = 17
"""How often the nearest cache is asked, for each time that another one is."""
IMAGES = 6


@dataclass(frozen=True)
class Background(Fault):
    """The rates of one pool. `batches` is the seed of what is drawn for each batch."""

    hosts: Mapping[str, float]
    transfers: Mapping[str, float]
    evictions: Mapping[str, tuple[float, ...]]
    users: Mapping[str, float]
    batches: str

    def submits(self, request: Request, when: int) -> Request:
        rng = Random(f"{self.batches}/{request.user.user}/{when}")
        share = request.project.shape.fails * self.users[request.user.user] * rng.lognormvariate(0, BATCH_SIGMA)
        dressed = replace(request, fails=min(0.6, share), image=image_of(request.project))
        if rng.random() >= MISTAKEN:
            return dressed
        mistake = words("background", "user").drawn(rng)
        return replace(dressed, mistake=mistake, size=min(request.size, 1 + int(rng.random() * LARGEST_MISTAKE)))

    def ends(self, rng: Random, run: Run) -> EndsAt | None:
        if run.request.mistake is not None:
            return run.scene(rng).ending(run.request.mistake), rng.random() * 0.2
        if run.moves and rng.random() < self.transfers[run.site.name]:
            said = words("background", "transfer" if run.moves[-1].protocol == PELICAN else "web")
            return run.scene(rng).ending(said.drawn(rng)), 0.0
        if rng.random() < self.hosts[run.host.name]:
            return run.scene(rng).ending(words("background", "host").drawn(rng)), rng.random()
        days = self.evictions[run.site.name]
        per_h = days[min(len(days) - 1, max(0, (run.ready - self.from_utc) // DAY_S))]
        if rng.random() > exp(-per_h * run.execution_s / HOUR_S):
            return run.scene(rng).ending(words("background", "site").drawn(rng)), rng.random()
        return None


def background(plan: Plan, population: Population) -> Background:
    """The rates of a plan: the same for the same plan."""
    rng = Random(f"{plan.seed}/background")

    def rate(median: float, sigma: float) -> float:
        return min(0.3, rng.lognormvariate(log(median), sigma))

    sites = population.sites
    hosts = [host for site in sites for part in (*site.resources, *site.gpu_resources) for host in part.hosts]
    users = [user.user for project in population.projects for user in project.users]
    usual = {site.name: rate(EVICTIONS_PER_H, 0.6) for site in sites}
    return Background(
        name="background",
        dimension="",
        value="",
        from_utc=plan.begin_utc,
        until_utc=plan.end_utc,
        hosts={host.name: rate(HOST_FAILS, 0.9) for host in hosts},
        transfers={site.name: rate(SITE_TRANSFERS, 0.6) for site in sites},
        evictions={name: tuple(rate(usual[name], 0.35) for _ in range(plan.days)) for name in usual},
        users={user: rng.lognormvariate(0, USER_SIGMA) for user in users},
        batches=f"{plan.seed}/batches",
    )


def near(plan: Plan, population: Population) -> dict[str, tuple[str, ...]]:
    """The caches that each site asks: one of them nearly always."""
    rng = Random(f"{plan.seed}/caches")
    chosen = {site.name: rng.choice(CACHES_MANY) for site in population.sites}
    return {name: (*(cache,) * NEAREST, *CACHES_MANY) for name, cache in chosen.items()}


def image_of(project: Project) -> str | None:
    """The image that a project's jobs run in: a few projects share each."""
    name = project.name or ""
    return f"osdf:///sim/images/base-{sum(name.encode()) % IMAGES + 1}.sif" if project.shape.contained else None
