"""Promises beside what came of them, as rows of an annex: pledges, allocations with their course, awards."""

from collections.abc import Iterable

import pyarrow as pa

from pipeline.course import Commitment, Course

_TEXTS = ("kind", "of", "owner", "number", "title", "first_day", "last_day", "through")
_HOURS = ("promised_h", "due_h", "given_h")
SCHEMA = pa.schema([*((name, pa.string()) for name in _TEXTS), *((name, pa.float64()) for name in _HOURS)])
"""due_h, given_h: until the end of `through`, over all of its own days so far; null: not known."""


def commitments_table(stated: Iterable[Course | Commitment]) -> pa.Table:
    """A row each, in their order."""
    return pa.Table.from_pylist([_row(one) for one in stated], schema=SCHEMA)


def _row(stated: Course | Commitment) -> dict[str, str | float | None]:
    of = stated.of if isinstance(stated, Course) else stated
    row: dict[str, str | float | None] = {
        "kind": of.kind,
        "of": of.of,
        "owner": of.owner,
        "number": of.number,
        "title": of.title,
        "first_day": of.first.isoformat() if of.first else None,
        "last_day": of.last.isoformat() if of.last else None,
        "promised_h": of.promised_h,
    }
    if isinstance(stated, Course):
        row |= {"through": stated.through.isoformat(), "due_h": stated.due_h, "given_h": stated.given_h}
    return row
