"""What became of the allocated time, as a table: a row a group, a column a bucket. Asks the cube; pure but for that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from pipeline.buckets import BUCKETS
from pipeline.cube import Cube
from pipeline.errors import UsageError
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

SHEETS: Mapping[str, str] = {"cores": "cpu_h", "memory": "memory_gib_h", "gpus": "gpu_h"}
"""Each sheet of the table, and the metric that it is of."""
USE = ("used", "idle")


@dataclass(frozen=True)
class WasteRow:
    """One group: its key, its hours, and those of each bucket. None: not known; buckets without time have 0."""

    key: tuple[str, ...]
    total_h: float | None
    hours: Mapping[str, float | None]

    def share(self, bucket: str) -> float | None:
        """The bucket's part of the total; None where either is not known or there is nothing."""
        hours = self.hours[bucket]
        return None if hours is None or not self.total_h else hours / self.total_h


@dataclass(frozen=True)
class WasteTable:
    """The rows in the order of their keys, their sum, and the buckets that any of them has time in."""

    by: tuple[str, ...]
    sheet: str
    rows: tuple[WasteRow, ...]
    whole: WasteRow

    @property
    def buckets(self) -> tuple[str, ...]:
        return tuple(name for name, hours in self.whole.hours.items() if hours)

    def as_rows(self) -> list[dict[str, Any]]:
        """For programs: the group, its total, and hours and share of each bucket."""
        return [
            dict(zip(self.by, row.key, strict=True))
            | {"total_h": row.total_h}
            | {f"{name}_h": row.hours[name] for name in row.hours}
            | {f"{name}_share": row.share(name) for name in row.hours}
            for row in self.rows
        ]


def waste_table(cube: Cube, viewer: Viewer, query: UsageQuery, sheet: str) -> WasteTable:
    """The table of a sheet for the question's groups, days and filters; its metrics are not looked at.

    Raises UsageError for an unknown sheet, and where the question itself asks for buckets.
    """
    if sheet not in SHEETS:
        raise UsageError(f"there is no sheet {sheet!r}", f"Known: {', '.join(SHEETS)}.")
    if "bucket" in query.by:
        raise UsageError("buckets are the columns of this table", "Leave `bucket` out, or ask `htc-ledger usage`.")
    name = SHEETS[sheet]
    groups = _hours(cube, viewer, replace(query, by=(*query.by, "bucket"), metrics=(name,)), name)
    whole = _hours(cube, viewer, replace(query, by=("bucket",), metrics=(name,)), name) if groups else {}
    rows = tuple(_row(key, found) for key, found in groups.items())
    return WasteTable(query.by, sheet, rows, _row((), whole.get((), {})))


def as_table(found: WasteTable) -> pa.Table:
    """The rows for programs. Names are text, all else numbers: also where every value is unknown."""
    names = [*found.by, "total_h", *(f"{name}_{what}" for what in ("h", "share") for name in found.whole.hours)]
    schema = pa.schema([(name, pa.string() if name in found.by else pa.float64()) for name in names])
    return pa.Table.from_pylist(found.as_rows(), schema=schema)


def _hours(cube: Cube, viewer: Viewer, query: UsageQuery, name: str) -> dict[tuple[str, ...], dict[str, float | None]]:
    found: dict[tuple[str, ...], dict[str, float | None]] = {}
    for row in cube.usage(query, viewer).to_pylist():
        *key, bucket = (row[group] for group in query.by)
        found.setdefault(tuple(key), {})[bucket] = row[name]
    return found


def _row(key: tuple[str, ...], found: Mapping[str, float | None]) -> WasteRow:
    total = _sum(found.values())
    hours = {bucket.name: found.get(bucket.name, None if total is None else 0.0) for bucket in BUCKETS}
    if hours["not_measured"]:
        # what nobody measured is neither used nor idle
        hours |= {name: found.get(name) for name in USE}
    return WasteRow(key, total, hours)


def _sum(numbers: Iterable[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
