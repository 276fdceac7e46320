"""Many small files become few: what is read for each question stays in bounds, however often something is appended.

Files are sorted into classes of size, each eight times the one before. Eight of a class become one, which is of the
next class: so a row is written anew at most once a class, and a table keeps at most seven files of each.
Files are put one behind the other by time, and rows near each other sorted, so that a question about some days need
not read the others. Records with their bytes stay as they are: those of one reading resemble each other.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from pipeline.commit import Stored
from pipeline.lake_errors import lake_errors
from pipeline.part import LARGEST_PART, QUICK, THOROUGH, blobs
from pipeline.rewrite import Rewrite, rows_of

FEW = 8
SMALLEST_CLASS = 64 << 10
"""Files up to eight times this are of the first class."""
LARGE = LARGEST_PART // 2
"""Files of this size and more are left alone."""
WORTH_THOROUGHNESS = 8 << 20
"""Bytes from which on a file is compressed thoroughly: it is not rewritten often any more."""
_SORTED_TOGETHER = 30_000


def crowd(files: Sequence[Stored]) -> tuple[Stored, ...]:
    """The files of the smallest class that has too many, earliest first; nothing if none has."""
    classes: dict[int, list[Stored]] = defaultdict(list)
    for file in files:
        if file.size < LARGE:
            classes[_class_of(file.size)].append(file)
    crowded = next((classes[number] for number in sorted(classes) if len(classes[number]) >= FEW), [])
    return tuple(sorted(crowded, key=lambda file: (file.first is None, file.first, file.name)))


def compact(rewrite: Rewrite, files: Sequence[Stored]) -> None:
    """Make one file (or few, if they are large) of those. Raises LakeRace if another rewrite took one of them."""
    level = THOROUGH if sum(file.size for file in files) >= WORTH_THOROUGHNESS else QUICK
    rows = _rows(rewrite, files)
    sorted_rows = rows if blobs(rewrite.table) else _by_time(rows, rewrite.table.time)
    rewrite.replace(files, sorted_rows, is_new=False, level=level)


def _class_of(size: int) -> int:
    return max(0, math.floor(math.log(max(size, 1) / SMALLEST_CLASS, FEW)))


def _rows(rewrite: Rewrite, files: Sequence[Stored]) -> Iterator[pa.Table]:
    for file in files:
        with lake_errors(f"table {rewrite.table.name} cannot be read"):
            yield from rows_of(rewrite.path(file), rewrite.table)


def _by_time(rows: Iterable[pa.Table], time: str) -> Iterator[pa.Table]:
    """Some ten thousand rows at a time, sorted: the files come in the order of their earliest row."""
    held: list[pa.Table] = []
    for some in rows:
        held.append(some)
        if sum(table.num_rows for table in held) >= _SORTED_TOGETHER:
            yield pa.concat_tables(held).sort_by(time)
            held.clear()
    if held:
        yield pa.concat_tables(held).sort_by(time)
