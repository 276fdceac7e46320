"""One poll of a `files` source: what HTCondor's daemons wrote since the last one -> lake rows, and what is proven.

Files that have not changed are not opened. A file that is renamed while it is read is read all the same, and one that
is renamed between look and touch is found when the folder is looked at again. What cannot be read keeps nothing else
from being read: it is told in the report, and the source is failing as long as there is any.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import groupby, takewhile

from collectors.batch import commit
from collectors.bounds import Limits
from collectors.intake import Intake, Owner
from collectors.report import storable
from collectors.rows import RowMaker
from collectors.runner import owner_of
from collectors.sources.family import Family, FamilyFile
from collectors.sources.file_evidence import FileEvidence
from collectors.sources.file_reader import FileReader, in_lots
from collectors.sources.listing import Listed, Listing, list_files
from collectors.sources.rotations import PACKED_ENDINGS, without_packing
from collectors.sources.seen_files import SeenFiles
from collectors.sources.target import Polled, Target
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.settings import Settings
from pipeline.source_settings import FilesSource, Source

STREAM = "files"
_LOOKS = 5
"""How often the folders are looked at in one poll, while files change their names."""
_AT_REST_S = 600
"""A file that was not written for so long is finished, whatever it looks like."""
_SHOWN = 3
_MOST_TOLD = 100


def targets(source: Source, settings: Settings) -> list[Target]:
    """One: the source itself."""
    return [Target(source.name, source, STREAM)]


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Read what is new into the lake and state what is proven; what could not be read is in the report.

    Raises SourceError if there is no file at all, LakeError if the lake cannot be written.
    """
    if not isinstance(target.source, FilesSource):
        raise TypeError(f"{target.name} is no source of files")
    return FilesPoll(target.name, target.source, lake, settings, int(now.timestamp())).go()


class FilesPoll:
    """One poll."""

    def __init__(self, name: str, source: FilesSource, lake: Lake, settings: Settings, now_utc: int) -> None:
        maker = RowMaker(Limits(now_utc, settings.largest_slot_cpus))
        owner = Owner(source.ap, source.pool, settings.pool, now_utc, source.ce)
        self._intake = Intake({}, maker, owner, partial(commit, lake), archive=settings.archive == "all")
        self._source, self._now_utc = source, now_utc
        self._seen = SeenFiles.load(lake.root, name, owner_of(self._intake))
        self._reader = FileReader(lake, self._intake, self._seen)
        self._evidence = FileEvidence(lake, name, self._intake, source.ap, settings.proof_every_s)

    def go(self) -> Polled:
        """Read, state, remember; tell what could not be read."""
        listing, is_all = self._read_all()
        self._reader.flush()
        families = self._families(listing)
        if is_all:
            for span in self._evidence.state(families):
                if span.state == "gap":
                    self._intake.report.note(span.evidence)
            self._intake.flush()
        self._seen.keep_only(file.identity for file in listing.files)
        self._seen.save()
        problems = self._problems(listing) + (self._evidence.gone(families) if is_all else [])
        if not listing.files:
            raise _as_one(problems)
        for problem in _few(problems):
            self._intake.report.not_read(problem.what, problem.hint)
        return Polled(self._intake.report, more=not is_all)

    def _read_all(self) -> tuple[Listing, bool]:
        """Read until nothing is there that was not read: the last look at the folders, and whether it came so far."""
        end = time.monotonic() + self._source.timeout_s / 2
        for look in range(_LOOKS):
            listing = self._look()
            fresh = self._reader.fresh(listing.files)
            missed = not fresh and look < _LOOKS - 1 and self._evidence.misses(self._families(listing))
            if not fresh and not missed:
                return listing, True
            for lot in in_lots(fresh):
                if time.monotonic() > end:
                    return listing, False
                self._reader.read(lot)
        return listing, False

    def _look(self) -> Listing:
        """What is there, without archives that are being made beside their originals, which have it all."""
        found = list_files(self._source.paths)
        archives = [file for file in found.files if file.path.endswith(PACKED_ENDINGS) and not self._is_at_rest(file)]
        if not archives:
            return found
        names = {file.path for file in found.files}
        waiting = {file.path for file in archives if without_packing(file.path) in names}
        return Listing([file for file in found.files if file.path not in waiting], found.problems)

    def _is_at_rest(self, file: Listed) -> bool:
        return self._now_utc - file.identity.mtime_ns // 10**9 > _AT_REST_S

    def _families(self, listing: Listing) -> list[Family]:
        lost = self._reader.lost(listing.files)
        families = []
        rotating = takewhile(lambda file: not file.place.is_per_job, listing.files)
        for path, files in groupby(rotating, lambda file: file.place.family):
            there = tuple(map(self._family_file, files))
            families.append(Family(path, there, tuple(place for place in lost if place.family == path)))
        return families

    def _family_file(self, file: Listed) -> FamilyFile:
        read = self._reader.came_of(file)
        return FamilyFile(file.path, file.place, None if isinstance(read, SourceError) else read)

    def _problems(self, listing: Listing) -> list[SourceError]:
        suspects = self._reader.suspects
        files = (file for file in listing.files if file.identity.key in suspects) if suspects else ()
        return listing.problems + [problem for file in files if (problem := self._problem(file)) is not None]

    def _problem(self, file: Listed) -> SourceError | None:
        read = self._reader.came_of(file)
        if isinstance(read, SourceError):
            return read
        if read is not None and not read.stream and file.identity.size and self._is_at_rest(file):
            return SourceError(f"{file.path}: no line of it ends a record, as a banner does", _NO_BANNER)
        return None


_NO_BANNER = (
    "If `condor_history -long` wrote it, read it with `htc-ledger ingest`; per-job files are called history.C.P; else "
    "it is damaged: take it out of `paths`."
)


def _as_one(problems: Sequence[SourceError]) -> SourceError:
    """Several as one; the hint is that of the first."""
    whats = [storable(problem.what) for problem in _few(problems, _SHOWN)]
    return SourceError("; ".join(whats), storable(problems[0].hint))


def _few(problems: Sequence[SourceError], most: int = _MOST_TOLD) -> list[SourceError]:
    """The first ones, and how many more there are."""
    more = len(problems) - most
    rest = [SourceError(f"{more:,} more could not be read", problems[most].hint)] if more > 0 else []
    return [*problems[:most], *rest]
