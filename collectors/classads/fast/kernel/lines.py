"""An ad's lines -> where the value of each wanted attribute stands; only for lines written as `Name = value`.

Ads of one file have their attributes in much the same order. So a name as it was spelled is remembered with the one
that came next, and a line is first compared with what is expected there; only where that fails is its name hashed.
"""

import numpy as np

from collectors.classads.fast.kernel.compiled import compiled, find_byte, inlined, same_bytes
from collectors.classads.fast.spellings import BUCKETS, LONGEST_REMEMBERED, REMEMBERED

_LONGEST_NAME = 200
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SEED = np.uint64(0xCBF29CE484222325)
_SHIFT = np.uint64(52)
NOT_WANTED, NO_NAME = -1, -2


@inlined
def slot_at(source, begin, end, plan):  # type: ignore[no-untyped-def]
    """(The slot of the name that stands there, NOT_WANTED, or NO_NAME; where the name ends; its hash)."""
    found = _SEED
    at = begin
    while at < end:
        byte = plan.lower[source[at]]
        if byte == 0:
            break
        found = (found ^ np.uint64(byte)) * _PRIME
        at += 1
    size = at - begin
    bucket = np.int64(found >> _SHIFT)
    if size == 0 or size > _LONGEST_NAME or 48 <= source[begin] <= 57:
        return NO_NAME, at, bucket
    first = bucket
    while plan.buckets[bucket]:
        slot = np.int64(plan.buckets[bucket]) - 1
        if _is_named(source, begin, size, plan, slot):
            return slot, at, first
        bucket = (bucket + 1) & (BUCKETS - 1)
    return NOT_WANTED, at, first


@inlined
def _is_named(source, begin, size, plan, slot):  # type: ignore[no-untyped-def]
    name = plan.names_at[slot]
    if plan.names_at[slot + 1] - name != size:
        return False
    for index in range(size):
        if plan.lower[source[begin + index]] != plan.names[name + index]:
            return False
    return True


@compiled
def read_lines(source, begin, end, plan, slots, turn, spellings):  # type: ignore[no-untyped-def]
    """(Where the banner line begins; the newline that ends it, -1: not there; whether the ad was plain).

    `slots` gets begin and end of each wanted attribute's value, and `turn` in its third row, which says that it is of
    this ad. An ad in which one stands twice is not plain, nor is one without any.
    """
    plain, wanted = True, False
    at = begin
    met = 0
    while at < end:
        if source[at] == 42 and at + 2 < end and source[at + 1] == 42 and source[at + 2] == 42:
            return at, find_byte(source, at, end, 10), plain and wanted
        value, slot = at, NOT_WANTED
        if plain:
            guess = _expected(source, at, end, spellings, met)
            if guess:
                value, slot, met = at + spellings.size[guess], spellings.slot[guess], guess
            else:
                slot, name_end, bucket = slot_at(source, at, end, plan)
                plain = slot != NO_NAME and name_end + 3 <= end and _is_equals(source, name_end)
                if plain:
                    value = name_end + 3
                    met = _remember(source, at, value, slot, bucket, spellings, met)
        stop = find_byte(source, value, end, 10)
        if stop < 0:
            return at, -1, False
        if plain and slot >= 0:
            plain, wanted = slots[2, slot] != turn, True
            slots[0, slot], slots[1, slot], slots[2, slot] = value, stop, turn
        at = stop + 1
    return at, -1, False


@inlined
def _is_equals(source, at):  # type: ignore[no-untyped-def]
    return source[at] == 32 and source[at + 1] == 61 and source[at + 2] == 32


@inlined
def _expected(source, at, end, spellings, met):  # type: ignore[no-untyped-def]
    """The name that followed the last one, or that one's own follower, if it stands there; else 0."""
    guess = spellings.follows[met]
    for _ in range(2):
        if guess == 0:
            return 0
        size = spellings.size[guess]
        if at + size <= end and same_bytes(source, at, spellings.text, guess * LONGEST_REMEMBERED, size):
            return guess
        guess = spellings.follows[guess]
    return 0


@compiled
def _remember(source, at, end, slot, bucket, spellings, met):  # type: ignore[no-untyped-def]
    """The place of that spelling in the memory, which then follows `met`; `met` itself if there is no room for it."""
    size = end - at
    if size > LONGEST_REMEMBERED:
        return met
    while spellings.buckets[bucket]:
        known = spellings.buckets[bucket]
        if spellings.size[known] == size and same_bytes(source, at, spellings.text, known * LONGEST_REMEMBERED, size):
            spellings.follows[met] = known
            return known
        bucket = (bucket + 1) & (BUCKETS - 1)
    known = spellings.size[0] + 1
    if known == REMEMBERED:
        return met
    for index in range(size):
        spellings.text[known, index] = source[at + index]
    spellings.size[0], spellings.size[known], spellings.slot[known] = known, size, slot
    spellings.buckets[bucket] = known
    spellings.follows[met] = known
    return known
