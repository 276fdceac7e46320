"""Which days of jobs are in Elasticsearch, as the lake's table `elastic_day` has it: an append-only journal.

A day is noted when all its jobs are there, so that what is killed on the way sends no day twice but the one it was at,
and finds there what it had sent of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from pipeline.elastic.told import ToldDay
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.schema import ELASTIC_DAY

_TRIES = 8


@dataclass(frozen=True)
class SentDay:
    """What a day was like when it was written last, and how often it was written."""

    told: ToldDay
    times: int


Sent = dict[tuple[str, date], SentDay]


@dataclass(frozen=True)
class DaysSent:
    """The days that are in one data stream: `stream_id` tells it from another of its name."""

    lake: Lake
    stream: str
    stream_id: str

    def read(self, pools: Iterable[str]) -> Sent:
        """The days of those pools that were ever written. Raises LakeError."""
        wanted = set(pools)
        rows = self.lake.read(ELASTIC_DAY).to_pylist()
        mine = [row for row in rows if (row["source"], row["stream_id"]) == (self.stream, self.stream_id)]
        days = (
            SentDay(ToldDay(row["pool"], date.fromisoformat(row["day"]), row["jobs"], row["digest"]), row["times"])
            for row in sorted(mine, key=lambda row: row["times"])
            if row["pool"] in wanted
        )
        return {(sent.told.pool, sent.told.day): sent for sent in days}

    def note(self, days: Iterable[ToldDay], before: Sent, cube: str, at_utc: int) -> None:
        """Put down that those days are there as a whole; on the disk when this returns. Raises LakeError.

        before  what `read` found
        """
        rows = [self._row(day, before, cube, at_utc) for day in days]
        for _ in range(_TRIES):
            try:
                with self.lake.committing():
                    self.lake.writer(ELASTIC_DAY).append(pa.Table.from_pylist(rows, schema=ELASTIC_DAY.arrow), {})
                return
            except LakeRace:
                continue
        raise LakeRace("table elastic_day: others change it all the time", "Run it again.")

    def _row(self, day: ToldDay, before: Sent, cube: str, at_utc: int) -> dict[str, Any]:
        known = before.get((day.pool, day.day))
        row: dict[str, Any] = {
            "pool": day.pool,
            "source": self.stream,
            "stream_id": self.stream_id,
            "day": day.day.isoformat(),
            "jobs": day.jobs,
            "digest": day.digest,
            "times": 1 if known is None else known.times + 1,
            "cube": cube,
            "at_utc": at_utc,
        }
        digest = blake2b(repr(sorted(row.items())).encode(), digest_size=8).digest()
        return row | {"record_id": int.from_bytes(digest, "big", signed=True)}
