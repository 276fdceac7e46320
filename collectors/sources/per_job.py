"""A folder with a file per job -> lake rows: one stream a folder, however many thousand files are in it.

`history.C.P` holds a job's final ad and is written at once; `job.runs.C.P.ads` holds the ads of its runs and grows. A
file that is new or has changed is read whole: records that the lake has already are dropped there. Each reading of
the folder that found something is one row of `source_file`, and `consumed` is its number.
"""

from collections.abc import Callable, Iterable
from functools import cache
from hashlib import blake2b
from pathlib import Path

from collectors.access_points import access_points
from collectors.batch import Reading, id_of
from collectors.intake import Intake, StreamIntake, StreamKind
from collectors.opening import Identity, Opened, opened, reading
from collectors.recognise import recognise_opened
from collectors.registry import file_form
from collectors.report import storable
from collectors.runner import FileRead, owner_of
from collectors.sources.listing import Listed
from collectors.streams import Mark
from pipeline.errors import SourceError

LABEL = "per-job files"
_READABLE = ("long", "banners")

Done = Callable[[Identity, FileRead], None]
"""Called with a file as it was when it was opened, and what came of it."""
Problem = Callable[[Listed, SourceError], None]
"""Called with a file that cannot be read."""


def folder_stream(folder: str, owner: tuple[str, str | None]) -> str:
    """The name of a folder's stream."""
    return f"{LABEL}:{id_of(owner[0], '-' if owner[1] is None else f'={owner[1]}', folder) & (1 << 64) - 1:016x}"


class PerJobFolder:
    """One folder being read."""

    def __init__(self, intake: Intake, folder: str) -> None:
        self._intake, self._folder = intake, folder
        self._name = folder_stream(folder, owner_of(intake))
        self._reading = self._new_reading()

    def read(self, files: Iterable[Listed], done: Done, problem: Problem) -> None:
        """Read the files. In the end all that was taken is in the batch, or committed already."""
        for listed in files:
            try:
                with opened(Path(listed.path)) as file:
                    done(file.identity, self._read(file))
            except SourceError as error:
                problem(listed, error)
            if self._intake.batch.is_full:
                self._close()
                self._intake.flush()
        self._close()

    def _read(self, file: Opened) -> FileRead:
        """Take the file's records."""
        if not file.identity.size:
            return FileRead("", "", 0, 0)
        known = recognise_opened(file)
        if known.form not in _READABLE:
            raise SourceError(f"{file.path}: is {known.label}, not a per-job file", "Name it otherwise, or move it.")
        form = file_form(known.form)
        self._intake.report.of(LABEL).files += 1

        @cache
        def aps() -> frozenset[str]:
            with reading(file.path):
                return access_points(file.file, known.form)

        kind = StreamKind(LABEL, known.form, form.parse, known.append_only)
        taking = StreamIntake(self._intake, kind, str(file.path), self._name, 0, 0, aps)
        records = form.open(file.file, 0, blake2b(digest_size=16))
        waits = 0
        try:
            with reading(file.path):
                waits = next((record.end - record.start for record in records if not taking.take(record)), 0)
        finally:
            self._add(taking.reading)
        number = self._reading.consumed if taking.reading.ads else 0
        return FileRead(self._name, self._name, number, waits or records.tail)

    def _add(self, file: Reading) -> None:
        """Count what came of one file."""
        whole = self._reading
        if file.ads and not whole.ads:
            whole.pool, whole.ap = file.pool, file.ap
        whole.ads += file.ads
        whole.rows += file.rows
        whole.rejects += file.rejects
        whole.skipped += file.skipped
        whole.saw(file.first_utc)
        whole.saw(file.last_utc)

    def _close(self) -> None:
        """Put the reading so far into the batch, if it found anything."""
        if self._reading.ads:
            self._intake.batch.readings.append(self._reading)
            self._intake.marks[self._name] = Mark(self._reading.consumed, "")
            self._reading = self._new_reading()

    def _new_reading(self) -> Reading:
        owner, known = self._intake.owner, self._intake.marks.get(self._name)
        number = 1 if known is None else known.consumed + 1
        pool = owner.pool or owner.default_pool
        path = storable(self._folder)
        return Reading(self._name, path, LABEL, pool, owner.ap, number, owner.read_utc, number)
