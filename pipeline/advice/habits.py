"""Rules about how jobs are cut: no checkpoints, jobs that are too short, jobs that nothing ends.

Each says what it assumes. What it cannot know (the price of a checkpoint, the wait before a start) is not counted.
"""

import math

import numpy as np

from pipeline.advice.proposal import Effect, Exchange, Proposal, Rule
from pipeline.advice.runs import Runs, quantile

EVERY_S = 3600
"""A checkpoint an hour: half of that is lost at an eviction, on average."""
SHORT_S = 600
"""Shorter jobs are bundled..."""
BUNDLE_S = 3600
"""...to about so much."""
LIMIT = 2
"""A limit on run time is this many times what nearly every good run needed."""
_LIMIT_STEP_S = 900


def fit_checkpoint(runs: Runs, exchange: Exchange) -> Proposal | None:
    """A checkpoint an hour, where runs that were evicted lost more than half of one."""
    return Proposal(EVERY_S) if (runs.unsaved_s > EVERY_S / 2).any() else None


def checkpoint_effect(runs: Runs, proposal: Proposal, exchange: Exchange) -> Effect:
    """On evicted runs that saved nothing: all but half of the time between two checkpoints is kept."""
    lost = runs.where(~np.isnan(runs.unsaved_s))
    known = lost.where(~np.isnan(lost.cores))
    kept = np.fmax(known.unsaved_s - proposal.value / 2, 0)
    return Effect(float((kept * exchange.held_cores(known)).sum()) / 3600, len(lost), len(known), 0)


def fit_bundle(runs: Runs, exchange: Exchange) -> Proposal | None:
    """How many short jobs make one of an hour."""
    short = _short(runs)
    half = quantile(short.wall_s, 0.5)
    if not len(short) or half <= 0 or len(short) * 2 < len(runs):
        return None
    return Proposal(float(math.ceil(BUNDLE_S / half)))


def bundle_effect(runs: Runs, proposal: Proposal, exchange: Exchange) -> Effect:
    """On short runs: one of a bundle moves its files, the others find them there."""
    short = _short(runs)
    known = short.where(~np.isnan(short.staging_s) & ~np.isnan(short.cores))
    saved = known.staging_s * exchange.held_cores(known) * (1 - 1 / proposal.value)
    return Effect(float(saved.sum()) / 3600, len(short), len(known), 0)


def _short(runs: Runs) -> Runs:
    return runs.where((runs.outcome == "succeeded") & (runs.wall_s < SHORT_S))


def fit_limit(runs: Runs, exchange: Exchange) -> Proposal | None:
    """Twice what 99 in 100 good runs needed."""
    good = quantile(runs.wall_s[runs.outcome == "succeeded"], 0.99)
    if math.isnan(good):
        return None
    return Proposal(float(math.ceil(LIMIT * good / _LIMIT_STEP_S) * _LIMIT_STEP_S))


def limit_effect(runs: Runs, proposal: Proposal, exchange: Exchange) -> Effect:
    """On runs that went on longer: what came of none of them is saved, what came of good ones is lost."""
    over = runs.where(runs.wall_s > proposal.value)
    known = over.where(~np.isnan(over.cores))
    good = known.outcome == "succeeded"
    saved = np.where(good, -proposal.value, known.wall_s - proposal.value) * exchange.held_cores(known)
    succeeded = int((runs.outcome == "succeeded").sum())
    return Effect(float(saved.sum()) / 3600, len(over), succeeded, int(good.sum()))


HABITS = (
    Rule("checkpoint", "core hours", "s", fit_checkpoint, checkpoint_effect, "unsaved_s"),
    Rule("bundle", "core hours", "s", fit_bundle, bundle_effect, "wall_s"),
    Rule("limit", "core hours", "s", fit_limit, limit_effect, "wall_s"),
)
