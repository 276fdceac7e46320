"""One file -> rows in a batch, from where its stream was left, each record once.

Reads records, turns each into an ad and that into rows, rejects or a count, and hands full batches on to be
committed. Never holds more than one batch.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from collectors.access_points import access_points
from collectors.batch import Batch, Reading, id_of
from collectors.chain import Chain
from collectors.classads.ad import UnreadableAd
from collectors.classads.banner import Banner, parse_banner
from collectors.classads.text import LARGEST_RECORD, Oversize, Record
from collectors.recognise import Recognised, recognise
from collectors.registry import FileForm, Reader, file_form
from collectors.report import Report, storable
from collectors.rows import NO_OWNER, Origin, Outcome, Reject, RowMaker, Skipped, Unowned
from collectors.sources import Mark, Stream, appended_stream, prefix_digest, whole_stream
from pipeline.errors import SourceError
from pipeline.pools import pool_of
from pipeline.schema import REJECT

Commit = Callable[[Batch], None]
Progress = Callable[[int], None]
"""Called with the offset that was reached in the file."""


@dataclass(frozen=True)
class Owner:
    """Whose records they are, as the operator named it (None: not), and when they are read."""

    ap: str | None
    pool: str | None
    default_pool: str
    read_utc: int


class Run:
    """One command's readings: the batch that is being filled, how far each stream is, what came of it."""

    def __init__(self, marks: dict[str, Mark], maker: RowMaker, owner: Owner, commit: Commit) -> None:
        self.marks = marks
        self.maker = maker
        self.owner = owner
        self.batch = Batch()
        self.report = Report()
        self._commit = commit

    def read(self, path: Path, progress: Progress) -> None:
        """Read one file from where its stream was left. Raises SourceError if it cannot be read."""
        known = recognise(path)
        with _opened(path) as file:
            owner = (self.owner.pool or self.owner.default_pool, self.owner.ap)
            find = appended_stream if known.append_only else whole_stream
            FileRun(self, path, known, file, find(file, known.label, owner, self.marks)).go(progress)

    def flush(self) -> None:
        """Commit the batch, then count what came of it."""
        batch, self.batch = self.batch, Batch()
        self._commit(batch)
        for reading in batch.readings:
            self.report.of(reading.label).add(reading)


