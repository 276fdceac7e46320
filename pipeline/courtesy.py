"""A courtesy among processes of one host: who is about to commit lets the others wait.

Not needed for correctness: that is the Delta transaction's. It spares them the race, and the work of the one who
loses it. Who waits too long, because the holder hangs or the file system knows no locks, goes on without.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.lake_errors import lake_errors

LONGEST_WAIT_S = 30.0
_PAUSE_S = 0.02


@contextmanager
def courteously(path: Path, longest_s: float = LONGEST_WAIT_S) -> Iterator[bool]:
    """Hold that lock file's lock meanwhile, or not: yields whether. Raises LakeError if the file cannot be made."""
    with lake_errors(f"{path} cannot be written"):
        lock = path.open("a")
    with lock:
        yield _wait(lock, time.monotonic() + longest_s)


def _wait(lock: IO[str], deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE_S)
        except OSError:  # a file system without locks
            return False
        else:
            return True
