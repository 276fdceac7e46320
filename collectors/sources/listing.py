"""Files and globs of a source -> the files that are there now: what rotates first, the oldest of each family first.

A name without a wildcard stands for the file and its rotations: it would be gone for a while after each one.
"""

import glob
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from collectors.opening import Identity, check_regular
from collectors.sources.rotations import Place, place_of
from pipeline.errors import SourceError

_WILDCARDS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as it was when it was listed."""

    path: str
    place: Place
    identity: Identity


@dataclass(frozen=True)
class Listing:
    """What is there, and what should be and is not: what is wrong and what to do."""

    files: list[Listed]
    problems: list[SourceError]


def list_files(patterns: Iterable[str]) -> Listing:
    """Look what is there. Directories that match a wildcard are passed over."""
    found: dict[str, Listed] = {}
    problems: list[SourceError] = []
    for pattern in patterns:
        paths = _matching(pattern)
        for path in paths:
            if path not in found:
                try:
                    listed = _listed(path, by_name=path == pattern)
                except SourceError as error:
                    problems.append(error)
                else:
                    found.update({} if listed is None else {path: listed})
        if not paths:
            problems.append(_nothing(pattern))
    return Listing(_in_turn(found), problems)


def _in_turn(found: dict[str, Listed]) -> list[Listed]:
    """What can be rotated away comes before per-job files, which stay."""
    rotating = [file for file in found.values() if not file.place.is_per_job]
    rotating.sort(key=lambda file: (file.place.family, file.place.order, file.path))
    return rotating + [found[path] for path in sorted(found) if found[path].place.is_per_job]


def _matching(pattern: str) -> list[str]:
    if not _WILDCARDS.isdisjoint(pattern):
        return glob.glob(pattern, recursive=True)  # noqa: PTH207 - names are texts here, many thousands
    place = place_of(pattern)
    if not place.is_current:
        return [pattern] if os.path.lexists(pattern) else []
    like_it = glob.glob(glob.escape(pattern) + "*")  # noqa: PTH207
    return [path for path in like_it if path == pattern or place_of(path).family == place.family]


def _listed(path: str, *, by_name: bool) -> Listed | None:
    """The file; None if it is not there any more, or no file at all and only a wildcard named it."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        if not os.path.lexists(path):
            return None  # renamed or removed since the folder was read: it is looked at again
        check_regular(Path(path))
        return None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}", "Can this user reach it?") from error
    if not stat.S_ISREG(found.st_mode):
        if by_name or not stat.S_ISDIR(found.st_mode):
            check_regular(Path(path))
        return None
    return Listed(path, place_of(path), Identity.of(found))


def _nothing(pattern: str) -> SourceError:
    folder = Path(pattern).parent
    while not _WILDCARDS.isdisjoint(str(folder)):
        folder = folder.parent
    if not folder.is_dir():
        hint = f"There is no folder {folder}: is the path right, and is its disk mounted?"
    elif not os.access(folder, os.R_OK | os.X_OK):
        hint = f"This user may not list {folder}: run as a user who may (HTCondor's files: user condor or root)."
    else:
        hint = "Is the path right? `condor_config_val HISTORY` tells where an access point writes."
    return SourceError(f"{pattern}: there is no such file", hint)
