"""Usage records on their way into the lake: what came of each goes into a batch, which is committed when it is full."""

from collectors.batch import Batch, Reading, commit
from collectors.classads.text import Oversize, Record
from collectors.kept import Found, Refused, archived, refused
from collectors.report import Report
from collectors.rows import Reject, Row, Skipped
from pipeline.lake import Lake
from pipeline.schema import ARCHIVE, REJECT, USAGE_RECORD


class Taking:
    """One import's batch, and what came of it so far; `archives`: whether the bytes of records are kept."""

    def __init__(self, lake: Lake, *, archives: bool) -> None:
        self._lake, self._archives = lake, archives
        self.batch = Batch()
        self.report = Report()

    def row(self, found: Found, record: Record | Oversize, row: Row) -> None:
        """Put a record's row into the batch, and its bytes, where it has any of its own."""
        self.batch.add(USAGE_RECORD, row.values)
        if self._archives and record.content:
            self.batch.add(ARCHIVE, archived(found, record.start, record.content, row))

    def reject(self, found: Found, record: Record | Oversize, why: Reject, pool: str) -> None:
        """Keep a record that is not counted."""
        self.report.reject(why.rule, why.reason, f"{found.path}, byte {record.start:,}")
        # a record can carry its message's first line, and is then longer than its place
        length = record.end - record.start if isinstance(record, Oversize) else len(record.content)
        kept = Refused(why.pool or pool, None, record.start, length, record.digest, record.content, why)
        self.batch.held += len(record.content)
        self.batch.add(REJECT, refused(found, kept))

    def flush(self) -> None:
        """Commit the batch, then count what came of it."""
        batch, self.batch = self.batch, Batch()
        commit(self._lake, batch)
        for done in batch.readings:
            self.report.of(done.label).add(done)


class FileTaking:
    """One file being read: the stretch since the last commit."""

    def __init__(self, whole: Taking, found: Found, pool: str, size: int) -> None:
        self._whole, self._found, self._pool, self._size = whole, found, pool, size
        self._reading = self._new()

    def take(self, record: Record | Oversize, outcome: Row | Reject | Skipped) -> None:
        """Count a record, and put what came of it into the batch; a full batch is committed."""
        self._reading.ads += 1
        self._whole.batch.bytes += len(record.content)
        if isinstance(outcome, Skipped):
            self._reading.skipped += 1
            self._whole.report.skip(outcome.word)
        elif isinstance(outcome, Reject):
            self._reading.rejects += 1
            self._whole.reject(self._found, record, outcome, self._pool)
        else:
            self._reading.rows += 1
            self._reading.saw(outcome.time_utc)
            self._whole.row(self._found, record, outcome)
        if self._whole.batch.is_full and record.end < self._size:
            self.close(record.end)
            self._whole.flush()

    def close(self, consumed: int) -> None:
        """The file is read so far: that, and the rows until there, go into the lake together."""
        self._reading.consumed = consumed
        self._whole.batch.readings.append(self._reading)
        self._reading = self._new()

    def _new(self) -> Reading:
        found = self._found
        return Reading(
            source=found.source,
            path=found.path,
            label=found.label,
            pool=self._pool,
            ap=None,
            size=self._size,
            read_utc=found.read_utc,
            consumed=0,
        )
