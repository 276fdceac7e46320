"""How tests see what other processes do: wait until something is so, and whether a process is alive."""

import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]
PATIENCE_S = 120.0
"""Long enough for a busy machine: only a test that fails waits for so long."""


def until(holds: Callable[[], bool]) -> bool:
    """True as soon as it holds; False if it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not asked for its exit code does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def numbers_in(path: Path) -> list[int]:
    """The process ids that a made-up source left in a file."""
    return [int(word) for word in path.read_text("utf-8").split()]
