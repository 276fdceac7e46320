"""The cube's usage as documents: a cube and pools in, fields and documents with ids of their own out.

A document is the usage of one combination of BY, with the sums of METRICS that add up; a reader there groups them
further as he likes, and his totals are those of `htc-ledger usage`. Ratios do not add up: they are left to the reader.
"""

import calendar
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

import pyarrow as pa

from pipeline.cube import Cube
from pipeline.metrics import METRICS
from pipeline.pools import is_simulated_pool
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

BY = ("day", "pool", "ap", "project", "user", "site", "resource", "outcome", "institution", "field_of_science")
SUMS = tuple(metric.name for metric in METRICS if metric.kind == "sum" and metric.fact == "usage")
FORMAT = 1
"""Counted up when the same cube gives other documents."""
KEYWORD = {"type": "keyword", "ignore_above": 8191}
"""A longer name stays in the document; it cannot be searched for (a term has 32,766 bytes at most)."""
BATCH = 1000
Fields = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Document:
    """Equal keys have equal ids, whoever writes them and how often. What is not known is not in `body`."""

    id: str
    body: dict[str, Any]


def fields() -> Fields:
    """The fields of a document, as a mapping declares them."""
    names: Fields = {name: KEYWORD for name in BY if name != "day"}
    sums: Fields = {name: {"type": "double"} for name in SUMS}
    return {"day": {"type": "date", "format": "strict_date"}, **names, "simulated": {"type": "boolean"}, **sums}


@dataclass(frozen=True)
class Rollup:
    """Usage of those pools, as that viewer may see it."""

    cube: Cube
    pools: tuple[str, ...]
    viewer: Viewer

    @cached_property
    def version(self) -> str:
        """16 hexadecimal digits: equal ones mean equal documents."""
        seen = None if self.viewer.projects is None else sorted(self.viewer.projects)
        made_of = [FORMAT, self.cube.version, self.cube.published.zone, BY, SUMS, sorted(self.pools), seen]
        return _digest(made_of)[:16]

    def months(self) -> list[tuple[date, date]]:
        """First and last day of each month with usage, in order."""
        found = self.cube.usage(UsageQuery(("month",), ("wall_s",), where=self._where), self.viewer)
        return [month_of(name) for name in found.column("month").to_pylist()]

    def rows(self, first: date, last: date) -> pa.Table:
        """What documents of those days are made of: one row each."""
        return self.cube.usage(UsageQuery(BY, SUMS, first, last, self._where), self.viewer)

    @property
    def _where(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (("pool", self.pools),)


def documents(rows: pa.Table) -> Iterator[Document]:
    """One for each row."""
    for batch in rows.to_batches(max_chunksize=BATCH):
        for row in batch.to_pylist():
            known = {name: value for name, value in row.items() if value is not None}
            known["simulated"] = is_simulated_pool(row["pool"])
            yield Document(_digest([row[name] for name in BY])[:32], known)


def _digest(values: list[Any]) -> str:
    return sha256(json.dumps(values, ensure_ascii=True).encode()).hexdigest()


def month_of(name: str) -> tuple[date, date]:
    """First and last day of a month, such as 2026-11."""
    first = date.fromisoformat(f"{name}-01")
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
