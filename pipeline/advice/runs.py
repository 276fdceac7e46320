"""Runs of jobs as columns of numbers: what rules of advice look at. Unknown is NaN, never zero."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers = npt.NDArray[np.float64]
TEXTS = ("user", "workflow", "outcome")


@dataclass(frozen=True)
class Runs:
    """One row a run (an attempt that ended), all arrays of the same length.

    workflow   batch name, else the executable's name, as far as known; '' where not
    cores, gpus, memory_mib, disk_mib     what was asked for
    cores_busy, gpus_busy, memory_used_mib, disk_used_mib   what was used: averages, and peaks of memory and disk
    memory_floor_mib  what a run that was stopped over its memory had used at least: it needed more
    staging_s  waiting for and moving files; unsaved_s: time that no checkpoint kept, of an evicted run
    web_mib, web_s    input files from elsewhere than OSDF that many runs of the user fetched: size, and time to fetch
    """

    user: npt.NDArray[np.object_]
    workflow: npt.NDArray[np.object_]
    outcome: npt.NDArray[np.object_]
    end_utc: Numbers
    wall_s: Numbers
    cores: Numbers
    cores_busy: Numbers
    gpus: Numbers
    gpus_busy: Numbers
    memory_mib: Numbers
    memory_used_mib: Numbers
    disk_mib: Numbers
    disk_used_mib: Numbers
    staging_s: Numbers
    unsaved_s: Numbers
    memory_floor_mib: Numbers
    web_mib: Numbers
    web_s: Numbers

    @classmethod
    def of(cls, table: pa.Table) -> "Runs":
        """Of a table with these columns; null becomes NaN (of texts: '')."""
        columns: dict[str, Any] = {field.name: _column(table, field.name) for field in fields(cls)}
        return cls(**columns)

    def __len__(self) -> int:
        return len(self.wall_s)

    def where(self, mask: npt.NDArray[np.bool_]) -> "Runs":
        """Those runs."""
        return Runs(**{field.name: getattr(self, field.name)[mask] for field in fields(self)})

    @property
    def core_h(self) -> float:
        """Core hours of all of them, of those whose cores are known."""
        return float(np.nansum(self.wall_s * self.cores)) / 3600

    def workflows(self, fewest: int) -> Iterator[tuple[str, str | None, "Runs"]]:
        """Each user's workflows, and their other runs together (None) where a workflow has fewer than that."""
        for user in sorted(set(self.user)):
            own = self.where(self.user == user)
            names, counts = np.unique(own.workflow.astype(str), return_counts=True)
            large = [str(name) for name, count in zip(names, counts, strict=True) if count >= fewest and name]
            for name in large:
                yield str(user), name, own.where(own.workflow == name)
            rest = ~np.isin(own.workflow.astype(str), large)
            if rest.sum() >= fewest:
                yield str(user), None, own.where(rest)


def quantile(values: Numbers, share: float) -> float:
    """The smallest value that at least that share of the known values do not exceed; NaN if none is known."""
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return float("nan")
    return float(known[max(int(np.ceil(share * len(known) - 1e-9)), 1) - 1])


def _column(table: pa.Table, name: str) -> npt.NDArray[np.generic]:
    column = table.column(name)
    if name in TEXTS:
        return np.array([text or "" for text in column.to_pylist()], dtype=object)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
