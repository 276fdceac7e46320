"""Files of usage records -> rows in the lake, each version of a record once: what `htc-ledger import` does.

In: paths, whose records they are, a lake. Out: a Report. A file that cannot be read is reported, the others are read
all the same; run again after any interruption, it brings what is missing and nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collectors.bounds import Limits
from collectors.classads.text import Oversize, Record
from collectors.imports import formats
from collectors.imports.csv_rows import read_table
from collectors.imports.formats import UsageFormat
from collectors.imports.mapping import Mapping
from collectors.imports.taking import FileTaking, Taking
from collectors.imports.usage import Importer, Usage, row_of
from collectors.imports.xml_records import NotRecordsError
from collectors.kept import Found
from collectors.opening import Opened, opened, reading
from collectors.report import Report, storable
from collectors.rows import Reject, Row, Skipped
from collectors.streams import Stream, read_marks, whole_stream
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.settings import Settings

CSV = "csv"
NOT_USAGE = "holds no usage records that are known"
WANTED = "Name Gratia's XML or bundles, GRACC's JSON, APEL's messages, or a table with --mapping FILE.toml."
TOO_LARGE = Reject("oversize", "larger than 1 MiB: no usage record is; only its first 64 KiB are kept")


@dataclass(frozen=True)
class Asked:
    """Whose records they are (`pool`), in which format (None: each file's content says it), read by which mapping of
    columns (then they are tables); `pilots`: all are of pilots, whose hours are not those of jobs."""

    pool: str
    format: str | None = None
    mapping: Mapping | None = None
    pilots: bool = False

    @property
    def owner(self) -> tuple[str, str | None]:
        """What is part of a stream's name: read under another owner or mapping a file is another stream."""
        parts = [] if self.mapping is None else [self.mapping.digest]
        return self.pool, " ".join([*parts, *(["pilots"] if self.pilots else [])]) or None


def import_files(paths: Iterable[Path], lake: Lake, settings: Settings, now: datetime, asked: Asked) -> Report:
    """Import the files in their order: of two versions without a date the one that was named later counts.

    Raises LakeError if the lake cannot be written.
    """
    run = _Import(lake, settings, now, asked)
    for turn, path in enumerate(paths):
        try:
            run.file(path, turn)
        except SourceError as error:
            run.taking.report.not_read(error.what, error.hint)
        if run.taking.batch.is_full:
            run.taking.flush()
    run.taking.flush()
    return run.taking.report


class _Import:
    """One import of several files."""

    def __init__(self, lake: Lake, settings: Settings, now: datetime, asked: Asked) -> None:
        self._asked = asked
        self._read_utc = int(now.timestamp())
        self._limits = Limits(self._read_utc, settings.largest_slot_cpus)
        self._marks = read_marks(lake)
        self.taking = Taking(lake, archives=settings.archive == "all")

    def file(self, path: Path, turn: int) -> None:
        """Read one file. Raises SourceError if it cannot be read; what was read before a damage is kept."""
        with opened(path) as file:
            known = None if self._asked.mapping is not None else self._format(file)
            label = f"usage records, {CSV if known is None else known.name}"
            tally = self.taking.report.of(label)
            tally.files += 1
            with reading(path):
                stream = whole_stream(file.file, label, self._asked.owner, self._marks)
            if stream.size and stream.start >= stream.size:
                tally.unchanged += 1
                return
            self._read(file, known, label, stream, turn)

    def _read(self, file: Opened, known: UsageFormat | None, label: str, stream: Stream, turn: int) -> None:
        importer = Importer(self._asked.pool, stream.name, self._read_utc, turn, self._asked.pilots)
        form = CSV if known is None else known.name
        found = Found(stream.name, storable(str(file.path)), label, form, self._asked.pilots, self._read_utc)
        taking = FileTaking(self.taking, found, self._asked.pool, stream.size)
        with reading(file.path):
            if known is not None:
                self._take_records(file, known, importer, taking)
            elif self._asked.mapping is not None:
                self._take_table(file, self._asked.mapping, importer, taking)
        taking.close(stream.size)

    def _format(self, file: Opened) -> UsageFormat:
        if self._asked.format is not None:
            return formats.named(self._asked.format)
        with reading(file.path):
            file.file.seek(0)
            known = formats.of_head(file.file.read(formats.HEAD))
        if known is None:
            raise SourceError(f"{file.path}: {NOT_USAGE}", WANTED)
        return known

    def _take_records(self, file: Opened, known: UsageFormat, importer: Importer, taking: FileTaking) -> None:
        found_any = False
        try:
            for record in known.records(file.file):
                found_any = True
                taking.take(record, self._outcome(known, record, importer))
        except NotRecordsError as error:
            raise SourceError(f"{file.path}: {error}", "Look at what it is. What comes before that is read.") from error
        if not found_any:
            raise SourceError(f"{file.path}: {NOT_USAGE}", WANTED)

    def _take_table(self, file: Opened, mapping: Mapping, importer: Importer, taking: FileTaking) -> None:
        def refuses(usage: Usage) -> str | None:
            row = row_of(usage, importer, self._limits, 0)
            return row.reason if isinstance(row, Reject) else None

        for one in read_table(file, mapping, refuses):
            place = Record(one.offset, one.offset, b"")
            taking.take(place, row_of(one.usage, importer, self._limits, one.offset))

    def _outcome(self, known: UsageFormat, record: Record | Oversize, importer: Importer) -> Row | Reject | Skipped:
        if isinstance(record, Oversize):
            return TOO_LARGE
        return formats.outcome(known, record.content, importer, self._limits, record.start)
