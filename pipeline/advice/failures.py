"""Rules about what went wrong: runs that were stopped over their memory, and large input that came from one place again
and again.

What a stopped run needed is not known, only that it was more than it had. A request counts as enough for it where it is
HALF_AGAIN as much; that is an assumption, and the test on the later days shows what it is worth.
"""

import math

import numpy as np

from pipeline.advice.proposal import Effect, Exchange, Proposal, Rule
from pipeline.advice.runs import Runs, quantile
from pipeline.advice.sizes import MOST_RISK

HALF_AGAIN = 1.5
SHARES = (0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
"""Quantiles of what stopped runs had that a request is made of."""
FEWEST_STOPPED = 10
LARGE_MIB = 100.0
"""Input of a run from which on a cache is worth the trouble."""
FASTER = 1.25
"""How much sooner input has to be there through OSDF."""
_STEP_MIB = 128


def fit_more_memory(runs: Runs, exchange: Exchange) -> Proposal | None:
    """The request that would have saved most, with a retry for those that need more still."""
    stopped = runs.memory_floor_mib[~np.isnan(runs.memory_floor_mib)]
    if len(stopped) < FEWEST_STOPPED:
        return None
    values = sorted({_stepped(quantile(stopped, share)) for share in SHARES})
    proposals = [Proposal(value, retry=max(values[-1], _stepped(value))) for value in values]
    effects = [(more_memory_effect(runs, proposal, exchange), proposal) for proposal in proposals]
    saving = [(effect.hours, one) for effect, one in effects if effect.exceeded <= MOST_RISK * effect.measured]
    hours, best = max(saving, key=lambda one: one[0], default=(0.0, None))
    return best if hours > 0 else None


def more_memory_effect(runs: Runs, proposal: Proposal, exchange: Exchange) -> Effect:
    """On runs that asked for less: what stopped ones took is saved where it is enough; all others hold more of a
    machine. measured: those that were stopped; exceeded: of them, for which it is not enough."""
    less = runs.where((runs.memory_mib < proposal.value) & ~np.isnan(runs.cores))
    stopped = ~np.isnan(less.memory_floor_mib)
    enough = stopped & (proposal.value >= HALF_AGAIN * np.nan_to_num(less.memory_floor_mib))
    before, after = exchange.held_cores(less), exchange.held_cores(less, memory_mib=proposal.value)
    saved = np.where(enough, before, before - after) * less.wall_s
    return Effect(float(saved.sum()) / 3600, len(less), int(stopped.sum()), int((stopped & ~enough).sum()))


def fit_osdf(runs: Runs, exchange: Exchange) -> Proposal | None:
    """The rate of OSDF, where large files that many runs fetched from elsewhere came more slowly."""
    large = _large(runs)
    slow = large.where(large.web_s * exchange.osdf_mib_s >= FASTER * large.web_mib)
    return Proposal(exchange.osdf_mib_s) if 2 * len(slow) >= max(1, len(large)) else None


def osdf_effect(runs: Runs, proposal: Proposal, exchange: Exchange) -> Effect:
    """On runs with such input: the time by which it would have been there sooner, at OSDF's average rate; what would
    have come later is counted, too."""
    large = _large(runs)
    known = large.where(~np.isnan(large.cores))
    sooner_s = known.web_s - known.web_mib / proposal.value
    saved = np.fmin(sooner_s, known.wall_s) * exchange.held_cores(known)
    return Effect(float(saved.sum()) / 3600, len(large), len(known), int((sooner_s < 0).sum()))


def _large(runs: Runs) -> Runs:
    return runs.where((runs.web_mib >= LARGE_MIB) & ~np.isnan(runs.web_s))


def _stepped(mib: float) -> float:
    return float(math.ceil(mib * HALF_AGAIN / _STEP_MIB) * _STEP_MIB)


FAILURES = (
    Rule(
        "more_memory",
        "core hours",
        "MiB",
        fit_more_memory,
        more_memory_effect,
        "memory_floor_mib",
        "memory_mib",
        raises=True,
        fewest=FEWEST_STOPPED,
    ),
    Rule("osdf", "core hours", "MiB", fit_osdf, osdf_effect, "web_mib"),
)
