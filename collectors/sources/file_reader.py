"""Files of one poll -> rows in its batches; remembers which were read, which could not be, and which went unread."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from pathlib import Path

from collectors.intake import Intake
from collectors.opening import Identity, Opened, opened, reading
from collectors.recognise import HEAD, Recognised, recognise_opened
from collectors.runner import FileRead, owner_of, read_opened
from collectors.sources.listing import Listed
from collectors.sources.per_job import PerJobFolder, folder_stream
from collectors.sources.rotations import Place
from collectors.sources.seen_files import Key, SeenFiles
from collectors.streams import possible_names, read_marks
from pipeline.errors import SourceError
from pipeline.lake import Lake

_OPEN_AT_ONCE = 16
_PER_JOB_AT_ONCE = 2000


class FileReader:
    """Reads files that are new or have changed since `seen`."""

    def __init__(self, lake: Lake, intake: Intake, seen: SeenFiles) -> None:
        self._lake, self._intake, self._seen = lake, intake, seen
        self._owner = owner_of(intake)
        self._sizes: dict[Key, int] = {}
        self._failed: dict[Key, SourceError] = {}
        self._unread: dict[Key, Listed] = {}
        intake.marks.update(read_marks(lake, seen.streams))
        seen.believe_only(intake.marks)

    def fresh(self, files: Iterable[Listed]) -> list[Listed]:
        """Those that are to be read: each file once a poll, what comes to it meanwhile is for the next one."""
        found: dict[Key, Listed] = {}
        for file in files:
            if self._is_fresh(file):
                found.setdefault(file.identity.key, file)  # it can have several names
        self._unread.update(found)
        return list(found.values())

    def read(self, files: Sequence[Listed]) -> None:
        """Read files of one of the lots that `in_lots` makes."""
        place = files[0].place
        if place.is_per_job:
            self._need_marks([folder_stream(place.family, self._owner)])
            PerJobFolder(self._intake, place.family).read(files, self._done, self._cannot)
        else:
            self._read_group(files)
        if self._intake.batch.is_full:
            self.flush()

    def flush(self) -> None:
        """Commit, and remember what was read: only what the lake has."""
        self._intake.flush()
        self._seen.save()

    def came_of(self, file: Listed) -> FileRead | SourceError | None:
        """What came of a file, in this poll or an earlier one; None if it was not read yet."""
        key = file.identity.key
        if key in self._failed:
            return self._failed[key]
        seen = self._seen.latest(key) if key in self._sizes else self._seen.of(file.identity)
        return None if seen is None else seen.read

    @property
    def suspects(self) -> set[Key]:
        """Files that cannot be read, or hold no whole record: what is left to complain about is among them."""
        return self._failed.keys() | self._seen.without_records

    def lost(self, there: Iterable[Listed]) -> list[Place]:
        """Places of files that were there at first, were not read and are gone, not even packed."""
        if not self._unread:
            return []
        keys = {file.identity.key for file in there}
        places = {file.place for file in there if not file.place.is_current}
        return [file.place for key, file in self._unread.items() if key not in keys and file.place not in places]

    def _is_fresh(self, file: Listed) -> bool:
        key = file.identity.key
        if key in self._sizes:
            return file.identity.size < self._sizes[key]  # it was cut, or its number was given to another file
        return key not in self._failed and self._seen.of(file.identity) is None

    def _read_group(self, files: Iterable[Listed]) -> None:
        """Open the files together, so that none escapes by being removed meanwhile; then read them."""
        with ExitStack() as stack:
            ready: list[tuple[Listed, Opened, Recognised]] = []
            names: list[str] = []
            for listed in files:
                with self._noting(listed):
                    file = stack.enter_context(opened(Path(listed.path)))
                    known = self._recognise(file)
                    if known is not None:
                        names += self._names(file, known)
                        ready.append((listed, file, known))
            self._need_marks(names)
            for listed, file, known in ready:
                with self._noting(listed):
                    self._done(file.identity, read_opened(self._intake, file, known, lambda offset: None))

    def _recognise(self, file: Opened) -> Recognised | None:
        """What the file is; None where it has no whole record yet: an ad without its banner can be half an ad."""
        if file.identity.size and _has_a_line(file):
            known = recognise_opened(file)
            if known.form != "long":
                return known
        self._done(file.identity, FileRead("", "", 0, file.identity.size))
        return None

    def _names(self, file: Opened, known: Recognised) -> tuple[str, ...]:
        if not known.append_only:
            return ()
        with reading(file.path):
            names = possible_names(file.file, known.label, self._owner)
            file.file.seek(0)  # an archive lets go of what it needs to go on
        return names

    def _need_marks(self, names: Iterable[str]) -> None:
        unknown = {name for name in names if name not in self._intake.marks}
        self._intake.marks.update(read_marks(self._lake, unknown))

    def _done(self, identity: Identity, read: FileRead) -> None:
        self._sizes[identity.key] = identity.size
        self._seen.add(identity, read)
        self._unread.pop(identity.key, None)
        self._failed.pop(identity.key, None)

    def _cannot(self, file: Listed, error: SourceError) -> None:
        self._failed[file.identity.key] = error

    @contextmanager
    def _noting(self, file: Listed) -> Iterator[None]:
        try:
            yield
        except SourceError as error:
            self._cannot(file, error)


def _has_a_line(file: Opened) -> bool:
    """False while its very first line is being written: that can look like anything."""
    with reading(file.path):
        file.file.seek(0)
        head = file.file.read(HEAD)
    return b"\n" in head or len(head) == HEAD


def in_lots(files: Iterable[Listed]) -> Iterator[list[Listed]]:
    """Files that are read together: some of one folder of per-job files, or a few others. Keeps their order."""

    def lot(file: Listed) -> str | None:
        return file.place.family if file.place.is_per_job else None

    for folder, those in groupby(files, lot):
        together = list(those)
        most = _OPEN_AT_ONCE if folder is None else _PER_JOB_AT_ONCE
        for start in range(0, len(together), most):
            yield together[start : start + most]
