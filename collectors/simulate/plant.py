"""A plan's faults, each at a place and from a time that the seed chooses, no two of them at one site or of one user."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from random import Random

from collectors.simulate.background import background, image_of, near
from collectors.simulate.faults import HOUR_S, Fault, Planted, Truth, begins, busy
from collectors.simulate.faults_of_people import ExpiredCredential, OverRequest, Typo, WrongLibrary
from collectors.simulate.faults_of_places import (
    BadNode,
    BlackHole,
    DyingCache,
    EvictionStorm,
    FullDisk,
    WalltimePolicy,
)
from collectors.simulate.plan import DAY_S, FAULTS, Plan
from collectors.simulate.population import Person, Population, Project, Site
from collectors.simulate.shapes import DAG, HOARDER
from pipeline.errors import LedgerError

LEAST_SHARE = 0.025
"""Share of the pool's jobs that somebody has at least whose fault is to be found."""


def plant(plan: Plan, population: Population) -> Planted:
    """What goes wrong in a plan's pool, its faults first; nothing for a plan without faults of its own."""
    if plan.faults is None:
        return Planted()
    named = set(plan.faults)
    faults = [made for name, made in _all(plan, population).items() if name in named]
    return Planted((*faults, background(plan, population)), near(plan, population))


def truths(plan: Plan, population: Population) -> tuple[Truth, ...]:
    """What a plan's records do not say of themselves: each fault's place and time."""
    return tuple(fault.truth for fault in plant(plan, population).faults if fault.name in FAULTS)


def write_truths(found: Iterable[Truth], path: Path) -> None:
    """Write them as JSON. Raises LedgerError where the file is there, or cannot be written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            json.dump([asdict(truth) for truth in found], file, indent=2, ensure_ascii=False)
            file.write("\n")
    except OSError as error:
        raise LedgerError(f"cannot write {path}: {error.strerror}", "Name a new file.") from error


def _all(plan: Plan, population: Population) -> dict[str, Fault]:
    """Every fault at its place, whichever of them are planted: one is the same with and without the others."""
    rng = Random(f"{plan.seed}/faults")
    bad, full, storm, hole, short = rng.sample(busy(population), 5)
    asks, expired, mistaken = _people(population, rng)
    found = [
        BadNode("bad_node", "host", rng.choice(bad.resources[0].hosts).name, *_when(plan, rng)),
        FullDisk("full_disk", "site", full.name, *_when(plan, rng)),
        WrongLibrary("wrong_library", "image", _image(population, rng), *_when(plan, rng)),
        DyingCache("dying_cache", "cache", _cache(plan, population, rng), *_when(plan, rng, 48)),
        OverRequest("over_requested_memory", "user", asks.user, *_when(plan, rng)),
        EvictionStorm("eviction_storm", "site", storm.name, *_when(plan, rng, rng.randint(10, 30))),
        ExpiredCredential("expired_credential", "user", expired.user, *_when(plan, rng, rng.randint(36, 72))),
        _black_hole(plan, hole, rng),
        WalltimePolicy("walltime_policy", "site", short.name, *_when(plan, rng), limit_h=rng.randint(2, 4)),
        Typo("typo", "user", mistaken.user, *_when(plan, rng, 48), which=rng.randrange(2)),
    ]
    return {fault.name: fault for fault in found}


def _when(plan: Plan, rng: Random, lasts_h: int | None = None) -> tuple[int, int]:
    """From when, and until when: None for good."""
    begin = begins(plan, rng)
    return begin, plan.end_utc + 10 * DAY_S if lasts_h is None else begin + lasts_h * HOUR_S


def _black_hole(plan: Plan, site: Site, rng: Random) -> Fault:
    resource = rng.choice(site.resources)
    host = rng.choice(resource.hosts)
    return BlackHole("black_hole", "host", host.name, *_when(plan, rng), resource=resource, host=host)


def _image(population: Population, rng: Random) -> str:
    """An image of several projects, so that it is not one of them that is to blame."""
    users: dict[str, int] = {}
    for project in population.projects:
        image = image_of(project)
        if image is not None:
            users[image] = users.get(image, 0) + 1
    most = max(users.values())
    return rng.choice(sorted(image for image, projects in users.items() if projects >= min(3, most)))


def _cache(plan: Plan, population: Population, rng: Random) -> str:
    """The nearest cache of a busy site."""
    return rng.choice([near(plan, population)[site.name][0] for site in busy(population)])


def _people(population: Population, rng: Random) -> list[Person]:
    """Three people of different projects who run enough; the first one's jobs have a core each."""
    asking = [project for project in population.projects if project.shape.cpus == (1,) and _is_open(project)]
    first = rng.choice(_busiest(population, asking))
    others = [project for project in population.projects if _is_open(project) and first not in project.users]
    found = [first]
    for person in rng.sample(people := _busiest(population, others), len(people)):
        if len(found) < 3 and not any(_together(population, person, one) for one in found):
            found.append(person)
    return found


def _is_open(project: Project) -> bool:
    return project.name is not None and project.shape not in (DAG, HOARDER) and not project.shape.gpus


def _together(population: Population, one: Person, other: Person) -> bool:
    return any(one in project.users and other in project.users for project in population.projects)


def _busiest(population: Population, projects: Iterable[Project]) -> list[Person]:
    """People of those projects with LEAST_SHARE of the pool's jobs; the eight with most where there are too few."""
    shares = []
    weights = population.project_weights
    for project in projects:
        number = population.projects.index(project)
        share = weights[number] - (weights[number - 1] if number else 0.0)
        users = project.user_weights
        for place, person in enumerate(project.users):
            own = users[place] - (users[place - 1] if place else 0.0)
            shares.append((share * own / users[-1], person))
    shares.sort(key=lambda pair: -pair[0])
    enough = sum(share >= LEAST_SHARE for share, _ in shares)
    return [person for _, person in shares[: max(8, enough)]]
