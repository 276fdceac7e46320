"""What a rule of advice proposes, and what comes of it on some runs: the vocabulary of all rules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.advice.runs import Numbers, Runs

Unit = Literal["core hours", "GPU hours"]
FEWEST = 30
"""Runs that most rules have to have measured before they say anything."""


@dataclass(frozen=True)
class Exchange:
    """What goes with one core on the pool's machines, in MiB; NaN where it is not known. `basis`: how it is known.

    osdf_mib_s    at what rate input files come through OSDF, in MiB/s, on average over the pool's transfers
    """

    memory_mib: float
    disk_mib: float
    basis: str
    osdf_mib_s: float = float("nan")

    def held_cores(self, runs: Runs, **instead: Numbers | float) -> Numbers:
        """Cores' worth of a machine that each run holds: the largest of its shares, of those that are known.

        `instead`: other amounts of cores, memory_mib or disk_mib than the runs asked for.
        """
        cores, memory, disk = (instead.get(name, getattr(runs, name)) for name in ("cores", "memory_mib", "disk_mib"))
        shares = np.fmax(np.asarray(memory) / self.memory_mib, np.asarray(disk) / self.disk_mib)
        return np.asarray(np.fmax(cores, shares) + np.zeros(len(runs)))


@dataclass(frozen=True)
class Proposal:
    """A new value for something that a submit file says: `value` in MiB, cores, GPUs, seconds, or jobs in one; of
    input through OSDF its rate in MiB/s."""

    value: float
    retry: float | None = None


@dataclass(frozen=True)
class Effect:
    """What the proposal would have come to on some runs.

    hours       saved, less what is lost where it was not enough
    runs        that it is about; measured: those of them that could be compared
    exceeded    of the measured, that needed more than it gives
    """

    hours: float
    runs: int
    measured: int
    exceeded: int

    @property
    def risk(self) -> float | None:
        """Share of the measured runs that needed more; None where none was measured."""
        return self.exceeded / self.measured if self.measured else None


EffectOf = Callable[[Runs, Proposal, Exchange], Effect]


@dataclass(frozen=True)
class Rule:
    """One kind of advice.

    fit       the proposal that runs speak for; None if none
    effect    what a proposal would have come to on runs
    used      column of Runs whose quantiles are its evidence; asked: the one that it is held against, if any
    measure   unit of those columns
    raises    it is about runs that asked for less than is proposed; else for more
    fewest    runs that have to have been measured before anything is said
    """

    kind: str
    unit: Unit
    measure: str
    fit: Callable[[Runs, Exchange], Proposal | None]
    effect: EffectOf
    used: str
    asked: str | None = None
    raises: bool = False
    fewest: int = FEWEST

    def about(self, runs: Runs, proposal: Proposal) -> Runs:
        """The runs that asked for more of it (for less, where it is raised); all, where nothing is asked for."""
        if self.asked is None:
            return runs
        asked = getattr(runs, self.asked)
        return runs.where(asked < proposal.value if self.raises else asked > proposal.value)
