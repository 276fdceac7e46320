"""Rights in the lake: an append-only table. A line is there as a whole or not at all, and once."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pyarrow as pa

from pipeline.errors import LakeRace, UsageError
from pipeline.lake import Lake
from pipeline.rights.grant import Grant, revoked
from pipeline.schema import GRANTED, Table

T = TypeVar("T")

_TRIES = 8
_SHORTEST = 4


def journaled(lake: Lake) -> list[Grant]:
    """All lines, the oldest first. Raises LakeError."""
    return sorted(map(Grant.of_row, lake.read(GRANTED).to_pylist()), key=lambda line: (line.at_utc, line.number))


def grant(lake: Lake, right: Grant) -> Grant:
    """Put the right into the journal, on the disk when this returns. Raises LakeError.

    Returns it, or the one that is in force already and says the same.
    """

    def same() -> Grant | None:
        return next((known for known in in_force(journaled(lake), right.at_utc) if _says_the_same(known, right)), None)

    return append(lake, GRANTED, same, right, right.row())


def revoke(lake: Lake, identity: str, by: str, source: str, now_utc: int) -> Grant:
    """Take back the right of that id, or the only one whose id begins so. Returns it. UsageError, LakeError."""
    right = found(lake, identity, now_utc)
    taken = revoked(right, by, source, now_utc)

    def already() -> Grant | None:
        return next((known for known in journaled(lake) if known.undoes == right.number), None)

    append(lake, GRANTED, already, taken, taken.row())
    return right


def found(lake: Lake, identity: str, now_utc: int) -> Grant:
    """The right in force of that id, or the only one whose id begins so. Raises UsageError."""
    held = in_force(journaled(lake), now_utc)
    fitting = [right for right in held if len(identity) >= _SHORTEST and right.id.startswith(identity.lower())]
    if len(fitting) != 1:
        many = "several rights have an id that begins" if fitting else "no right in force has an id that begins"
        hint = f"`htc-ledger rights list` shows them: name {_SHORTEST} digits or more."
        raise UsageError(f"{many} with {identity[:40]!r}", hint)
    return fitting[0]


def standing(lines: Iterable[Grant]) -> list[Grant]:
    """Rights that are not taken back, whenever they end, in the order given."""
    known = list(lines)
    taken_back = {line.undoes for line in known}
    return [line for line in known if line.undoes is None and line.number not in taken_back]


def in_force(lines: Iterable[Grant], now_utc: int) -> tuple[Grant, ...]:
    """Rights that are not over and not taken back, in the order given."""
    return tuple(line for line in standing(lines) if line.until_utc is None or line.until_utc > now_utc)


def append(lake: Lake, table: Table, known: Callable[[], T | None], line: T, row: dict[str, Any]) -> T:
    """Add a row to one of the journals, unless `known` finds that it says nothing new; returns what stands there.

    Raises LakeRace if others change it all the time, and LakeError.
    """
    lake.require()
    for _ in range(_TRIES):
        try:
            with lake.committing():
                writer = lake.writer(table)
                there = known()
                if there is not None:
                    return there
                writer.append(pa.Table.from_pylist([row], schema=table.arrow), {})
                return line
        except LakeRace:
            continue
    raise LakeRace(f"table {table.name}: others change it all the time", "Do it again.")


def _says_the_same(one: Grant, other: Grant) -> bool:
    return (one.who, one.role, one.project, one.site, one.until_utc) == (
        other.who,
        other.role,
        other.project,
        other.site,
        other.until_utc,
    )
