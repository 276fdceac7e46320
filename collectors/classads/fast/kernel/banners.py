"""Banner lines in the two forms that HTCondor writes today: bytes -> what they say; any other form is not for here."""

import numpy as np

from collectors.classads.fast.found import NOT_SAID
from collectors.classads.fast.kernel.compiled import compiled, find_byte, same_bytes

_MOST_DIGITS = 18
_JOB, _EPOCH, _SPAWN, _STARTER = 0, 2, 3, 4
_HISTORY_TIME, _EPOCH_PARTS = 6, 7
_WORDS = np.frombuffer(b"EPOCHSPAWNSTARTER", np.uint8)
OTHER = -1


@compiled
def _part(source, at, end, plan, part):  # type: ignore[no-untyped-def]
    """Where it goes on after that part of a banner; -1 if something else stands there."""
    begin = plan.parts_at[part]
    size = plan.parts_at[part + 1] - begin
    if at < 0 or at + size > end or not same_bytes(source, at, plan.parts, begin, size):
        return -1
    return at + size


@compiled
def _integer(source, at, end):  # type: ignore[no-untyped-def]
    """A whole number of up to 18 digits, and where it ends; -1: none."""
    if at < 0 or at >= end:
        return 0, -1
    negative = source[at] == 45
    at += negative
    begin, found = at, np.int64(0)
    while at < end and 48 <= source[at] <= 57:
        if at - begin == _MOST_DIGITS:
            return 0, -1
        found = found * 10 + (np.int64(source[at]) - 48)
        at += 1
    return (0, -1) if at == begin else (-found if negative else found, at)


@compiled
def _owner_end(source, at, end):  # type: ignore[no-untyped-def]
    return find_byte(source, at, end, 34) if at >= 0 else -1


@compiled
def read_banner(source, begin, end, plan, said):  # type: ignore[no-untyped-def]
    """Its word, or OTHER. `said` gets offset, cluster, process, run, current time (NOT_SAID: none), owner's ends.

    `end` is that of the line, its newline left out.
    """
    said[0] = said[3] = said[4] = NOT_SAID
    at = _part(source, begin, end, plan, 0)
    if at < 0:
        return _epoch(source, begin, end, plan, said)
    said[0], at = _integer(source, at, end)
    said[1], at = _integer(source, _part(source, at, end, plan, 1), end)
    said[2], at = _integer(source, _part(source, at, end, plan, 2), end)
    said[5] = _part(source, at, end, plan, 3)
    said[6] = _owner_end(source, said[5], end)
    _, at = _integer(source, _part(source, said[6], end, plan, 4), end)
    if at >= 0 and at < end:
        said[4], at = _integer(source, _part(source, at, end, plan, _HISTORY_TIME), end)
    return _JOB if at == end else OTHER


@compiled
def _epoch(source, begin, end, plan, said):  # type: ignore[no-untyped-def]
    at = _part(source, begin, end, plan, _EPOCH_PARTS)
    word = OTHER
    if at >= 0 and at + 7 < end:
        if same_bytes(source, at, _WORDS, 0, 5):
            word, at = _EPOCH, at + 5
        elif same_bytes(source, at, _WORDS, 5, 5):
            word, at = _SPAWN, at + 5
        elif same_bytes(source, at, _WORDS, 10, 7):
            word, at = _STARTER, at + 7
    if word == OTHER:
        return OTHER
    said[1], at = _integer(source, _part(source, at, end, plan, _EPOCH_PARTS + 1), end)
    said[2], at = _integer(source, _part(source, at, end, plan, _EPOCH_PARTS + 2), end)
    said[3], at = _integer(source, _part(source, at, end, plan, _EPOCH_PARTS + 3), end)
    said[5] = _part(source, at, end, plan, _EPOCH_PARTS + 4)
    said[6] = _owner_end(source, said[5], end)
    said[4], at = _integer(source, _part(source, said[6], end, plan, _EPOCH_PARTS + 5), end)
    return word if at == end else OTHER
