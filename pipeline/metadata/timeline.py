"""Two states of one source, a day apart or a year: what was stated holds until the day on which it is stated otherwise.

A source such as Topology says what is so now, never since when. So the first thing that is known of a name holds for
all days before it, too; each later state closes what it changes with the day before its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.metadata.entry import Entry

WITHOUT_HISTORY = frozenset({"downtime", "oddity", "prefix", "import"})
"""Kinds that have their own times, or are about the newest state alone."""


@dataclass(frozen=True)
class Held:
    """A statement with the day (since 1970-01-01) of the state in which it was found first; None: of a dated file."""

    entry: Entry
    as_of: int | None


def merged(before: Sequence[Held], stated: Iterable[Entry], day: int) -> list[Held]:
    """All that is held of a source once its state of `day` is known, which is not older than those before.

    The same state again, of the same day or a later one, changes nothing but the odd entries.
    """
    held = [_reopened(one, day) for one in before if one.as_of != day and one.entry.kind not in WITHOUT_HISTORY]
    known = {one.entry.key for one in held}
    opened = {one.entry.key: one for one in held if one.entry.valid_to is None}
    made = [one for one in held if one.entry.valid_to is not None]
    for entry in stated:
        if entry.kind in WITHOUT_HISTORY:
            made.append(Held(entry, day if entry.kind == "import" else None))
            continue
        earlier = opened.pop(entry.key, None)
        if earlier is not None and _says_the_same(earlier.entry, entry):
            made.append(earlier)
            continue
        if earlier is not None:
            made.append(_closed(earlier, day))
        made.append(Held(replace(entry, valid_from=day if entry.key in known else None), day))
    return made + [_closed(gone, day) for gone in opened.values()]


def _reopened(held: Held, day: int) -> Held:
    """The statement as it was before the state of that day."""
    return replace(held, entry=replace(held.entry, valid_to=None)) if held.entry.valid_to == day - 1 else held


def _closed(held: Held, day: int) -> Held:
    return replace(held, entry=replace(held.entry, valid_to=day - 1))


def _says_the_same(one: Entry, other: Entry) -> bool:
    return replace(one, valid_from=None, valid_to=None) == replace(other, valid_from=None, valid_to=None)
