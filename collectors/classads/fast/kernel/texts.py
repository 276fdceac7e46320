"""Quoted strings and words: bytes -> where a text's bytes are, or the statement that only the careful reader knows.

A text is a stretch of the source, or of the arena where its \\" had to be undone; the arena's places count on from the
source's end.
"""

import numpy as np

from collectors.classads.fast.kernel.compiled import compiled, inlined
from collectors.classads.fast.kernel.numbers import KNOWN, ODD, UNKNOWN
from collectors.classads.literals import LONGEST_TEXT

NO_WORD, TRUE, FALSE, NOTHING = 0, 1, 2, 3
"""What a word says; NOTHING: undefined or error."""

_TRUE, _FALSE = np.frombuffer(b"true", np.uint8), np.frombuffer(b"false", np.uint8)
_ERROR, _UNDEFINED = np.frombuffer(b"error", np.uint8), np.frombuffer(b"undefined", np.uint8)


@inlined
def _is(source, begin, word):  # type: ignore[no-untyped-def]
    for index in range(len(word)):
        if source[begin + index] | 32 != word[index]:
            return False
    return True


@inlined
def read_word(source, begin, end):  # type: ignore[no-untyped-def]
    """TRUE, FALSE, NOTHING or NO_WORD, in any case of letters."""
    size = end - begin
    if size == 4 and _is(source, begin, _TRUE):
        return TRUE
    if size == 5 and _is(source, begin, _FALSE):
        return FALSE
    if (size == 5 and _is(source, begin, _ERROR)) or (size == 9 and _is(source, begin, _UNDEFINED)):
        return NOTHING
    return NO_WORD


@inlined
def is_undefined(source, begin, end):  # type: ignore[no-untyped-def]
    return end - begin == 9 and _is(source, begin, _UNDEFINED)


@compiled
def read_string(source, begin, end, octal, arena, used):  # type: ignore[no-untyped-def]
    """(UNKNOWN, KNOWN or ODD; begin and size of the text; how much of the arena is used then).

    Only for bytes that start with a quote.
    """
    size = end - begin - 2
    if size < 0 or size > LONGEST_TEXT or source[end - 1] != 34:
        return ODD, 0, 0, used
    escaped = high = backslash = unresolved = False
    before = np.uint8(34)
    for at in range(begin + 1, end - 1):
        byte = source[at]
        if byte == 34:
            if before != 92:
                return ODD, 0, 0, used
            escaped = True
        elif byte == 92:
            backslash = True
        elif byte >= 128:
            high = True
        elif byte == 40:
            unresolved = unresolved or (before == 36 and at - begin > 2 and source[at - 2] == 36)
        elif byte == 120 and before == 92:
            return ODD, 0, 0, used
        before = byte
    if high and not is_utf8(source, begin + 1, end - 1):
        return ODD, 0, 0, used
    if unresolved:
        return UNKNOWN, 0, 0, used
    if not escaped and not (backslash and octal):
        return KNOWN, begin + 1, size, used
    if used + size > len(arena):
        return ODD, 0, 0, used
    return _unescaped(source, begin + 1, end - 1, octal, arena, used)


@compiled
def _unescaped(source, begin, end, octal, arena, used):  # type: ignore[no-untyped-def]
    """The same as of `read_string`. Of octal text only that of non-ASCII is read here: it means nothing else."""
    to = used
    at = begin
    high = False
    while at < end:
        byte = source[at]
        if byte == 92 and at + 1 < end and source[at + 1] == 34:
            at += 1
            byte = np.uint8(34)
        elif byte == 92 and octal and _is_octal(source, at, end):
            byte = np.uint8((source[at + 1] - 48) << 6 | (source[at + 2] - 48) << 3 | (source[at + 3] - 48))
            if byte < 128:
                return ODD, 0, 0, used
            high = True
            at += 3
        arena[to] = byte
        to += 1
        at += 1
    if high and not is_utf8(arena, used, to):
        return ODD, 0, 0, used
    return KNOWN, len(source) + used, to - used, to


@inlined
def _is_octal(source, at, end):  # type: ignore[no-untyped-def]
    return at + 3 < end and 48 <= source[at + 1] <= 51 and 48 <= source[at + 2] <= 55 and 48 <= source[at + 3] <= 55


@compiled
def is_utf8(source, begin, end):  # type: ignore[no-untyped-def]
    """Whether those bytes are UTF-8 as Python takes it: no overlong form, no surrogate, nothing beyond U+10FFFF."""
    at = begin
    while at < end:
        byte = source[at]
        at += 1
        if byte < 128:
            continue
        more = 1 if 0xC2 <= byte < 0xE0 else 2 if 0xE0 <= byte < 0xF0 else 3 if 0xF0 <= byte < 0xF5 else 0
        if not more or at + more > end:
            return False
        second = source[at]
        if (
            (byte == 0xE0 and second < 0xA0)
            or (byte == 0xED and second > 0x9F)
            or (byte == 0xF0 and second < 0x90)
            or (byte == 0xF4 and second > 0x8F)
        ):
            return False
        for _ in range(more):
            if source[at] & 0xC0 != 0x80:
                return False
            at += 1
    return True
