"""The YAML files of a folder or of a tar archive, as text in memory: nothing is unpacked, no link is followed.

Archives come from elsewhere. One with a path that leads out of itself, with devices, or with more than it may hold
is refused as a whole; links within it are told as such and not opened.
"""

import gzip
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.errors import SourceError

MOST_FILES = 50_000
LARGEST_FILE = 4 << 20
MOST_BYTES = 128 << 20
"""OSG Topology, whole, has 3,000 files and 1.5 MB."""
_WANTED = ("projects", "topology", "mappings")


@dataclass
class Bundle:
    """Text by path below the root, and the targets of symbolic links by path."""

    texts: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


@dataclass
class _Limits:
    """What has been seen so far of a folder or archive. Raises SourceError beyond the limits."""

    path: Path
    files: int = 0
    size: int = 0

    def see(self, name: str, size: int) -> None:
        self.files += 1
        self.size += size
        if self.files > MOST_FILES or self.size > MOST_BYTES:
            raise self.refused(f"it holds more than {MOST_FILES:,} files or {MOST_BYTES >> 20} MiB")
        if size > LARGEST_FILE:
            raise self.refused(f"{name} is larger than {LARGEST_FILE >> 20} MiB")

    def refused(self, why: str) -> SourceError:
        return SourceError(f"{self.path} was refused: {why}", "Is it a copy of OSG Topology? Nothing was imported.")


def read(path: Path) -> Bundle:
    """The files below `projects`, `topology` and `mappings`. Raises SourceError if it cannot be read or is hostile."""
    try:
        found = _of_folder(path) if path.is_dir() else _of_archive(path)
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        hint = "Name a folder with the YAML files of OSG Topology, or a .tar.gz of it."
        raise SourceError(f"{path} cannot be read: {error}", hint) from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: a file is not UTF-8 text ({error.reason})", "Nothing was imported.") from error
    return _below_root(found, path)


def _of_folder(root: Path) -> Bundle:
    found, limits = Bundle(), _Limits(root)
    for folder, _, names in os.walk(root, followlinks=False):
        for name in sorted(names):
            file = Path(folder) / name
            inner = file.relative_to(root).as_posix()
            if file.is_symlink():
                found.links[inner] = file.readlink().as_posix()
            elif file.is_file() and _is_wanted(inner):
                limits.see(inner, file.stat().st_size)
                found.texts[inner] = file.read_bytes().decode("utf-8")
    return found


def _of_archive(path: Path) -> Bundle:
    found, limits = Bundle(), _Limits(path)
    with path.open("rb") as raw, tarfile.open(fileobj=_Bounded(_unpacked(raw), limits), mode="r|") as archive:
        for member in archive:
            name = _checked(member, limits)
            if member.issym():
                found.links[name] = member.linkname
            elif member.isfile():
                limits.see(name, member.size)
                file = archive.extractfile(member)
                if file is not None and _is_wanted(name):
                    found.texts[name] = file.read().decode("utf-8")
    return found


class _Bounded(io.BufferedIOBase):
    """The unpacked bytes of an archive, no more than it may hold: its headers too can be made to unfold."""

    def __init__(self, file: gzip.GzipFile | IO[bytes], limits: _Limits) -> None:
        self._file, self._limits = file, limits
        self._left = 2 * MOST_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        most = self._left + 1
        some = self._file.read(most if size is None or size < 0 else min(size, most))
        self._left -= len(some)
        if self._left < 0:
            raise self._limits.refused(f"it unpacks to more than {2 * MOST_BYTES >> 20} MiB")
        return some


def _unpacked(raw: IO[bytes]) -> gzip.GzipFile | IO[bytes]:
    magic = raw.read(2)
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if magic == b"\x1f\x8b" else raw


def _checked(member: tarfile.TarInfo, limits: _Limits) -> str:
    """The member's path in the archive. Raises SourceError for one that leads out of it, or is no file or folder."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\0" in member.name:
        raise limits.refused(f"{member.name!r} leads out of it")
    if not (member.isfile() or member.isdir() or member.issym()):
        raise limits.refused(f"{member.name!r} is neither file nor folder")
    if not member.isfile():
        limits.see(member.name, 0)
    return path.as_posix()


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name)
    is_text = path.suffix == ".yaml" or path.parent.name == "projects"
    return is_text and not set(_WANTED).isdisjoint(path.parts[:-1])


def _below_root(found: Bundle, path: Path) -> Bundle:
    """The same with paths from the folder that holds `projects` or `topology`."""
    roots = sorted({root for name in found.texts for root in _roots(name)}, key=len)
    root = next((one for one in roots if _holds(found, one)), None)
    if root is None:
        hint = "It should hold the folders projects, topology and mappings of OSG Topology."
        raise SourceError(f"{path} has no metadata", hint)
    return Bundle(
        {name[len(root) :]: text for name, text in found.texts.items() if name.startswith(root)},
        {name[len(root) :]: target for name, target in found.links.items() if name.startswith(root)},
    )


def _roots(name: str) -> Iterator[str]:
    parts = PurePosixPath(name).parts
    yield from ("".join(f"{part}/" for part in parts[:place]) for place in range(len(parts)))


def _holds(found: Bundle, root: str) -> bool:
    """True for a folder with projects that are files, or with facilities and sites that say what they are."""
    for name in found.texts:
        if name.startswith(root):
            first, *others = name[len(root) :].split("/")
            if first == "projects" and len(others) == 1:
                return True
            if first == "topology" and others[-1] == ("FACILITY.yaml", "SITE.yaml")[len(others) == 3]:
                return len(others) in (2, 3)
    return False
