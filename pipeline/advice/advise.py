"""Advice on each user's workflows: rules applied to their runs, tested on the later half of the days, largest first.

In: runs and what goes with a core. Out: Advice. Pure. Nothing is said below FEWEST runs, or where a change would have
saved little: then there is nothing to do.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.advice.failures import FAILURES
from pipeline.advice.habits import HABITS
from pipeline.advice.proposal import FEWEST, Effect, Exchange, Proposal, Rule
from pipeline.advice.runs import Runs, quantile
from pipeline.advice.sizes import SIZES

RULES = (*SIZES, *HABITS, *FAILURES)
AGAINST = {"memory": "more_memory", "more_memory": "memory"}
"""Of two pieces of advice that contradict each other, the one that saves more is given."""
LEAST_HOURS = 5.0
LEAST_SHARE = 0.01
"""What a change would have to save at least: hours, and of the runs' own."""
QUANTILES = (0.05, 0.5, 0.9, 0.95, 0.99, 1.0)


@dataclass(frozen=True)
class Tested:
    """Advice made of the runs of the first half of the days alone, and what it would have come to in the second."""

    value: float
    effect: Effect


@dataclass(frozen=True)
class Advice:
    """One change for a user's workflow (None: for the user's smaller workflows together).

    asked, used    quantiles (see QUANTILES) of what the runs that it is about asked for and used; empty: not known
    tested         None where one half has too few runs to say
    """

    rule: Rule
    user: str
    workflow: str | None
    proposal: Proposal
    effect: Effect
    asked: tuple[float, ...]
    used: tuple[float, ...]
    tested: Tested | None

    @property
    def kind(self) -> str:
        return self.rule.kind


def advise(runs: Runs, exchange: Exchange, between_utc: float, rules: Iterable[Rule] = RULES) -> list[Advice]:
    """Advice, most hours first, GPU hours as hours. `between_utc` parts the days for the test."""
    kept = list(rules)
    found = [
        advice
        for user, workflow, own in runs.workflows(FEWEST)
        for rule in kept
        if (advice := _advice(rule, user, workflow, own, exchange, between_utc)) is not None
    ]
    most = {(one.user, one.workflow, one.kind): one.effect.hours for one in found}
    consistent = [
        one for one in found if one.effect.hours >= most.get((one.user, one.workflow, AGAINST.get(one.kind, "")), 0)
    ]
    return sorted(consistent, key=lambda one: (-one.effect.hours, one.user, one.workflow or "", one.kind))


def _advice(
    rule: Rule, user: str, workflow: str | None, runs: Runs, exchange: Exchange, between_utc: float
) -> Advice | None:
    proposal = rule.fit(runs, exchange)
    if proposal is None:
        return None
    effect = rule.effect(runs, proposal, exchange)
    enough = max(LEAST_HOURS, LEAST_SHARE * runs.core_h)
    if effect.measured < rule.fewest or not effect.hours >= enough:
        return None
    about = rule.about(runs, proposal)
    asked = () if rule.asked is None else _quantiles(about, rule.asked)
    tested = _tested(rule, runs, exchange, between_utc)
    if tested is not None and tested.effect.hours < 0:
        return None  # it did not hold when it was tried
    return Advice(rule, user, workflow, proposal, effect, asked, _quantiles(about, rule.used), tested)


def _tested(rule: Rule, runs: Runs, exchange: Exchange, between_utc: float) -> Tested | None:
    """What the advice of the first half would have come to in the second; nothing saved where it had said nothing."""
    first, second = runs.where(runs.end_utc < between_utc), runs.where(runs.end_utc >= between_utc)
    proposal = rule.fit(first, exchange) if len(first) >= FEWEST and len(second) >= FEWEST else None
    return None if proposal is None else Tested(proposal.value, rule.effect(second, proposal, exchange))


def _quantiles(runs: Runs, name: str) -> tuple[float, ...]:
    found = tuple(quantile(getattr(runs, name), share) for share in QUANTILES)
    return () if math.isnan(found[0]) else found