class FileRun:
    """One file being read: where it is, and the stretch since the last commit."""

    def __init__(self, run: Run, path: Path, known: Recognised, file: BinaryIO, stream: Stream) -> None:
        self._run, self._path, self._known, self._file, self._stream = run, path, known, file, stream
        self._form: FileForm = file_form(known.form)
        self._size = os.fstat(file.fileno()).st_size
        self._pool: str | None = None
        self._ap: str | None = None
        self._aps: frozenset[str] | None = None
        owner = run.owner
        self._origin = Origin(stream.name, owner.ap, owner.pool, owner.default_pool, owner.read_utc, self._aps_of_file)
        self._reading = self._new_reading()

    def go(self, progress: Progress) -> None:
        """Read to the end, or to the first record that has to wait."""
        tally = self._run.report.of(self._known.label)
        tally.files += 1
        start = self._stream.start
        if start and start >= self._size:
            tally.unchanged += 1
            return
        chain = Chain.resumed(self._file, start) if start and self._known.append_only else Chain()
        reader = self._form.open(self._file, start, self._stream.digest)
        for record in reader:
            if not self._take(record, chain):
                self._close(record.start, _digest(self._file, record.start), self._size)
                self._wait(record)
                return
            del record  # it can have 64 MiB
            if self._run.batch.is_full:
                self._close(reader.consumed, reader.digest.hexdigest(), self._size)
                self._run.flush()
                self._reading = self._new_reading()
                progress(reader.consumed)
        self._end(reader)
        progress(max(self._size, reader.consumed))

    def _end(self, reader: Reader) -> None:
        tally = self._run.report.of(self._known.label)
        consumed, digest = reader.consumed, reader.digest.hexdigest()
        if reader.tail:
            tally.tails += 1
            if not self._known.append_only:
                self._run.report.note(
                    f"{self._path}: its last {reader.tail:,} bytes are no whole record and were left: write it again"
                )
        elif not self._known.append_only:
            consumed, digest = self._size, self._stream.whole
        if consumed > self._stream.start:
            self._close(consumed, digest, max(self._size, consumed))
        elif not reader.tail:
            tally.unchanged += 1

    def _wait(self, record: Record | Oversize) -> None:
        self._run.report.of(self._known.label).tails += 1
        self._run.report.note(
            f"{self._path}: from byte {record.start:,} on no record names its access point yet: "
            "ingest it again when the file is longer, or name it with --ap NAME"
        )

    def _new_reading(self) -> Reading:
        owner = self._run.owner
        return Reading(
            source=self._stream.name,
            path=storable(str(self._path)),
            label=self._known.label,
            pool=self._pool or owner.pool or owner.default_pool,
            ap=self._ap,
            size=self._size,
            read_utc=owner.read_utc,
            consumed=self._stream.start,
        )

    def _close(self, consumed: int, digest: str, size: int) -> None:
        """Put the stretch read so far into the batch."""
        reading = self._reading
        if consumed <= self._run.marks.get(reading.source, Mark(0, "")).consumed:
            return
        reading.consumed, reading.prefix_digest, reading.size = consumed, digest, size
        self._run.batch.readings.append(reading)
        self._run.marks[reading.source] = Mark(consumed, digest)

    def _take(self, record: Record | Oversize, chain: Chain) -> bool:
        """Put what comes of the record into the batch; False if it has to wait."""
        outcome = self._outcome(record, chain)
        if isinstance(outcome, Unowned):
            if self._known.append_only:
                return False
            outcome = Reject("no-owner", NO_OWNER)
        self._reading.ads += 1
        self._run.batch.bytes += record.end - record.start
        if isinstance(outcome, Skipped):
            self._reading.skipped += 1
            self._run.report.skip(outcome.word)
        elif isinstance(outcome, Reject):
            self._reject(record, outcome)
        else:
            for row in outcome:
                self._run.batch.add(row.table, row.values)
                self._reading.rows += 1
                self._reading.saw(row.time_utc)
            self._belongs_to(outcome[0].values[0], outcome[0].values[1])
        return True

    def _outcome(self, record: Record | Oversize, chain: Chain) -> Outcome:
        if isinstance(record, Oversize):
            chain.broken_by(None, None)
            return Reject("oversize", f"larger than {LARGEST_RECORD >> 20} MiB: only its first 64 KiB are kept")
        banner: Banner | None = None
        if record.banner is not None:
            banner = parse_banner(record.banner)
            self._reading.chain_breaks += chain.broken_by(record.banner_at, None if banner is None else banner.offset)
            if banner is None:
                return Reject("unreadable", "the line that ends the record is no banner that HTCondor writes")
        try:
            ad = self._form.parse(record.body)
        except UnreadableAd as error:
            return Reject("unreadable", str(error))
        if not ad.raw:
            return Reject("unreadable", "a record without any attribute that is known")
        return self._run.maker.rows(ad, banner, self._origin, record.start)

    def _reject(self, record: Record | Oversize, found: Reject) -> None:
        self._reading.rejects += 1
        self._run.report.reject(found.rule, found.reason, f"{self._path}, byte {record.start:,}")
        digest = record.digest
        pool = found.pool or self._pool_of_file()
        source = self._stream.name
        values: dict[str, str | int | bytes | None] = {
            "pool": pool,
            "ap": found.ap or self._origin.ap,
            "path": storable(str(self._path)),
            "source": source,
            "kind": self._known.label,
            "offset_bytes": record.start,
            "length_bytes": record.end - record.start,
            "rule": found.rule,
            "reason": found.reason,
            "digest": digest,
            "content": record.content,
            "record_id": id_of(pool, source, str(record.start), found.rule, digest),
            "read_utc": self._run.owner.read_utc,
        }
        self._run.batch.held += len(record.content)
        self._run.batch.add(REJECT, [values[column.name] for column in REJECT.columns])

    def _pool_of_file(self) -> str:
        """The pool of a record that does not say whose it is: that of the other records of its file."""
        owner, aps = self._run.owner, self._aps_of_file()
        if self._pool is None and len(aps) == 1:
            return pool_of(min(aps), owner.pool, owner.default_pool)
        return self._reading.pool

    def _belongs_to(self, pool: object, ap: object) -> None:
        """The first record that says whose it is speaks for the file."""
        if self._pool is None and isinstance(pool, str):
            self._pool = self._reading.pool = pool
            self._ap = self._reading.ap = ap if isinstance(ap, str) else None

    def _aps_of_file(self) -> frozenset[str]:
        if self._aps is None:
            self._aps = access_points(self._file, self._known.form)
        return self._aps


def _digest(file: BinaryIO, size: int) -> str:
    digest = prefix_digest(file, size)
    return "" if digest is None else digest.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file; an error while it is read is one of the file, not a traceback."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise SourceError(f"{path}: reading failed: {error.strerror}") from error
