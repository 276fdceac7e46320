"""How an attempt ends: well, by its own failure, by the pool's, or by one of the planted troubles."""

from dataclasses import dataclass, field
from math import exp
from random import Random

from collectors.simulate.body import wording
from collectors.simulate.events import BAD_FAILS, STORM_EVICTS, Troubles
from collectors.simulate.faults import Planted, Run
from collectors.simulate.population import Host, Population, Resource, Site
from collectors.simulate.records import Ending, Request, Work
from collectors.simulate.submissions import choose

EVICTIONS_PER_H = 0.02
LOST_RUNS = 0.006
BAD_INPUT = 0.004
SIGNALS = 0.006
LONGEST_S = 20 * 3600
TOO_LONG = 47
"""Hold code of a run that lasted longer than that."""

DRAINED, RECONNECT_FAILED = (1014, "drained"), (1008, "disconnected")
EVICTIONS = (DRAINED, (1019, "outbid"), (1011, "preempted"), RECONNECT_FAILED)
"""Vacate codes, and the names of their reasons."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run has its slot."""

    site: Site
    resource: Resource
    host: Host
    slot: str


@dataclass(frozen=True, slots=True)
class World:
    """The pool that attempts run in, and its dice."""

    rng: Random
    population: Population
    troubles: Troubles
    planted: Planted = field(default_factory=Planted)


def fate(world: World, run: Run, work: Work, place: Place, memory_mib: int) -> tuple[Ending, float]:
    """How a run ends that is ready to execute, and after what part of its execution."""
    rng, troubles, site = world.rng, world.troubles, place.site
    request, ready, execution_s = run.request, run.ready, run.execution_s
    chance = rng.random
    for fault in world.planted.faults:
        if (ends := fault.ends(rng, run)) is not None:
            return ends
    if chance() < troubles.lost_contact(site, ready):
        return _evicted(RECONNECT_FAILED), chance()
    if troubles.is_storm(site, ready) and chance() < STORM_EVICTS:
        return _evicted(DRAINED), 0.05 + 0.8 * chance()
    if troubles.host_is_bad(place.host, ready) and chance() < BAD_FAILS:
        return Ending("done", exit_code=1), min(1.0, (10 + 50 * chance()) / execution_s)
    if chance() < BAD_INPUT:
        return _bad_input(request, place.slot), 0.0
    if chance() < LOST_RUNS:
        return Ending("lost"), chance()
    if work.memory_mib > memory_mib:
        return _over_memory(site, place.slot, memory_mib), 0.1 + 0.8 * chance()
    if execution_s > LONGEST_S:
        return Ending("held", code=TOO_LONG, subcode=0, reason=wording("too_long")), LONGEST_S / execution_s
    if chance() > exp(-EVICTIONS_PER_H * execution_s / 3600):
        return _evicted(choose(rng, EVICTIONS)), chance()
    return _exited(rng, request), 1.0


def _exited(rng: Random, request: Request) -> Ending:
    shape = request.project.shape
    if rng.random() < SIGNALS:
        return Ending("done", exit_signal=choose(rng, (11, 11, 9, 6)))
    if rng.random() >= (shape.fails if request.fails is None else request.fails):
        return Ending("done", exit_code=0)
    if shape.holds_on_exit:
        return Ending("held", exit_code=9, code=3, subcode=9, reason=wording("exit_hold"))
    return Ending("done", exit_code=choose(rng, (1, 1, 1, 2, 64, 127, 255)))


def _evicted(cause: tuple[int, str]) -> Ending:
    return Ending("evicted", exit_signal=15, code=cause[0], subcode=0, reason=wording(cause[1]))


def removed(request: Request, before_execution: bool) -> Ending:
    """The ending of a run whose job its user removes."""
    signal = None if before_execution else 15
    why = wording("removed").format(owner=request.user.owner)
    return Ending("removed", None, signal, 1023, 0, why, before_execution)


def _bad_input(request: Request, slot: str) -> Ending:
    why = wording("no_input").format(slot=slot, submit_file=request.submit_file)
    return Ending("held", code=13, subcode=256, reason=why, before_execution=True)


def _over_memory(site: Site, slot: str, memory_mib: int) -> Ending:
    code, subcode = site.memory_hold
    why = wording("over_memory").format(slot=slot, memory_mib=memory_mib)
    return Ending("held", code=code, subcode=subcode, reason=why)
