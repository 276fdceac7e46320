"""HTCondor's own `condor_history`: it reaches behind the limit that a daemon sets for htcondor2.

In: the same question. Out: the ads' bytes in long form, one after the other, as they come: memory does not grow.
"""

import shutil
import subprocess
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from collectors.asking.failures import failure
from collectors.classads.text import Oversize, Record, RecordReader
from pipeline.errors import SourceError

NO_LIMIT = "2000000000"
_EPOCHS = ("-epochs", "-type", "ALL")


def is_installed(tool: str) -> bool:
    """True if the command can be run here."""
    return shutil.which(tool) is not None


def ask(
    tool: str, access_point: str, collector: str | None, since: str, *, epochs: bool
) -> Iterator[Record | Oversize]:
    """Every record since the one that `since` describes, newest first. Raises SourceError if the tool fails.

    What came before it failed is given out: it is known by the exception that it is not all.
    """
    words = [tool, "-name", access_point, *(["-pool", collector] if collector else []), "-scanlimit", NO_LIMIT, "-long"]
    words += [*(_EPOCHS if epochs else ()), *(["-since", since] if since else [])]
    with TemporaryFile() as said:
        try:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
        except OSError as error:
            raise SourceError(f"{tool} cannot be run: {error.strerror}", "See `history_tool` of the source.") from error
        with process:
            assert process.stdout is not None
            yield from RecordReader(_Pipe(process.stdout), 0, "blank line")  # type: ignore[arg-type]
        if process.returncode:
            said.seek(0)
            raise failure(f"{tool} -name {access_point}", said.read(2000).decode("utf-8", "replace"))


class _Pipe:
    """A pipe as a reader of records wants it: read from its beginning, once."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def seek(self, position: int) -> int:
        return position

    def read(self, size: int) -> bytes:
        return self._pipe.read(size)
