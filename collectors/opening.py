"""A file that somebody named -> its bytes, unpacked where it is compressed, and what it was when it was opened.

Only regular files are opened: a FIFO would block, a device has no end. An open file keeps its bytes whatever becomes
of its name: HTCondor may rotate or remove it meanwhile.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from collectors.packed import Unpacked, packing_of
from pipeline.errors import SourceError

_HINTS = {
    errno.ENOENT: "Is the name right?",
    errno.EACCES: "Run as a user who may read it (HTCondor's files: user condor or root), or copy the file.",
}
_MAGIC = 8


class Identity(NamedTuple):
    """A file as it was at one moment: while all four are the same, so are its bytes."""

    device: int
    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Identity":
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    @property
    def key(self) -> tuple[int, int]:
        """The file, whatever it is called and however long it grows; its number can be used again later."""
        return self.device, self.inode


@dataclass(frozen=True)
class Opened:
    """`file` gives the bytes of the records. `size` is their number; None where only unpacking all would tell."""

    path: Path
    file: BinaryIO
    identity: Identity
    size: int | None


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The file, open for reading. Raises SourceError where it is none, or cannot be opened."""
    check_regular(path)
    with _bytes_of(path) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(f"{path}: has just become something else than a file", "Read it again.")
        with reading(path):
            packing = packing_of(file.read(_MAGIC))
            file.seek(0)
        if packing is None:
            yield Opened(path, file, Identity.of(found), found.st_size)
        else:
            unpacked = Unpacked(path, file, packing, found.st_size)
            yield Opened(path, cast("BinaryIO", unpacked), Identity.of(found), None)  # read, seek and tell are enough


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What the system says against reading is an error of the file, not a traceback."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"{path}: reading failed: {error.strerror}", "Is its disk, or its network, well?") from error


def check_regular(path: Path) -> None:
    """Raise SourceError unless that is a file that can be opened safely."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if path.is_symlink() and error.errno == errno.ENOENT:
            raise SourceError(f"{path}: the link points nowhere (to {path.readlink()})") from error
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        raise SourceError(f"{path}: is a directory", f"Name the files in it: {path}/*")
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
        what = kinds.get(stat.S_IFMT(mode), "something else")
        raise SourceError(f"{path}: is {what}, not a file", "Copy what comes out of it to a file first.")


def _bytes_of(path: Path) -> BinaryIO:
    try:
        # if a FIFO has taken its place since it was looked at, this does not wait for a writer
        return cast("BinaryIO", os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb"))
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(f"{path}: cannot be read: {error.strerror}", _HINTS.get(error.errno or 0, ""))
