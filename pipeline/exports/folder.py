"""The folder that another system takes files from: a file is there as a whole or not at all, and once.

A file is written where nobody looks (`.htc-ledger`, within the folder), then it is marked in the lake, then it gets its
name. Killed in between, the next run finishes what is marked, and drops what is not: it is not sent yet.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.closing.durable import sync_folder
from pipeline.errors import UsageError

WORKSHOP = ".htc-ledger"
_TRIES = 5


@dataclass(frozen=True)
class Folder:
    """Its absolute path. Raises UsageError where it cannot be written."""

    path: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out meanwhile. Raises UsageError if one is at work."""
        with self._writing():
            self._workshop.mkdir(parents=True, exist_ok=True)
            lock = (self.path / f"{WORKSHOP}.lock").open("a")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise UsageError(f"another run writes to {self.path}", "Wait until it is done.") from error
            yield

    def settle(self, marked: Callable[[Sequence[str]], set[str]]) -> int:
        """Finish what a killed run has marked, drop what it has not; returns how many files got their names.

        marked   names of files -> those that the lake says are sent
        """
        with self._writing():
            left = [str(path.relative_to(self._workshop)) for path in self._workshop.rglob("*") if path.is_file()]
        sent = marked(left) if left else set()
        for name in left:
            if name in sent:
                self.show(name)
            else:
                with self._writing():
                    (self._workshop / name).unlink()
        return len(sent)

    def write(self, name: str, content: bytes) -> None:
        """Write the file where nobody looks; on the disk when this returns."""
        path = self._workshop / name
        with self._writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            sync_folder(path.parent)

    def show(self, name: str) -> None:
        """Give the file its name: from here on others take it."""
        target = self.path / name
        with self._writing():
            for turn in range(_TRIES):
                target.parent.mkdir(parents=True, exist_ok=True)
                try:
                    (self._workshop / name).replace(target)
                    break
                except FileNotFoundError:  # who takes files away removes empty folders, too
                    if turn == _TRIES - 1:
                        raise
            sync_folder(target.parent)

    @property
    def _workshop(self) -> Path:
        return self.path / WORKSHOP

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            hint = "Let this account write there, or name another folder. What was sent before is marked."
            raise UsageError(f"{self.path} cannot be written: {error.strerror or error}", hint) from error
