"""One attempt of a job: where it runs, when what of it happens, what it is seen to use."""

from dataclasses import dataclass, replace
from math import log
from random import Random

from collectors.simulate.events import BAD_PULL
from collectors.simulate.fate import Place, World, fate, removed
from collectors.simulate.faults import Run
from collectors.simulate.population import Host, Resource, Site
from collectors.simulate.records import Attempt, Ending, Move, Request, Work
from collectors.simulate.submissions import choose, pick
from collectors.simulate.transfers import CACHES, moves_in, moves_out

QUEUED = 0.15
"""Share of runs that wait in the access point's transfer queue before their input moves."""
ELSEWHERE = 0.8
"""How strongly a job avoids the site of its last run: matchmaking has sent it there, but pilots come and go."""
SAMPLE_S = 300
"""How often a running job's use is reported: what an evicted run used after the last report is not known."""


@dataclass(frozen=True, slots=True)
class Span:
    """The times of a run: ready to execute, output begins, end; and how it ended."""

    queued_s: int
    moved_in: tuple[Move, ...]
    ready: int
    output: int
    moved_out: tuple[Move, ...]
    end: int
    ending: Ending


def draw_work(rng: Random, request: Request) -> Work:
    """What a job of that request needs."""
    shape = request.project.shape
    used = rng.lognormvariate(log(shape.memory_used), shape.memory_sigma)
    busy = rng.gauss(shape.cpu_share, 0.07)
    return Work(
        wall_s=max(4.0, rng.lognormvariate(log(shape.wall_s), shape.wall_sigma)),
        memory_mib=max(20, int(request.memory_mib * used)),
        disk_kib=max(40, int(request.disk_kib * min(1.0, rng.lognormvariate(-2.0, 0.7)))),
        cpu_share=min(1.03, max(0.02, busy)),
        gpu_share=min(1.0, max(0.0, rng.gauss(shape.gpu_share, 0.12 * shape.gpu_share))),
    )


def attempt(
    world: World, request: Request, work: Work, runs: list[Attempt], memory_mib: int, start: int, removal: int | None
) -> Attempt:
    """The attempt after `runs`: starts then, asks for that much memory, ends at `removal` (Unix s) at the latest."""
    rng = world.rng
    place = _place(world, request.gpus, start, runs[-1].site if runs else None)
    memory = _round_up(memory_mib, place.resource.memory_step_mib)
    execution_s = max(1, int(work.wall_s * place.site.slowness))
    span = _span(world, request, work, place, memory, start, execution_s)
    if removal is not None and removal <= span.end and span.ending.kind != "lost":
        span = _cut(span, request, max(removal, start + 1))
    run_s = max(0, span.output - span.ready)
    user_us, sys_us = _cpu(rng, request, work, span.ending, run_s)
    return Attempt(
        number=len(runs),
        start=start,
        queued_s=min(span.queued_s, span.end - start),
        executing=None if span.ending.before_execution else span.ready,
        output=span.output,
        end=span.end,
        site=place.site,
        resource=place.resource,
        host=place.host,
        slot=place.slot,
        request_memory_mib=memory_mib,
        cpus=_round_up(request.cpus, place.resource.cpu_step),
        memory_mib=memory,
        disk_kib=_round_up(request.disk_kib, 1024 * 1024),
        devices=_devices(rng, place.host, request.gpus),
        ending=span.ending,
        cpu_user_us=user_us,
        cpu_sys_us=sys_us,
        rss_kib=int(min(work.memory_mib, memory) * 1024 * min(1.0, 0.55 + 0.5 * run_s / execution_s)),
        disk_used_kib=work.disk_kib,
        gpu_share=work.gpu_share,
        # by HTCondor itself and by plugins
        bytes_sent=_moved(span.moved_out) + (0 if span.ending.kind != "done" else int(rng.random() * 400_000)),
        bytes_received=_moved(span.moved_in) + 40_000 + int(rng.random() * 200_000),
        moved_in=span.moved_in,
        moved_out=span.moved_out,
    )


def _span(
    world: World, request: Request, work: Work, place: Place, memory_mib: int, start: int, execution_s: int
) -> Span:
    rng = world.rng
    queued_s = int(rng.lognormvariate(log(15), 1.0)) if rng.random() < QUEUED else 0
    moved_in = moves_in(rng, request, start + queued_s, world.planted.near.get(place.site.name, CACHES))
    ready = max((move.end for move in moved_in), default=start + queued_s) + 1 + int(rng.random() * 3)
    run = Run(request, place.site, place.host, place.slot, moved_in, ready, execution_s)
    ending, part = fate(world, run, work, place, memory_mib)
    output = ready if ending.before_execution else ready + max(1, int(execution_s * part))
    moved_out = moves_out(rng, request, output) if ending.kind == "done" and ending.exit_code == 0 else ()
    end = max((move.end for move in moved_out), default=output) + int(rng.random() * 2)
    return Span(queued_s, moved_in, ready, output, moved_out, end, ending)


def _cut(span: Span, request: Request, end: int) -> Span:
    """The span as it is where its job is removed at `end`."""
    return replace(
        span,
        moved_in=tuple(move for move in span.moved_in if move.end <= end),
        output=min(span.output, end),
        moved_out=(),
        end=end,
        ending=removed(request, before_execution=end <= span.ready),
    )


def _place(world: World, gpus: int, when: int, avoid: Site | None) -> Place:
    rng, population, troubles = world.rng, world.population, world.troubles
    sites, weights = population.sites, population.site_weights
    if gpus:
        sites, weights = population.gpu_sites, population.gpu_site_weights
    site = sites[pick(rng, weights)]
    while troubles.is_dead(site, when) or (site is avoid and rng.random() < ELSEWHERE):
        site = sites[pick(rng, weights)]
    resource = choose(rng, site.gpu_resources if gpus else site.resources)
    host = choose(rng, resource.hosts)
    if not gpus and site is troubles.bad_site and when >= troubles.bad_from and rng.random() < BAD_PULL:
        resource, host = site.resources[0], troubles.bad_host
    for fault in world.planted.faults if not gpus else ():
        resource, host = fault.pulls(rng, site, when) or (resource, host)
    return _slot(rng, site, resource, host)


def _slot(rng: Random, site: Site, resource: Resource, host: Host) -> Place:
    return Place(site, resource, host, f"slot1_{1 + int(rng.random() * 48)}@{host.glidein}@{host.name}")


def _devices(rng: Random, host: Host, gpus: int) -> tuple[str, ...]:
    first = int(rng.random() * (len(host.gpus) - gpus + 1))
    return host.gpus[first : first + gpus]


def _cpu(rng: Random, request: Request, work: Work, ending: Ending, run_s: int) -> tuple[int, int]:
    """User and system CPU time as reported, in microseconds."""
    seen_s = run_s if ending.kind in ("done", "held") else run_s - run_s % SAMPLE_S
    busy_us = int(seen_s * request.cpus * work.cpu_share * 1_000_000)
    system_us = int(busy_us * (0.01 + 0.05 * rng.random()))
    return busy_us - system_us, system_us


def _moved(files: tuple[Move, ...]) -> int:
    return sum(file.file_bytes for file in files)


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
