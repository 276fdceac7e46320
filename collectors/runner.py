"""One file -> rows in a batch, from where its stream was left, each record once."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collectors.access_points import access_points
from collectors.chain import Chain
from collectors.classads.text import Oversize, Record, RecordReader
from collectors.intake import Intake, StreamIntake, StreamKind
from collectors.opening import Opened, opened, reading
from collectors.recognise import Recognised, recognise_opened
from collectors.registry import FileForm, Reader, file_form
from collectors.streams import Stream, appended_stream, prefix_digest, whole_stream
from pipeline.errors import SourceError

if TYPE_CHECKING:
    from collectors.pieces import Pieces

Progress = Callable[[int], None]
"""Called with the offset that was reached in the file."""


class FileRead(NamedTuple):
    """A file after its reading: its stream (`first`: its name by the first record alone), how far it is consumed.

    `left` counts the bytes after that: a record that is not whole yet, or one that waits for its access point.
    """

    stream: str
    first: str
    consumed: int
    left: int


def read_file(intake: Intake, path: Path, progress: Progress) -> FileRead:
    """Read one file from where its stream was left. Raises SourceError if it cannot be read.

    What was read before a damage is kept, as if the file ended there.
    """
    with opened(path) as file:
        return read_opened(intake, file, recognise_opened(file), progress)


def read_opened(intake: Intake, file: Opened, known: Recognised, progress: Progress) -> FileRead:
    """The same of a file that is open and recognised already."""
    find = appended_stream if known.append_only else whole_stream
    with reading(file.path):
        stream = find(file.file, known.label, owner_of(intake), intake.marks)
    return FileRun(intake, file, known, stream).go(progress)


def owner_of(intake: Intake) -> tuple[str, str | None]:
    """The pool and access point that are part of a stream's name."""
    return intake.owner.pool or intake.owner.default_pool, intake.owner.ap


class FileRun:
    """One file being read."""

    def __init__(self, intake: Intake, file: Opened, known: Recognised, stream: Stream) -> None:
        self._intake, self._path, self._file = intake, file.path, file.file
        self._known, self._stream, self._size = known, stream, file.size
        self._form: FileForm = file_form(known.form)
        kind = StreamKind(known.label, known.form, self._form.parse, known.append_only)
        self._taking = StreamIntake(
            intake, kind, str(file.path), stream.name, stream.start, file.size or 0, self._access_points()
        )

    def go(self, progress: Progress) -> FileRead:
        """Read to the end, or to the first record that has to wait."""
        tally = self._intake.report.of(self._known.label)
        tally.files += 1
        start = self._stream.start
        if start and self._size is not None and start >= self._size:
            tally.unchanged += 1
            return self._came_to(start, 0)
        with reading(self._path):
            chain = Chain.resumed(self._file, start) if start and self._known.append_only else Chain()
            reader = self._form.open(self._file, start, self._stream.digest)
        try:
            waiting = self._take_all(reader, chain, progress)
        except SourceError:
            self._taking.close(reader.consumed, reader.digest.hexdigest())
            raise
        if waiting is not None:
            return self._wait(waiting)
        return self._end(reader, progress)

    def _take_all(self, reader: Reader, chain: Chain, progress: Progress) -> Record | Oversize | None:
        """Take the records up to one that has to wait, if there is one."""

        def full() -> None:
            self._taking.close(reader.consumed, reader.digest.hexdigest())
            self._intake.flush()
            progress(reader.consumed)

        quick = self._quick(reader, chain, full)
        if quick is not None:
            return quick.take_all()
        for record in _records(reader, self._path):
            if not self._taking.take(record, chain):
                return record
            del record  # it can have 64 MiB
            if self._intake.batch.is_full:
                full()
                quick = self._quick(reader, chain, full)
                if quick is not None:
                    return quick.take_all()
        return None

    def _quick(self, reader: Reader, chain: Chain, full: Callable[[], None]) -> "Pieces | None":
        """The fast reader, where enough is left of the file for it to pay, and it is ready."""
        if self._known.form != "banners" or not isinstance(reader, RecordReader):
            return None
        left = None if self._size is None else self._size - reader.consumed
        kernel = self._intake.speed.kernel(self._intake.maker.limits, reader.consumed - self._stream.start, left)
        if kernel is None:
            return None
        from collectors.pieces import Pieces

        return Pieces(self._taking, reader, chain, kernel, full, partial(reading, self._path))

    def _end(self, reader: Reader, progress: Progress) -> FileRead:
        tally = self._intake.report.of(self._known.label)
        consumed, digest = reader.consumed, reader.digest.hexdigest()
        self._taking.size = max(self._taking.size, consumed + reader.tail)
        if reader.tail:
            tally.tails += 1
            if not self._known.append_only:
                self._intake.report.note(
                    f"{self._path}: its last {reader.tail:,} bytes are no whole record and were left: write it again"
                )
        elif not self._known.append_only:
            consumed, digest = self._stream.size, self._stream.whole
        if consumed > self._stream.start:
            self._taking.close(consumed, digest)
        elif not reader.tail:
            tally.unchanged += 1
        progress(max(self._size or 0, consumed))
        return self._came_to(consumed, reader.tail)

    def _wait(self, record: Record | Oversize) -> FileRead:
        with reading(self._path):
            digest = prefix_digest(self._file, record.start)
        self._taking.close(record.start, "" if digest is None else digest.hexdigest())
        self._intake.report.of(self._known.label).tails += 1
        self._intake.report.note(
            f"{self._path}: from byte {record.start:,} on no record names its access point yet: "
            "ingest it again when the file is longer, or name it with --ap NAME"
        )
        return self._came_to(record.start, max(record.end, self._size or 0) - record.start)

    def _came_to(self, consumed: int, left: int) -> FileRead:
        return FileRead(self._stream.name, self._stream.first, consumed, left)

    def _access_points(self) -> Callable[[], frozenset[str]]:
        file, form, path = self._file, self._known.form, self._path

        @cache
        def named() -> frozenset[str]:
            with reading(path):
                return access_points(file, form)

        return named


def _records(reader: Reader, path: Path) -> Iterator[Record | Oversize]:
    """What the reader gives; an error of the disk is one of the file, and the lake's errors stay the lake's."""
    with reading(path):
        yield from reader
