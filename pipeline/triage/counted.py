"""The window's attempts and failures as numbers, to be counted again and again: by dimension, cause and place.

In: the tables `tried_now` and `failed_now`. Out: arrays in which each value of a dimension is a small number, its code;
-1 where it is not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.triage.places import Cause, Place
from pipeline.triage.window import DIMENSIONS, Con, Dimension

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """Rows: the code of each in each dimension, and how many attempts it is (`n`)."""

    codes: Mapping[Dimension, Ints]
    n: Ints


@dataclass(frozen=True)
class Counted:
    """The window.

    values     of each dimension, by code
    tried      attempts, those of equal dimensions in one row; failed: a row a failure
    causes     class and signature, by code; cause: the code of each failure, job: a number that tells its job
    """

    values: Mapping[Dimension, tuple[str, ...]]
    tried: Coded
    failed: Coded
    causes: tuple[Cause, ...]
    cause: Ints
    job: Ints

    def failures(self, cause: Cause | None, without: Sequence[Place] = ()) -> Ints:
        """Which failures are of that cause (None: of any), and at none of those places: numbers of rows."""
        is_of_it = np.array([cause is None or _is_of(known, cause) for known in self.causes], dtype=bool)
        left = ~self.at(self.failed, without)
        return np.flatnonzero(is_of_it[self.cause] & left if len(self.causes) else left)

    def at(self, rows: Coded, places: Iterable[Place]) -> Mask:
        """Which rows are at any of those places."""
        found = np.zeros(len(rows.n), dtype=bool)
        for place in places:
            found |= rows.codes[place.dimension] == self.code_of(place)
        return found

    def code_of(self, place: Place) -> int:
        """The value's code; -2 of one that no attempt has."""
        known = self.values[place.dimension]
        return known.index(place.value) if place.value in known else -2

    def attempts(self, dimension: Dimension, wanted: Mask | None = None) -> Ints:
        """Attempts of those rows (None: of all), by code."""
        codes = self.tried.codes[dimension]
        known = codes >= 0 if wanted is None else wanted & (codes >= 0)
        counts = np.bincount(codes[known], weights=self.tried.n[known], minlength=len(self.values[dimension]))
        return counts.astype(np.int64)

    def jobs(self, failures: Ints) -> int:
        """How many jobs had those failures."""
        return len(np.unique(self.job[failures]))


def counted(con: Con) -> Counted:
    """The window's tables in that connection."""
    tried = con.sql("FROM tried_now").to_arrow_table()
    failed = con.sql("SELECT *, (hash(job_id) >> 2)::BIGINT AS job FROM failed_now").to_arrow_table()
    values = {dimension: _values(tried, failed, dimension.column) for dimension in DIMENSIONS}
    said = [Cause(*row) for row in zip(failed["failure"].to_pylist(), failed["signature"].to_pylist(), strict=True)]
    number = {cause: code for code, cause in enumerate(dict.fromkeys(said))}
    return Counted(
        values={dimension: tuple(value or "" for value in of.to_pylist()) for dimension, of in values.items()},
        tried=Coded(_codes(tried, values), _ints(tried["n"])),
        failed=Coded(_codes(failed, values), np.ones(failed.num_rows, dtype=np.int64)),
        causes=tuple(number),
        cause=np.array([number[cause] for cause in said], dtype=np.int64),
        job=_ints(failed["job"]),
    )


def _is_of(known: Cause, cause: Cause) -> bool:
    return known == cause if cause.signature else known.failure == cause.failure


def _values(tried: pa.Table, failed: pa.Table, column: str) -> Any:
    """Values of a column in either table, each once; null, too: so that each row finds one, and nothing is null."""
    return pa.chunked_array([*tried[column].chunks, *failed[column].chunks], pa.string()).unique()


def _codes(table: pa.Table, values: Mapping[Dimension, Any]) -> dict[Dimension, Ints]:
    found = {}
    for dimension, of in values.items():
        codes = _ints(pc.index_in(table[dimension.column], value_set=of))
        unknown = pc.index_in(pa.nulls(1, pa.string()), value_set=of)[0].as_py()
        found[dimension] = codes if unknown is None else np.where(codes == unknown, -1, codes)
    return found


def _ints(column: pa.ChunkedArray) -> Ints:
    """Arrow's own way into numpy loads pandas, which takes longer than all that is counted here."""
    whole = column.combine_chunks()
    return np.from_dlpack(whole).astype(np.int64) if len(whole) else np.zeros(0, dtype=np.int64)
