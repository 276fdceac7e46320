"""One file -> rows in a batch, from where its stream was left, each record once."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

from collectors.access_points import access_points
from collectors.chain import Chain
from collectors.classads.text import Oversize, Record
from collectors.intake import Intake, StreamIntake, StreamKind
from collectors.recognise import Recognised, recognise
from collectors.registry import FileForm, Reader, file_form
from collectors.streams import Stream, appended_stream, prefix_digest, whole_stream
from pipeline.errors import SourceError

Progress = Callable[[int], None]
"""Called with the offset that was reached in the file."""


def read_file(intake: Intake, path: Path, progress: Progress) -> None:
    """Read one file from where its stream was left. Raises SourceError if it cannot be read."""
    known = recognise(path)
    with _opened(path) as file:
        owner = (intake.owner.pool or intake.owner.default_pool, intake.owner.ap)
        find = appended_stream if known.append_only else whole_stream
        FileRun(intake, path, known, file, find(file, known.label, owner, intake.marks)).go(progress)


class FileRun:
    """One file being read."""

    def __init__(self, intake: Intake, path: Path, known: Recognised, file: BinaryIO, stream: Stream) -> None:
        self._intake, self._path, self._known, self._file, self._stream = intake, path, known, file, stream
        self._form: FileForm = file_form(known.form)
        self._size = os.fstat(file.fileno()).st_size
        kind = StreamKind(known.label, known.form, self._form.parse, known.append_only)
        aps = cache(lambda: access_points(file, known.form))
        self._taking = StreamIntake(intake, kind, str(path), stream.name, stream.start, self._size, aps)

    def go(self, progress: Progress) -> None:
        """Read to the end, or to the first record that has to wait."""
        tally = self._intake.report.of(self._known.label)
        tally.files += 1
        start = self._stream.start
        if start and start >= self._size:
            tally.unchanged += 1
            return
        chain = Chain.resumed(self._file, start) if start and self._known.append_only else Chain()
        reader = self._form.open(self._file, start, self._stream.digest)
        for record in reader:
            if not self._taking.take(record, chain):
                self._taking.close(record.start, _digest(self._file, record.start))
                self._wait(record)
                return
            del record  # it can have 64 MiB
            if self._intake.batch.is_full:
                self._taking.close(reader.consumed, reader.digest.hexdigest())
                self._intake.flush()
                progress(reader.consumed)
        self._end(reader)
        progress(max(self._size, reader.consumed))

    def _end(self, reader: Reader) -> None:
        tally = self._intake.report.of(self._known.label)
        consumed, digest = reader.consumed, reader.digest.hexdigest()
        if reader.tail:
            tally.tails += 1
            if not self._known.append_only:
                self._intake.report.note(
                    f"{self._path}: its last {reader.tail:,} bytes are no whole record and were left: write it again"
                )
        elif not self._known.append_only:
            consumed, digest = self._size, self._stream.whole
        if consumed > self._stream.start:
            self._taking.close(consumed, digest)
        elif not reader.tail:
            tally.unchanged += 1

    def _wait(self, record: Record | Oversize) -> None:
        self._intake.report.of(self._known.label).tails += 1
        self._intake.report.note(
            f"{self._path}: from byte {record.start:,} on no record names its access point yet: "
            "ingest it again when the file is longer, or name it with --ap NAME"
        )


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
