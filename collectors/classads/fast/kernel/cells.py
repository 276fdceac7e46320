"""One attribute's bytes -> a column's value: by literal, or by the two expressions that HTCondor itself writes.

Those are another attribute's name, and a size in MiB from one in KiB, `((Name + 1023) / 1024)`. Their value is taken
where the attribute named is a plain whole number. Anything else is ODD: the careful reader's.
"""

import numpy as np

from collectors.classads.fast.kernel.compiled import inlined, same_bytes
from collectors.classads.fast.kernel.lines import slot_at
from collectors.classads.fast.kernel.numbers import KNOWN, ODD, UNKNOWN, read_number
from collectors.classads.fast.kernel.texts import FALSE, NO_WORD, TRUE, read_string, read_word
from collectors.classads.fast.plan import FLAG

_MOST_DIGITS = 18
_LOWEST = np.int64(1 - 2**63)
_ROUNDED_UP = np.frombuffer(b" + 1023) / 1024)", np.uint8)


@inlined
def read_text_cell(source, begin, end, octal, picky, plan, arena, used):  # type: ignore[no-untyped-def]
    """(UNKNOWN, KNOWN or ODD; begin and size of the text; how much of the arena is used then)."""
    if begin == end:
        return ODD, 0, 0, used
    if source[begin] == 34:
        status, at, size, used = read_string(source, begin, end, octal, arena, used)
        if status == KNOWN and picky and at < len(source) and _means_unknown(source, at, size, plan):
            return UNKNOWN, 0, 0, used
        return status, at, size, used
    if read_word(source, begin, end) != NO_WORD:
        return UNKNOWN, 0, 0, used
    status, _ = read_number(source, begin, end, 1, _LOWEST)
    return (ODD if status == ODD else UNKNOWN), 0, 0, used


@inlined
def _means_unknown(source, at, size, plan):  # type: ignore[no-untyped-def]
    for word in range(len(plan.unknown_at) - 1):
        begin = plan.unknown_at[word]
        if plan.unknown_at[word + 1] - begin == size and same_bytes(source, at, plan.unknown, begin, size):
            return True
    return False


@inlined
def read_number_cell(source, begin, end, kind, scale, lowest, plan, slots, turn, arena, used):  # type: ignore[no-untyped-def]
    """(UNKNOWN, KNOWN or ODD; the stored number, of a flag 1 or 0)."""
    if begin == end:
        return ODD, 0
    byte = source[begin]
    if byte == 34:
        status, _, _, _ = read_string(source, begin, end, False, arena, used)
        return (ODD if status == ODD else UNKNOWN), 0
    if kind == FLAG:
        return _flag(source, begin, end)
    if byte < 58 and byte != 40:
        return read_number(source, begin, end, scale, lowest)
    word = read_word(source, begin, end)
    if word != NO_WORD:
        return UNKNOWN, 0
    if byte == 40:
        return _rounded_up(source, begin, end, scale, lowest, plan, slots, turn)
    return _named(source, begin, end, scale, lowest, plan, slots, turn)


@inlined
def _flag(source, begin, end):  # type: ignore[no-untyped-def]
    word = read_word(source, begin, end)
    if word != NO_WORD:
        return (KNOWN, np.int64(word == TRUE)) if word in (TRUE, FALSE) else (UNKNOWN, np.int64(0))
    if not _is_digits(source, begin, end):
        return ODD, np.int64(0)
    _, number = read_number(source, begin, end, 1, _LOWEST)
    return KNOWN, np.int64(number != 0)


@inlined
def _is_digits(source, begin, end):  # type: ignore[no-untyped-def]
    """Whether a whole number stands there, as HTCondor writes one: without sign and leading zero."""
    if end - begin < 1 or end - begin > _MOST_DIGITS or (source[begin] == 48 and end - begin > 1):
        return False
    for at in range(begin, end):
        if not 48 <= source[at] <= 57:
            return False
    return True


@inlined
def _named(source, begin, end, scale, lowest, plan, slots, turn):  # type: ignore[no-untyped-def]
    slot, name_end, _ = slot_at(source, begin, end, plan)
    if name_end != end or slot < 0 or slots[2, slot] != turn:
        return ODD, 0
    if not _is_digits(source, slots[0, slot], slots[1, slot]):
        return ODD, 0
    return read_number(source, slots[0, slot], slots[1, slot], scale, lowest)


@inlined
def _rounded_up(source, begin, end, scale, lowest, plan, slots, turn):  # type: ignore[no-untyped-def]
    size = len(_ROUNDED_UP)
    if scale != 1 or lowest != _LOWEST or end - begin < size + 3 or source[begin + 1] != 40:
        return ODD, 0
    slot, name_end, _ = slot_at(source, begin + 2, end, plan)
    if slot < 0 or name_end + size != end or not same_bytes(source, name_end, _ROUNDED_UP, 0, size):
        return ODD, 0
    if slots[2, slot] != turn:
        return UNKNOWN, 0
    if not _is_digits(source, slots[0, slot], slots[1, slot]):
        return ODD, 0
    status, number = read_number(source, slots[0, slot], slots[1, slot], 1, _LOWEST)
    return status, (number + 1023) // 1024
