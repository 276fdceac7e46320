"""Rows -> the canonical texts whose hashes are their ids, one after the other."""

import numpy as np

from collectors.classads.fast.identity import WORD
from collectors.classads.fast.kernel.compiled import compiled, copy_bytes
from collectors.classads.fast.plan import FLAG, TEXT

_TRUE, _FALSE = np.frombuffer(b"True", np.uint8), np.frombuffer(b"False", np.uint8)
_MINUS, _COLON = np.uint8(45), np.uint8(58)
_HUNDRED = np.uint64(100)
_TENS = np.array([10**power for power in range(19)], np.uint64)
_PAIRS = np.frombuffer("".join(f"{number:02}" for number in range(100)).encode(), np.uint8)


@compiled
def write_canonical(source, arena, found, table, first, last, labels, heads, heads_at, out, ends):  # type: ignore[no-untyped-def]
    """Write the texts of rows first..last one after the other; `ends` gets where each ends, after a zero."""
    to = 0
    for row in range(first, last):
        owner = found.ap[table, row]
        to = copy_bytes(heads, heads_at[owner], heads_at[owner + 1], out, to)
        for column in range(len(labels.kind)):
            kind, place = labels.kind[column], labels.place[column]
            if kind == TEXT:
                if found.text_size[table, place, row] < 0:
                    continue
            elif kind != WORD and not found.known[table, place, row]:
                continue
            to = copy_bytes(labels.text, labels.text_at[column], labels.text_at[column + 1], out, to)
            if kind == TEXT:
                at, size = np.int64(found.text_at[table, place, row]), np.int64(found.text_size[table, place, row])
                if at >= len(source):
                    to = _write_text(arena, at - len(source), size, out, to)
                else:
                    to = _write_text(source, at, size, out, to)
            elif kind == WORD:
                word = found.word[table, row]
                begin, end = labels.words_at[word], labels.words_at[word + 1]
                to = _write_text(labels.words, begin, end - begin, out, to)
            elif kind == FLAG:
                said = _TRUE if found.numbers[table, place, row] else _FALSE
                to = copy_bytes(said, 0, len(said), out, to)
            else:
                to = _write_number(found.numbers[table, place, row], out, to)
        ends[row - first + 1] = to


@compiled
def _write_text(text, begin, size, out, to):  # type: ignore[no-untyped-def]
    """Its length in characters, a colon, and its bytes."""
    characters = 0
    for index in range(begin, begin + size):
        characters += text[index] & 0xC0 != 0x80
    to = _write_number(characters, out, to)
    out[to] = _COLON
    return copy_bytes(text, begin, begin + size, out, to + 1)


@compiled
def _write_number(number, out, to):  # type: ignore[no-untyped-def]
    """In decimal, from its end, two digits at a time: half as many divisions."""
    if number < 0:
        out[to] = _MINUS
        to += 1
        number = -number
    left, digits = np.uint64(number), 1
    while digits < len(_TENS) and left >= _TENS[digits]:
        digits += 1
    at = to + digits
    while left >= _HUNDRED:
        rest = left // _HUNDRED
        pair = 2 * np.int64(left - rest * _HUNDRED)
        at -= 2
        out[at], out[at + 1] = _PAIRS[pair], _PAIRS[pair + 1]
        left = rest
    pair = 2 * np.int64(left)
    out[at - 1] = _PAIRS[pair + 1]
    if at - 1 > to:
        out[at - 2] = _PAIRS[pair]
    return to + digits
