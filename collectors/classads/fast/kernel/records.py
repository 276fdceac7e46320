"""The kernel: whole records of a piece of a file -> rows' values, and which records it leaves to the careful reader.

A record is left if anything in it is not surely read alike by both: an unusual line or literal, an attribute that
stands twice, another kind of banner, a value that breaks a bound, a job that cannot be told. It fills the rows of
`job` and `attempt_record` alone.
"""

import numpy as np

from collectors.classads.fast.found import CAREFUL
from collectors.classads.fast.kernel.banners import OTHER, read_banner
from collectors.classads.fast.kernel.cells import read_number_cell, read_text_cell
from collectors.classads.fast.kernel.compiled import compiled, find_byte, inlined
from collectors.classads.fast.kernel.lines import read_lines
from collectors.classads.fast.kernel.numbers import KNOWN, ODD, UNKNOWN
from collectors.classads.fast.kernel.texts import is_undefined
from collectors.classads.fast.kernel.whose import tell_whose
from collectors.classads.fast.plan import TEXT

_LONGEST_RECORD = 256 << 10
_JOB, _STARTD = 0, 1


@compiled
def read_records(source, begin, end, plan, found, spellings, arena):  # type: ignore[no-untyped-def]
    """(Number of whole records in source[begin:end], or as many as there is room for; where they end)."""
    slots, said = found.slots, found.said
    slots[2, :] = 0
    found.rows[:] = 0
    found.aps[0, 0] = 0
    used = 0
    count = 0
    at = begin
    while count < len(found.start):
        banner_at, newline, plain = read_lines(source, at, end, plan, slots, count + 1, spellings)
        if newline < 0:
            break
        found.start[count], found.banner_at[count], found.end[count] = at, banner_at, newline + 1
        found.table[count] = CAREFUL
        if plain and newline - at < _LONGEST_RECORD and find_byte(source, at, newline, 0) < 0:
            word = read_banner(source, banner_at, newline, plan, said)
            if word != OTHER:
                found.offset[count] = said[0]
                used = _read_record(source, plan, found, slots, count, word, said, arena, used)
        count += 1
        at = newline + 1
    return count, at


@compiled
def _read_record(source, plan, found, slots, record, word, said, arena, used):  # type: ignore[no-untyped-def]
    turn = record + 1
    if word == _JOB and _is_startd(source, plan, slots, turn):
        word = _STARTD
    table = 0 if word == _JOB else 1
    row = found.rows[table]
    sure, used = _fill(source, plan, found, slots, turn, table, row, arena, used)
    if (
        sure
        and tell_whose(source, plan, found, table, row, word, said)
        and _holds_bounds(plan, found, table, row, word)
    ):
        found.table[record] = table
        found.record[table, row] = record
        found.word[table, row] = word
        found.rows[table] = row + 1
    return used


@inlined
def _is_startd(source, plan, slots, turn):  # type: ignore[no-untyped-def]
    for slot in plan.marks:
        if not _has(source, slots, slot, turn):
            return False
    for slot in plan.signs:
        if _has(source, slots, slot, turn):
            return True
    return False


@inlined
def _has(source, slots, slot, turn):  # type: ignore[no-untyped-def]
    return slots[2, slot] == turn and not is_undefined(source, slots[0, slot], slots[1, slot])


@inlined
def _fill(source, plan, found, slots, turn, table, row, arena, used):  # type: ignore[no-untyped-def]
    """Whether all of the row's values are sure; how much of the arena is used."""
    for column in range(plan.columns_at[table], plan.columns_at[table + 1]):
        kind, place = plan.kind[column], plan.place[column]
        status, first, size = UNKNOWN, np.int64(0), np.int64(0)
        for choice in range(plan.choices_at[column], plan.choices_at[column + 1]):
            slot = plan.choice_slot[choice]
            if slots[2, slot] != turn:
                continue
            begin, end = slots[0, slot], slots[1, slot]
            if kind == TEXT:
                status, first, size, used = read_text_cell(
                    source, begin, end, plan.choice_octal[choice], plan.picky[column], plan, arena, used
                )
            else:
                scale, lowest = plan.scale[column], plan.lowest[column]
                status, first = read_number_cell(
                    source, begin, end, kind, scale, lowest, plan, slots, turn, arena, used
                )
            if status != UNKNOWN:
                break
        if status == ODD:
            return False, used
        if kind == TEXT:
            found.text_at[table, place, row] = first
            found.text_size[table, place, row] = size if status == KNOWN else -1
        else:
            found.numbers[table, place, row] = first
            found.known[table, place, row] = status == KNOWN
    return True, used


@inlined
def _holds_bounds(plan, found, table, row, word):  # type: ignore[no-untyped-def]
    numbers, known = found.numbers[table, :, row], found.known[table, :, row]
    for bound in range(plan.bounds_at[table], plan.bounds_at[table + 1]):
        place = plan.bounds[bound, 0]
        if known[place] and not plan.bounds[bound, 1] <= numbers[place] <= plan.bounds[bound, 2]:
            return False
    ends = plan.ends[table]
    if (ends[4] >> word) & 1 or not known[ends[0]]:
        return True
    for place in ends[1:4]:
        if place >= 0 and known[place] and numbers[place]:
            return numbers[place] >= numbers[ends[0]]
    return True
