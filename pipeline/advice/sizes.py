"""Rules about sizes: memory, disk, cores and GPUs that were asked for and not used.

A run holds as much of a machine as the largest of its shares: its cores, or the cores that go with its memory or disk.
Its hours are of that many cores: less memory saves nothing where the cores are the larger share. Of several candidates,
made of quantiles of what was used, the one is proposed that would have saved most, less what is lost where it was not
enough: such a run ends for nothing, and runs again with what it had asked for.
"""

import math
from collections.abc import Iterable
from functools import partial

import numpy as np

from pipeline.advice.proposal import Effect, EffectOf, Exchange, Proposal, Rule
from pipeline.advice.runs import Runs, quantile

SHARES = (0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
"""Quantiles of what was used that a request is made of."""
MOST_RISK = 0.1
"""Share of runs that may need more than is proposed, however much it would save."""
HEADROOM = 1.1
"""Memory and disk that are proposed, per what was used."""
STEPS = {"memory_mib": 128, "disk_mib": 512}
"""MiB in which they are proposed."""
USED = {"memory_mib": "memory_used_mib", "disk_mib": "disk_used_mib"}
_SLACK_CORES, _SLACK_GPUS = 0.05, 0.01
"""What may be busy beyond a whole number: measuring is not that exact."""


def fit_amount(asked: str, runs: Runs, exchange: Exchange) -> Proposal | None:
    """The request for memory or disk that would have saved most."""
    used = getattr(runs, USED[asked])
    if np.isnan(used).all():
        return None
    values = sorted({_stepped(quantile(used, share), STEPS[asked]) for share in SHARES})
    top = values[-1]
    candidates = (Proposal(value, retry=top if top > value else None) for value in values)
    return _best(partial(amount_effect, asked), runs, candidates, exchange)


def amount_effect(asked: str, runs: Runs, proposal: Proposal, exchange: Exchange) -> Effect:
    """On runs that asked for more of it."""
    more = runs.where(getattr(runs, asked) > proposal.value)
    over = more.where(~np.isnan(getattr(more, USED[asked])) & ~np.isnan(more.cores))
    before = exchange.held_cores(over)
    after = exchange.held_cores(over, **{asked: proposal.value})
    short = getattr(over, USED[asked]) > proposal.value
    # what was not enough runs twice: once for nothing, once with what it had
    saved = np.where(short, -after, before - after) * over.wall_s
    return Effect(float(saved.sum()) / 3600, len(more), len(over), int(short.sum()))


def fit_cores(runs: Runs, exchange: Exchange) -> Proposal | None:
    """The number of cores that would have saved most."""
    several = runs.where((runs.cores > 1) & ~np.isnan(runs.cores_busy))
    if not len(several):
        return None
    values = {max(1, math.ceil(quantile(several.cores_busy, share) - _SLACK_CORES)) for share in SHARES}
    return _best(cores_effect, runs, (Proposal(float(cores)) for cores in sorted(values)), exchange)


def cores_effect(runs: Runs, proposal: Proposal, exchange: Exchange) -> Effect:
    """On runs with more cores than that; one that kept more busy takes longer, in the same ratio."""
    more = runs.where(runs.cores > proposal.value)
    over = more.where(~np.isnan(more.cores_busy))
    longer = np.fmax(over.cores_busy / proposal.value, 1)
    after = exchange.held_cores(over, cores=proposal.value) * longer
    saved = (exchange.held_cores(over) - after) * over.wall_s
    short = over.cores_busy > proposal.value + _SLACK_CORES
    return Effect(float(saved.sum()) / 3600, len(more), len(over), int(short.sum()))


def fit_gpus(runs: Runs, exchange: Exchange) -> Proposal | None:
    """The number of GPUs that would have saved most; 0 where none was busy."""
    measured = runs.where((runs.gpus > 0) & ~np.isnan(runs.gpus_busy))
    if not len(measured):
        return None
    values = {max(0, math.ceil(quantile(measured.gpus_busy, share) - _SLACK_GPUS)) for share in SHARES}
    return _best(gpus_effect, runs, (Proposal(float(gpus)) for gpus in sorted(values)), exchange)


def gpus_effect(runs: Runs, proposal: Proposal, exchange: Exchange) -> Effect:
    """On runs with more GPUs than that, in GPU hours; one that kept more busy runs again with what it had."""
    more = runs.where(runs.gpus > proposal.value)
    over = more.where(~np.isnan(more.gpus_busy))
    short = over.gpus_busy > proposal.value + _SLACK_GPUS
    saved = np.where(short, -proposal.value, over.gpus - proposal.value) * over.wall_s
    return Effect(float(saved.sum()) / 3600, len(more), len(over), int(short.sum()))


def _stepped(mib: float, step: int) -> float:
    return float(math.ceil(mib * HEADROOM / step) * step)


def _best(effect: EffectOf, runs: Runs, candidates: Iterable[Proposal], exchange: Exchange) -> Proposal | None:
    """The candidate that would have saved most, the smaller of two equal ones; None if none would have saved any."""
    effects = [(effect(runs, proposal, exchange), proposal) for proposal in candidates]
    saving = [(found.hours, proposal) for found, proposal in effects if found.exceeded <= MOST_RISK * found.measured]
    hours, best = max(saving, key=lambda one: one[0], default=(0.0, None))
    return best if hours > 0 else None


SIZES = (
    Rule(
        "memory",
        "core hours",
        "MiB",
        partial(fit_amount, "memory_mib"),
        partial(amount_effect, "memory_mib"),
        "memory_used_mib",
        "memory_mib",
    ),
    Rule(
        "disk",
        "core hours",
        "MiB",
        partial(fit_amount, "disk_mib"),
        partial(amount_effect, "disk_mib"),
        "disk_used_mib",
        "disk_mib",
    ),
    Rule("cores", "core hours", "cores", fit_cores, cores_effect, "cores_busy", "cores"),
    Rule("gpus", "GPU hours", "GPUs", fit_gpus, gpus_effect, "gpus_busy", "gpus"),
)
