"""Every cause beside every value of every dimension: how many failed so there and elsewhere, and what chance would do.

In: what was counted in the window. Out: looks, with the probability by chance, and how many there were.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from pipeline.triage.chance import chance
from pipeline.triage.counted import Counted, Ints
from pipeline.triage.places import Cause, Place
from pipeline.triage.thresholds import thresholds
from pipeline.triage.window import DIMENSIONS, Dimension


@dataclass(frozen=True)
class Look:
    """A cause at a place, and elsewhere: attempts that failed so, and all that could have; p is of this look alone.

    gain: by how much two rates tell the numbers better than one (twice the difference of log likelihoods).
    """

    cause: Cause
    place: Place
    failed: int
    tried: int
    failed_elsewhere: int
    tried_elsewhere: int
    jobs: int
    p: float

    @property
    def effect(self) -> tuple[float, float, float]:
        """Risk ratio, and the ends of its interval of 95 %."""
        return risk_ratio(self.failed, self.tried, self.failed_elsewhere, self.tried_elsewhere)

    @property
    def gain(self) -> float:
        both = self.failed + self.failed_elsewhere, self.tried + self.tried_elsewhere
        apart = likelihood(self.failed, self.tried) + likelihood(self.failed_elsewhere, self.tried_elsewhere)
        return 2 * (apart - likelihood(*both))


@dataclass(frozen=True)
class Looked:
    """Looks at which failures are enough, and an effect large enough, to tell anything; and how many combinations there
    were to look at in all."""

    looks: tuple[Look, ...]
    of: int


def look_at(counted: Counted) -> Looked:
    """Each cause at each value at which it occurs: classes, and their signatures."""
    tried = {dimension: counted.attempts(dimension) for dimension in DIMENSIONS}
    causes = {Cause(cause.failure) for cause in counted.causes} | {one for one in counted.causes if one.signature}
    found: list[Look] = []
    for cause in sorted(causes, key=lambda cause: (cause.failure, cause.signature)):
        found += _all_looks(counted, cause, tried, counted.failures(cause))
    return Looked(tuple(found), sum(_combinations(counted, dimension) for dimension in DIMENSIONS))


def look_again(counted: Counted, cause: Cause, without: Sequence[Place]) -> tuple[Look, ...]:
    """One cause, of the window's attempts that are at none of those places."""
    left = ~counted.at(counted.tried, without)
    tried = {dimension: counted.attempts(dimension, left) for dimension in DIMENSIONS}
    return tuple(_all_looks(counted, cause, tried, counted.failures(cause, without)))


def _combinations(counted: Counted, dimension: Dimension) -> int:
    """Pairs of a cause and a value that occur, of classes and of signatures."""
    codes, size = counted.failed.codes[dimension], len(counted.values[dimension]) + 1
    pairs = np.unique(counted.cause[codes >= 0] * size + codes[codes >= 0])
    told = [(counted.causes[int(pair) // size], int(pair) % size) for pair in pairs]
    of_signatures = 0 if dimension.is_own else sum(cause.signature != "" for cause, _ in told)
    return len({(cause.failure, value) for cause, value in told}) + of_signatures


def _looked_at(cause: Cause) -> list[Dimension]:
    """What users chose is looked at of classes alone."""
    return [dimension for dimension in DIMENSIONS if not (dimension.is_own and cause.signature)]


def _all_looks(counted: Counted, cause: Cause, tried: Mapping[Dimension, Ints], failures: Ints) -> Iterator[Look]:
    if len(failures) >= thresholds().fewest_failed:
        for dimension in _looked_at(cause):
            yield from _looks(counted, cause, dimension, tried[dimension], failures)


def _looks(counted: Counted, cause: Cause, dimension: Dimension, tried: Ints, failures: Ints) -> Iterator[Look]:
    codes = counted.failed.codes[dimension][failures]
    failed = np.bincount(codes[codes >= 0], minlength=len(tried))
    elsewhere, tried_elsewhere = failed.sum() - failed, tried.sum() - tried
    asked = thresholds()
    enough = (failed >= asked.fewest_failed) & (tried >= asked.fewest_tried)
    enough &= (tried_elsewhere >= asked.fewest_elsewhere) & (failed * tried_elsewhere > elsewhere * tried)
    for code in np.flatnonzero(enough):
        counts = int(failed[code]), int(tried[code]), int(elsewhere[code]), int(tried_elsewhere[code])
        value = counted.values[dimension][code]
        # jobs and chance take longer to tell than whether the effect is large enough
        if value != "" and risk_ratio(*counts)[1] >= asked.smallest_effect:
            jobs = counted.jobs(failures[codes == code])
            if jobs >= asked.fewest_jobs:
                yield Look(cause, Place(dimension, value), *counts, jobs, chance(*counts))


def risk_ratio(failed: int, tried: int, failed_elsewhere: int, tried_elsewhere: int) -> tuple[float, float, float]:
    """Ratio of two shares with its interval of 95 %; half a failure is put in where none is elsewhere."""
    elsewhere = failed_elsewhere or 0.5
    ratio = (failed / tried) / (elsewhere / tried_elsewhere)
    error = sqrt(max(1 / failed - 1 / tried + 1 / elsewhere - 1 / tried_elsewhere, 0))
    return ratio, ratio * exp(-1.96 * error), ratio * exp(1.96 * error)


def likelihood(some: int, of: int) -> float:
    """Log likelihood that `some` of so many attempts fail, at the rate of just that."""
    return sum(part * log(part / of) for part in (some, of - some) if part)
