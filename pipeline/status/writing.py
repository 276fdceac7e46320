"""Whether the lake can be written: a disk that is full or read-only is said before the next poll fails on it."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import LakeError
from pipeline.lake_errors import lake_error

LEAST_FREE_BYTES = 64 << 20
LEAST_FREE_SHARE = 20
"""With less than this, or of a small disk less than one part in so many, a batch of records may not fit."""
FOLDERS = ("", "tables", "collect", "cubes")
"""Folders of the lake that are written to; each can be a mount of its own."""

WriteWord = Literal["writable", "read-only", "full", "forbidden"]


@dataclass(frozen=True)
class WriteState:
    """`state` in a word; `error` and `hint` say what is wrong and what to do, None where nothing is."""

    state: WriteWord
    free_bytes: int
    error: str | None = None
    hint: str | None = None


def write_state(root: Path) -> WriteState:
    """Whether the folders of the lake can be written now, without writing. Raises LakeError if they cannot be seen."""
    free = None
    for folder in (root / name for name in FOLDERS):
        if not folder.is_dir():
            continue
        try:
            about = os.statvfs(folder)
        except OSError as error:
            raise lake_error(f"{folder} cannot be looked at", error) from error
        here = about.f_bavail * about.f_frsize
        free = here if free is None else min(free, here)
        wrong = _wrong(folder, about, here)
        if wrong is not None:
            state, error_number = wrong
            failure = lake_error(f"{folder} cannot be written", OSError(error_number, ""))
            return WriteState(state, here, failure.what, failure.hint)
    if free is None:
        raise LakeError(f"{root} is not a folder")
    return WriteState("writable", free)


def _wrong(folder: Path, about: os.statvfs_result, free: int) -> tuple[WriteWord, int] | None:
    """What keeps the folder from being written, and the error that says so; None if nothing does."""
    if about.f_flag & os.ST_RDONLY:
        return "read-only", errno.EROFS
    if not os.access(folder, os.W_OK | os.X_OK):
        return "forbidden", errno.EACCES
    has_no_inode = about.f_files > 0 and about.f_favail == 0
    least = min(LEAST_FREE_BYTES, about.f_blocks * about.f_frsize // LEAST_FREE_SHARE)
    return ("full", errno.ENOSPC) if free < least or has_no_inode else None
