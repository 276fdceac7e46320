"""Whose record a row is: job and run from ad and banner, the access point from the job's id.

The kernel's form of `collectors/ownership.py` and of the rules in `collectors/rows.py` that refuse a record: where one
of them would, or would have to make an id up, the record is left to the careful reader.
"""

from collectors.classads.fast.kernel.compiled import compiled, find_byte, same_bytes

_CLUSTER, _PROC, _RUN, _WRITTEN, _STATUS_AT, _COMPLETED = range(6)
_STARTED, _SHADOW_AT, _SHADOWS, _SUBMITTED, _JOB_ID, _OWNER = range(6, 12)
_STARTD = 1
_JOB_TABLE = 0
UNNAMED = -1


@compiled
def tell_whose(source, plan, found, table, row, word, said):  # type: ignore[no-untyped-def]
    """Whether all of it is sure. Sets what the banner, or an older attribute, says and the ad does not."""
    places = plan.special[table]
    numbers, known = found.numbers[table, :, row], found.known[table, :, row]
    if not _ids_agree(numbers, known, places, said):
        return False
    if not known[places[_CLUSTER]] or not known[places[_PROC]]:
        return False
    if not _owner(source, found, table, row, places, said):
        return False
    if table == _JOB_TABLE:
        if not known[places[_STATUS_AT]] and not known[places[_COMPLETED]]:
            return False
    elif not _run(numbers, known, places, word, said):
        return False
    return _access_point(source, found, table, row, known, places)


@compiled
def _ids_agree(numbers, known, places, said):  # type: ignore[no-untyped-def]
    for index in range(_RUN + 1):
        place, number = places[index], said[1 + index]
        if place >= 0 and number >= 0:
            if known[place] and numbers[place] != number:
                return False
            numbers[place], known[place] = number, 1
    return True


@compiled
def _owner(source, found, table, row, places, said):  # type: ignore[no-untyped-def]
    place = places[_OWNER]
    if found.text_size[table, place, row] >= 0:
        return True
    begin, end = said[5], said[6]
    if end - begin == 1 and source[begin] == 63:
        return True
    for at in range(begin, end):
        if not 32 <= source[at] < 127 or source[at] == 92:
            return False
    found.text_at[table, place, row], found.text_size[table, place, row] = begin, end - begin
    return True


@compiled
def _run(numbers, known, places, word, said):  # type: ignore[no-untyped-def]
    """Whether it is known when the run was; sets its number and the time of its record."""
    run, written, shadows, completed = places[_RUN], places[_WRITTEN], places[_SHADOWS], places[_COMPLETED]
    if not known[written] and said[3] >= 0 and said[4] > 0:
        numbers[written], known[written] = said[4], 1
    if not known[run] and known[shadows] and numbers[shadows]:
        numbers[run], known[run] = numbers[shadows] - 1, 1
    if not known[written] and word == _STARTD and known[completed]:
        numbers[written], known[written] = numbers[completed], 1
    return known[written] or known[places[_STARTED]] or known[places[_SHADOW_AT]]


@compiled
def _access_point(source, found, table, row, known, places):  # type: ignore[no-untyped-def]
    """Find the access point's place among those met before; a run's record without job id may name none."""
    begin, size = found.text_at[table, places[_JOB_ID], row], found.text_size[table, places[_JOB_ID], row]
    if size < 0:
        found.ap[table, row] = UNNAMED
        return table != _JOB_TABLE and not known[places[_SUBMITTED]]
    if begin >= len(source):
        return False
    mark = find_byte(source, begin, begin + size, 35)
    if mark <= begin:
        return False
    met = found.aps[0, 0]
    for index in range(1, met + 1):
        at, known_size = found.aps[0, index], found.aps[1, index]
        if known_size == mark - begin and same_bytes(source, at, source, begin, known_size):
            found.ap[table, row] = index - 1
            return True
    if met + 1 == found.aps.shape[1]:
        return False
    found.aps[0, 0] = met + 1
    found.aps[0, met + 1], found.aps[1, met + 1] = begin, mark - begin
    found.ap[table, row] = met
    return True
