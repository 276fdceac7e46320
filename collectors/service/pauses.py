"""How long to wait: until the next poll, and after one that failed. Seconds in, seconds out; nothing sleeps here."""

import random

from tenacity import RetryCallState, Retrying
from tenacity.wait import wait_exponential, wait_random

JITTER = 0.1
"""Share of an interval by which a poll comes earlier or later: sources of one interval drift apart."""
FIRST_S = 15.0
LONGEST_S = 900.0
LONGEST_FOR_LAKE_S = 60.0
"""A lake that could not be written is near at hand: it is tried again soon."""


def between_polls(interval_s: float) -> float:
    """From the start of a poll to the start of the next."""
    return interval_s * random.uniform(1 - JITTER, 1 + JITTER)


def after_failures(failures: int, interval_s: float, longest_s: float = LONGEST_S) -> float:
    """From the end of the last of so many failures in a row to the next try.

    The first pause is FIRST_S or the interval, whichever is shorter; each next one is twice as long, up to
    `longest_s` or the interval, whichever is longer, plus a random part of the first.
    """
    first = min(FIRST_S, interval_s)
    wait = wait_exponential(multiplier=first, max=max(longest_s, interval_s)) + wait_random(0, first)
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = max(1, failures)
    return wait(state)
