"""Rows whose time is over: which they are, and a table without them.

`archive_days` counts from when a record was read, `pool_ads_days` from when a daemon was heard; the archived bytes
of a daemon's ad go with it. That a job left the queue is of use until its final ad is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.commit import Stored
from pipeline.lake_errors import lake_errors
from pipeline.rewrite import Rewrite, rows_of
from pipeline.schema import ACCOUNTING_AD, ARCHIVE, NEGOTIATOR_AD, QUEUE_LEFT, SCHEDD_AD, SLOT_AD, SUBMITTER_AD, Table
from pipeline.settings import Settings

POOL_ADS = (SLOT_AD, SCHEDD_AD, SUBMITTER_AD, NEGOTIATOR_AD, ACCOUNTING_AD)
DAY_S = 86_400
QUEUE_LEFT_DAYS = 30
SLACK_S = DAY_S
"""A file is not rewritten for rows that are over since less than this."""


@dataclass(frozen=True)
class Term:
    """Rows are kept whose `column` is at least `since_utc`, or unknown; `made`: only rows that say they made those."""

    column: str
    since_utc: int
    made: tuple[str, ...] = ()

    def over(self, rows: pa.Table, slack_s: int = 0) -> pa.ChunkedArray:
        """For each row whether its time is over, by more than `slack_s`."""
        found = pc.less(rows.column(self.column), pa.scalar(self.since_utc - slack_s, pa.int64()))
        if self.made:
            found = pc.and_(found, pc.is_in(rows.column("made"), value_set=pa.array(self.made)))
        return pc.fill_null(found, fill_value=False)


def terms(table: Table, settings: Settings, now: datetime) -> tuple[Term, ...]:
    """For how long that table's rows are kept; nothing where it is for ever."""
    now_utc = int(now.timestamp())
    ads_since = now_utc - settings.pool_ads_days * DAY_S
    found = []
    if table is ARCHIVE and settings.archive_days:
        found.append(Term("read_utc", now_utc - settings.archive_days * DAY_S))
    if table is ARCHIVE and settings.pool_ads_days:
        found.append(Term("record_utc", ads_since, tuple(ads.name for ads in POOL_ADS)))
    if table in POOL_ADS and settings.pool_ads_days:
        found.append(Term(table.time, ads_since))
    if table is QUEUE_LEFT:
        found.append(Term("left_utc", now_utc - QUEUE_LEFT_DAYS * DAY_S))
    return tuple(found)


def expire(rewrite: Rewrite, kept_for: Sequence[Term]) -> int:
    """Rewrite the files that hold rows whose time is over, without those; returns how many rows that were.

    Raises LakeRace if another rewrite was faster, LakeError where the table cannot be read or written.
    """
    with lake_errors(f"table {rewrite.table.name} cannot be read"):
        counted = {file: _count(rewrite, file, kept_for) for file in rewrite.files} if kept_for else {}
    affected = [file for file, over in counted.items() if over]
    if not affected:
        return 0
    rewrite.replace(affected, _kept(rewrite, affected, kept_for), is_new=True)
    return sum(counted.values())


def _count(rewrite: Rewrite, file: Stored, kept_for: Sequence[Term]) -> int:
    """Rows of the file that are over, if some are long over or all of them are; else 0: it is left for later."""
    columns = sorted({term.column for term in kept_for} | ({"made"} if any(term.made for term in kept_for) else set()))
    rows = over = long_over = 0
    for some in rows_of(rewrite.path(file), rewrite.table, columns):
        rows += some.num_rows
        over += _sum(_over(some, kept_for))
        long_over += _sum(_over(some, kept_for, SLACK_S))
    return over if long_over or over == rows else 0


def _kept(rewrite: Rewrite, files: Sequence[Stored], kept_for: Sequence[Term]) -> Iterator[pa.Table]:
    for file in files:
        for rows in rows_of(rewrite.path(file), rewrite.table):
            yield rows.filter(pc.invert(_over(rows, kept_for)))


def _over(rows: pa.Table, kept_for: Sequence[Term], slack_s: int = 0) -> pa.ChunkedArray:
    return reduce(pc.or_, (term.over(rows, slack_s) for term in kept_for))


def _sum(flags: pa.ChunkedArray) -> int:
    return int(pc.sum(flags).as_py() or 0)
