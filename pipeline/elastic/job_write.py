"""The cube's jobs to a data stream: jobs and stream in, each job there once as the cube has it now, and what was done.

Days are the unit: one whose digest is that of when it was written last is not looked at. Of the others each job is
written that is not there or says something else, then jobs are removed that ended on that day and do not any more, then
the number is compared, and only then the day is noted in the lake. A writer that is killed anywhere goes on there.
"""

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby

from pipeline.cube import Cube
from pipeline.elastic.days_sent import DaysSent, Sent
from pipeline.elastic.job_document import JobDocument, documents
from pipeline.elastic.job_stream import JobStream, Put
from pipeline.elastic.rollup import month_of
from pipeline.elastic.told import ToldDay
from pipeline.errors import SourceError, UsageError
from pipeline.lake_errors import lake_errors
from pipeline.query import UsageQuery
from pipeline.viewer import Viewer

DOCUMENTS, BYTES = 1000, 8 << 20
"""Of one request, at most."""
AT_A_TIME = 50_000
"""Jobs of days that are written together and noted in one commit, where a day does not have more."""
GONE = "none"
"""Digest of a day that had jobs when it was written, and has none any more."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class JobsWritten:
    """The jobs that the stream holds now of the pools that were asked for, what this run put there and removed."""

    jobs: int
    put: Put
    removed: int
    days: int


@dataclass(frozen=True)
class JobWriting:
    """Jobs of those pools, as that viewer may see them, to one data stream.

    again  look at days, too, that have not changed since they were written
    """

    cube: Cube
    pools: tuple[str, ...]
    viewer: Viewer
    stream: JobStream
    again: bool = False
    now: Callable[[], float] = field(default=time.time)

    def write(self, progress: Progress) -> JobsWritten:
        """Write what is new or changed. Raises SourceError, LakeError, the client's errors; UsageError if another does.

        A server that is away at the start is not waited for.
        """
        with self._alone():
            sent = DaysSent(self.cube.lake, self.stream.name, self.stream.begin())
            known = sent.read(self.pools)
            jobs, days, put, removed = 0, 0, Put(), 0
            for pool in self.pools:
                for month in self._months(pool, known):
                    told = self._told(pool, month, known)
                    jobs += sum(day.jobs for day in told)
                    for window in _windows([day for day in told if self._is_due(day, known)]):
                        done, gone = self._window(window)
                        put, removed, days = put + done, removed + gone, days + len(window)
                        sent.note(window, known, self.cube.version, int(self.now()))
                        progress(f"{window[0].day} to {window[-1].day}: {sum(day.jobs for day in window):,} jobs")
            return JobsWritten(jobs, put, removed, days)

    def _months(self, pool: str, known: Sent) -> list[tuple[date, date]]:
        """Each month of which the cube or the stream has jobs, in order."""
        query = UsageQuery(("month",), ("wall_s",), where=(("pool", (pool,)), ("venue", _VENUES)), booking="ended")
        names = self.cube.usage(query, self.viewer).column("month").to_pylist()
        return [month_of(name) for name in sorted({*names, *(f"{day:%Y-%m}" for of, day in known if of == pool)})]

    def _told(self, pool: str, month: tuple[date, date], known: Sent) -> list[ToldDay]:
        """The month's days as they are in the cube, in order, with those that had jobs once."""
        first, last = month
        rows = self.cube.told_days(pool, first, last, self.viewer).to_pylist()
        told = {row["day"]: ToldDay(**row) for row in rows}
        gone = [day for of, day in known if of == pool and first <= day <= last and day not in told]
        told |= {day: ToldDay(pool, day, 0, GONE) for day in gone}
        return [told[day] for day in sorted(told)]

    def _is_due(self, day: ToldDay, known: Sent) -> bool:
        before = known.get((day.pool, day.day))
        return self.again or before is None or before.told.digest != day.digest

    def _window(self, days: Sequence[ToldDay]) -> tuple[Put, int]:
        """Bring the jobs of those days there; returns what was done, and how many were removed."""
        done, there = Put(), [day for day in days if day.jobs]
        if there:
            for batch in _batches(self._documents(there)):
                done += self.stream.put(batch)
        return done, self._compare(days)

    def _documents(self, days: Sequence[ToldDay]) -> Iterator[JobDocument]:
        for rows in self.cube.told_jobs(days, DOCUMENTS, self.viewer):
            yield from documents(rows)

    def _compare(self, days: Sequence[ToldDay]) -> int:
        """Remove what should not be there; returns how many. Raises SourceError if it then holds not what it should."""
        wanted = {day.day: day.jobs for day in days}
        pool, removed = days[0].pool, 0
        there = self.stream.counts(pool, list(wanted))
        for day in (day for day, number in wanted.items() if there.get(day, 0) > number):
            removed += self.stream.drop(pool, day, partial(self._strangers, pool, day))
        there = self.stream.counts(pool, list(wanted)) if removed else there
        for day, number in wanted.items():
            if there.get(day, 0) != number:
                what = f"{self.stream.name} holds {there.get(day, 0):,} jobs of {day} instead of {number:,}"
                raise SourceError(what, "Does something else write there? Run it again: it looks at the day anew.")
        return removed

    def _strangers(self, pool: str, day: date, ids: list[str]) -> list[str]:
        found: list[str] = self.cube.strange_jobs(pool, day, ids, self.viewer).column("id").to_pylist()
        return found

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lake's lock for writers of jobs; the system gives it back however they end."""
        path = self.cube.lake.root / f"{self.stream.name}.lock"
        with lake_errors(f"{path} cannot be written"):
            file = path.open("w")
        with file as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UsageError(f"another writes jobs to {self.stream.name} now", "Wait until it is done.") from error
            yield


_VENUES = ("pool", "pilot", "routed", "access_point")


def _windows(days: Sequence[ToldDay]) -> Iterator[list[ToldDay]]:
    """Days in order, those together that begin within the same AT_A_TIME jobs."""
    before, numbers = 0, list[int]()
    for day in days:
        numbers.append(before // AT_A_TIME)
        before += day.jobs
    for _, together in groupby(zip(numbers, days, strict=True), key=lambda pair: pair[0]):
        yield [day for _, day in together]


def _batches(documents: Iterator[JobDocument]) -> Iterator[list[JobDocument]]:
    """As many documents as one request takes."""
    batch, size = list[JobDocument](), 0
    for document in documents:
        if batch and (len(batch) == DOCUMENTS or size + len(document.body) > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document.body)
    if batch:
        yield batch
