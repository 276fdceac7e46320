"""A roll-up to Elasticsearch, so that a reader there sees all of it or none: client and roll-up in, an alias out.

Each version has an index of its own, named by it; readers ask the alias. Documents have ids of their own, so that what
is written twice is there once. A month that is there with all its documents is not written again. When all are, one
request moves the alias and removes the versions before: what was restated or taken back is gone with them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
from elasticsearch import Elasticsearch, NotFoundError

from pipeline.elastic.bulk import send
from pipeline.elastic.connection import Patience
from pipeline.elastic.rollup import Rollup, documents, fields
from pipeline.errors import SourceError

VERSION = re.compile(r"[0-9a-f]{16}")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Written:
    """The index that readers get now, its documents, and how many of them this run sent."""

    index: str
    documents: int
    sent: int


@dataclass(frozen=True)
class Place:
    """Where roll-ups go: `alias` is what readers ask, `alias`-VERSION are the indices."""

    client: Elasticsearch
    alias: str
    patience: Patience = field(default_factory=Patience)

    def write(self, rollup: Rollup, progress: Progress) -> Written:
        """Write it and let readers have it; nothing to do where they have it. Raises SourceError, client's errors."""
        index = f"{self.alias}-{rollup.version}"
        tries = self.patience.tries
        if self._served() == {index}:  # a server that is not there at the start is not waited for
            return Written(index, tries(lambda: self._count(index)), 0)
        tries(lambda: self._prepare(index, rollup))
        expected = sent = 0
        for first, last in rollup.months():
            rows = rollup.rows(first, last)
            expected += rows.num_rows
            sent += tries(partial(self._month, index, rows, (first, last)))
            progress(f"{first:%Y-%m}: {rows.num_rows:,} documents")
        tries(lambda: self._serve(index, expected))
        return Written(index, expected, sent)

    def _prepare(self, index: str, rollup: Rollup) -> None:
        """The template, and an index of it: empty, or what an earlier run has written of the same version."""
        self.client.indices.put_index_template(
            name=self.alias,
            index_patterns=[f"{self.alias}-*"],
            priority=500,
            template={"settings": {"number_of_shards": 1}, "mappings": {"dynamic": "strict", "properties": fields()}},
        )
        if self.client.indices.exists(index=index):
            self.client.indices.refresh(index=index)
        else:
            made_of = {"version": rollup.cube.version, "zone": rollup.cube.published.zone, "pools": list(rollup.pools)}
            self.client.indices.create(index=index, mappings={"_meta": made_of})

    def _month(self, index: str, rows: pa.Table, days: tuple[date, date]) -> int:
        """Send the month unless it is there; returns how many documents were sent."""
        if self._count(index, days) == rows.num_rows:
            return 0
        return send(self.client, index, documents(rows))

    def _serve(self, index: str, expected: int) -> None:
        """Let readers have that index and no other. Raises SourceError if it does not hold what it should."""
        self.client.indices.refresh(index=index)
        there = self._count(index)
        if there != expected:
            what = f"{index} holds {there:,} documents instead of {expected:,}"
            raise SourceError(what, "Does something else write there? Readers still get what was there before.")
        actions: list[dict[str, Any]] = [
            {"remove_index": {"index": name}} for name in self._versions() if name != index
        ]
        self.client.indices.update_aliases(actions=[*actions, {"add": {"index": index, "alias": self.alias}}])

    def _served(self) -> set[str]:
        try:
            return set(self.client.indices.get_alias(name=self.alias))
        except NotFoundError:
            return set()

    def _versions(self) -> list[str]:
        """Every index of ours here; other names that begin as ours are left alone."""
        start = f"{self.alias}-"
        there = self.client.indices.get(index=f"{start}*", features=["aliases"])
        return [name for name in there if VERSION.fullmatch(name.removeprefix(start))]

    def _count(self, index: str, days: tuple[date, date] | None = None) -> int:
        query = None if days is None else {"range": {"day": {"gte": str(days[0]), "lte": str(days[1])}}}
        count: int = self.client.count(index=index, query=query)["count"]
        return count
