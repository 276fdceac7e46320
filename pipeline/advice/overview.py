"""What a project's runs are: its largest workflows, and how much of what they asked for they used. Pure."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.advice.runs import Numbers, Runs

EDGES = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Used per asked for: up to each of these, and more than the last."""
MOST_WORKFLOWS = 10
Measure = Literal["memory", "disk"]
_COLUMNS: dict[Measure, tuple[str, str]] = {
    "memory": ("memory_used_mib", "memory_mib"),
    "disk": ("disk_used_mib", "disk_mib"),
}


@dataclass(frozen=True)
class Workflow:
    """A user's workflow; `name` is empty where their runs name none. Core hours; good: of runs that succeeded.

    busy    CPU time per core time, of the runs that reported it; None if none did
    """

    user: str
    name: str
    runs: int
    hours: float
    good_hours: float
    busy: float | None


@dataclass(frozen=True)
class Fit:
    """How much of what was asked for was used, at the peak of each run.

    shares    of the measured runs' wall time, by EDGES; empty if none was measured
    measured  runs in it, of `runs`
    """

    measure: Measure
    shares: tuple[float, ...]
    measured: int
    runs: int


def largest(runs: Runs, one_in: int = 1) -> tuple[Workflow, ...]:
    """Workflows with most core hours; `one_in`: of so many runs each one stands for all."""
    hours = np.nan_to_num(runs.wall_s * runs.cores) / 3600 * one_in
    busy = np.where(np.isnan(runs.cores), np.nan, runs.cores_busy * runs.wall_s / 3600 * one_in)
    keys = list(zip(runs.user, runs.workflow, strict=True))
    known = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    place = np.array([known[key] for key in keys], dtype=np.int64)
    measured = ~np.isnan(busy)

    def added(values: Numbers, mask: npt.NDArray[np.bool_]) -> Numbers:
        return np.asarray(np.bincount(place[mask], weights=values[mask], minlength=len(known)), dtype=np.float64)

    everything = np.ones(len(place), dtype=bool)
    counts, total = np.bincount(place, minlength=len(known)), added(hours, everything)
    good, used, of = added(hours, runs.outcome == "succeeded"), added(busy, measured), added(hours, measured)
    found = [
        Workflow(
            *key,
            int(counts[at]) * one_in,
            float(total[at]),
            float(good[at]),
            float(used[at] / of[at]) if of[at] else None,
        )
        for key, at in known.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.hours, one.user, one.name))[:MOST_WORKFLOWS])


def fit(runs: Runs, measure: Measure) -> Fit:
    """The distribution of used per asked for, weighed by wall time."""
    used, asked = (getattr(runs, name) for name in _COLUMNS[measure])
    known = ~np.isnan(used) & (asked > 0)
    ratio, wall = used[known] / asked[known], runs.wall_s[known]
    if not wall.sum():
        return Fit(measure, (), 0, len(runs))
    bins = np.bincount(np.searchsorted(EDGES, ratio, side="left"), weights=wall, minlength=len(EDGES) + 1)
    return Fit(measure, tuple(float(part) for part in bins / wall.sum()), int(known.sum()), len(runs))
