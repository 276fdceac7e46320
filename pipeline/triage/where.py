"""Where each cause is: the places that tell it best, each named once and at its own level.

Of all places at which a cause stands out, the one that tells its failures best is taken, its attempts are put aside,
and what is left is looked at again: a host that makes its site stand out leaves a site like all others behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.triage.counted import Counted
from pipeline.triage.hosts import hosts_of
from pipeline.triage.looks import Look, Looked, look_again, look_at
from pipeline.triage.places import Cause, Place
from pipeline.triage.thresholds import thresholds
from pipeline.triage.window import DIMENSIONS

MOST_OWN = 3
"""Batches and commands of one cause."""
MOST_PLACES = 12
"""Of one cause: where there are more, the cause is not one of places."""
MOSTLY = 0.8
"""The share from which on one thing stands for another."""
AS_GOOD = 0.98
"""Two places whose gains differ by less tell the same; the one of the first dimension is named."""


@dataclass(frozen=True)
class Found:
    """A cause at a place, with its probability by chance, corrected for all looks; `without`: what was put aside."""

    look: Look
    p: float
    without: tuple[Place, ...] = ()


def where(counted: Counted) -> tuple[Found, ...]:
    """The places of each cause, those of classes first. Of a signature only what is not its whole class's."""
    looked = look_at(counted)
    known: dict[str, list[Place]] = {}
    found: list[Found] = []
    for cause in _promising(looked):
        of_class = known.setdefault(cause.failure, [])
        if cause.signature and share_at(counted, cause, [], of_class) >= MOSTLY:
            continue
        for one in _places(counted, cause, looked):
            place = one.look.place
            if cause.signature and share_at(counted, cause, [place], of_class) >= MOSTLY:
                continue
            found.append(one)
            if not place.dimension.is_own:
                of_class.append(place)
    return tuple(found)


def share_at(counted: Counted, cause: Cause, at: Sequence[Place], known: Sequence[Place]) -> float:
    """Of a cause's failures in the window at some places (none: everywhere), the share that is at known ones, too."""
    failures = counted.failures(cause)
    here = counted.at(counted.failed, at)[failures] if at else np.ones(len(failures), dtype=bool)
    both = here & counted.at(counted.failed, known)[failures]
    return float(both.sum() / here.sum()) if here.any() else 0.0


def adjusted(counted: Counted, cause: Cause | None, place: Place) -> float:
    """Failures at a place, of those to be expected there; cause None: of any class.

    To be expected: each user's (of a user: each site's) attempts there at the rate of its attempts elsewhere, or where
    it has none, at the rate of all elsewhere. Half a failure is put in, so that none expected is no infinity.
    """
    by = next(dimension for dimension in DIMENSIONS if dimension.column == place.dimension.adjusted_for)
    failures = counted.failures(cause)
    is_here = counted.at(counted.tried, [place])
    fails_here = counted.at(counted.failed, [place])[failures]
    # what is not known is one more value
    codes, of_failures = counted.tried.codes[by] + 1, counted.failed.codes[by][failures] + 1
    size = len(counted.values[by]) + 1
    here, elsewhere = (np.bincount(codes, counted.tried.n * part, size) for part in (is_here, ~is_here))
    failed_elsewhere = np.bincount(of_failures, ~fails_here, size)
    usual = failed_elsewhere.sum() / elsewhere.sum() if elsewhere.sum() else 0.0
    rate = np.divide(failed_elsewhere, elsewhere, out=np.full(size, usual), where=elsewhere > 0)
    return float(fails_here.sum() / ((here * rate).sum() + 0.5))


def _promising(looked: Looked) -> list[Cause]:
    causes = {look.cause for look in looked.looks if _stands_out(look, looked.of)}
    return sorted(causes, key=lambda cause: (cause.signature != "", cause.failure, cause.signature))


def _places(counted: Counted, cause: Cause, looked: Looked) -> list[Found]:
    found: list[Found] = []
    refused: set[Place] = set()
    left = tuple(look for look in looked.looks if look.cause == cause)
    while len(found) < MOST_PLACES:
        high = [look for look in left if _stands_out(look, looked.of) and look.place not in refused]
        best = best_of(_in_turn(high, found))
        if best is None:
            break
        if adjusted(counted, cause, best.place) < thresholds().smallest_adjusted:
            refused.add(best.place)
            continue
        without = tuple(one.look.place for one in found)
        chosen = hosts_of(counted, best, without) if best.place.dimension.name == "site" else (best,)
        found += [Found(one, corrected(best.p, looked.of), without) for one in chosen]
        left = look_again(counted, cause, (*without, *(one.place for one in chosen)))
    return found


def _in_turn(high: list[Look], found: list[Found]) -> list[Look]:
    """First what nobody chooses; when none of that is left, what users chose."""
    chosen = [look for look in high if look.place.dimension.is_own]
    told = sum(one.look.place.dimension.is_own for one in found)
    if told:
        return chosen if told < MOST_OWN else []
    return [look for look in high if not look.place.dimension.is_own] or chosen


def corrected(p: float, looks: int) -> float:
    """Bonferroni's: the probability that any of so many looks shows this by chance, however they depend on another."""
    return min(1.0, p * looks)


def _stands_out(look: Look, of: int) -> bool:
    asked = thresholds()
    return look.effect[1] >= asked.smallest_effect and corrected(look.p, of) <= asked.largest_p


def best_of(looks: list[Look]) -> Look | None:
    if not looks:
        return None
    most = max(look.gain for look in looks)
    order = [dimension.name for dimension in DIMENSIONS]
    as_good = [look for look in looks if look.gain >= most * AS_GOOD]
    return min(as_good, key=lambda look: (order.index(look.place.dimension.name), -look.gain, look.place.value))
