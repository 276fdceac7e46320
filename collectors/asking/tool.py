"""HTCondor's own `condor_history`: it reaches behind the limit that a daemon sets for htcondor2.

In: the same questions. Out: the ads in long form, one after the other as they come, so that memory does not grow.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from collectors.asking.failures import failure
from collectors.classads.text import Oversize, RecordReader
from pipeline.errors import SourceError

NO_LIMIT = "2000000000"
_ENVIRONMENT = {"_CONDOR_JOB_EPOCH_HISTORY": "/nonexistent/epoch_history"}
"""23.9.6 asks no daemon for epoch records unless it is told that this host has a file of its own."""
_SAID = 4000


@dataclass(frozen=True)
class Tool:
    """The command, the daemon that it is to ask, and the words that choose the history."""

    command: str
    daemon: str
    collector: str | None
    words: Sequence[str]

    def ask(self, constraint: str, most: int, since: str) -> Iterator[bytes]:
        """Ads newest first; `most` 0: all. Raises SourceError if the tool fails: what came before is then not all."""
        words = [self.command, *self.words, "-name", self.daemon, "-scanlimit", NO_LIMIT, "-long"]
        words += ["-pool", self.collector] if self.collector else []
        words += ["-constraint", constraint] if constraint else []
        words += ["-since", since] if since else []
        words += ["-match", str(most)] if most else []
        with TemporaryFile() as said:
            yield from self._run(words, said)

    def _run(self, words: list[str], said: IO[bytes]) -> Iterator[bytes]:
        try:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, env={**_ENVIRONMENT, **os.environ}
            )
        except OSError as error:
            hint = "Correct `history_tool` of the source."
            raise SourceError(f"{self.command} cannot be run: {error.strerror}", hint) from error
        try:
            assert process.stdout is not None
            for record in RecordReader(_Pipe(process.stdout), 0, "blank line"):  # type: ignore[arg-type]
                if isinstance(record, Oversize):
                    what = f"{self._who}: sent a record of {record.end - record.start:,} bytes, which is not held"
                    raise SourceError(what, "Read its files.")
                yield record.body
            process.stdout.close()
            if process.wait():
                said.seek(0)
                raise failure(self._who, said.read(_SAID).decode("utf-8", "replace"))
        finally:
            process.kill()
            process.wait()

    @property
    def _who(self) -> str:
        return f"{self.command} -name {self.daemon}"


def is_installed(command: str) -> bool:
    """True if the command can be run here."""
    return shutil.which(command) is not None


class _Pipe:
    """A pipe as a reader of records wants it: read from its beginning, once."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe

    def seek(self, position: int) -> int:
        return position

    def read(self, size: int) -> bytes:
        return self._pipe.read(size)
