"""Waiting for something to become true, with a failure that says what was waited for and what the logs say."""

import time
from collections.abc import Callable

from tests.pool.problem import PoolProblem

STEP_S = 0.1


def wait_until(
    holds: Callable[[], object], what: str, seconds: float = 60, explain: Callable[[], str] = lambda: ""
) -> None:
    """Return as soon as `holds()` is true. Raises PoolProblem with `explain()` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise PoolProblem(f"Not within {seconds:g} s: {what}", explain())
        time.sleep(STEP_S)
