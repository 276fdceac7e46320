"""What file system, Delta, Parquet and DuckDB say when the lake cannot be read or written -> what and what to do.

They say it in words of their own ("... Generic LocalFileSystem error: ... No space left on device (os error 28)"),
so the cause is looked up by its number, and else by its words.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from deltalake.exceptions import DeltaError

from pipeline.errors import LakeError

FAILURES = (
    OSError,
    DeltaError,
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.OutOfMemoryException,
    duckdb.InvalidInputException,
    pa.ArrowInvalid,
)
"""What reading or writing the lake can raise where the disk, or a file on it, is at fault."""

_HINTS = {
    errno.ENOSPC: "Make room on that disk and run it again. `htc-ledger lake maintain` frees what old versions hold.",
    errno.EDQUOT: "Raise the quota, or make room, and run it again.",
    errno.EROFS: "The file system is mounted read-only: mount it writable, or choose another lake (HTC_LEDGER_LAKE).",
    errno.EACCES: "Let this account read and write the lake's folder, or choose another (HTC_LEDGER_LAKE).",
    errno.EPERM: "Let this account read and write the lake's folder, or choose another (HTC_LEDGER_LAKE).",
    errno.ENOTDIR: "A part of that path is a file: choose another place for the lake (HTC_LEDGER_LAKE).",
    errno.EEXIST: "A part of that path is a file: choose another place for the lake (HTC_LEDGER_LAKE).",
    errno.ENOENT: "A file of the lake is gone, or was just replaced: run it again.",
    errno.EMFILE: "Too many files are open: raise the limit (ulimit -n), or run `htc-ledger lake maintain`.",
    errno.EIO: "The disk reports an error: look at the system's log before you go on.",
}
_NUMBER = re.compile(r"\(os error (\d+)\)|code: (\d+),")
_GONE = "No files found that match the pattern"
_OTHERWISE = "Nothing was half-written: mend the cause and run it again."
_DAMAGED = (DeltaError, duckdb.InvalidInputException, pa.ArrowInvalid)
_FROM_BACKUP = "A file of the lake is damaged: put the lake back from a backup, or make a new one of the history files."
_MEMORY = "Give it more memory (setting build_memory_mib), or more disk to spill to."
_LONGEST = 300


@contextmanager
def lake_errors(what: str, hint: str = _OTHERWISE) -> Iterator[None]:
    """Within it a failure of the lake becomes a LakeError: `what`, the cause, and what to do about that cause."""
    try:
        yield
    except (*FAILURES, duckdb.Error) as error:
        if not isinstance(error, FAILURES) and _cause(error) is None:
            raise  # a mistake in a question, not a failure of the lake
        raise lake_error(what, error, hint) from error


def lake_error(what: str, error: BaseException, hint: str = _OTHERWISE) -> LakeError:
    """The failure as a LakeError; `hint` is for causes that have none of their own."""
    number = _cause(error)
    if number is not None:
        return LakeError(f"{what}: {os.strerror(number).lower()}", _HINTS.get(number, hint))
    if isinstance(error, duckdb.OutOfMemoryException):
        hint = _MEMORY
    elif isinstance(error, _DAMAGED):
        hint = _FROM_BACKUP
    return LakeError(f"{what}: {_first_line(error)}", hint)


def _cause(error: BaseException) -> int | None:
    """The number of the system's error that is behind it; None if there is none."""
    if isinstance(error, OSError) and error.errno:
        return error.errno
    text = str(error)
    named = _NUMBER.search(text)
    if named:
        return int(named[1] or named[2])
    if _GONE in text:
        return errno.ENOENT
    return next((number for number in _HINTS if os.strerror(number) in text), None)


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0] if lines else type(error).__name__
    return said if len(said) <= _LONGEST else said[:_LONGEST] + " ..."
