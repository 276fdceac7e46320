"""What a column is filtered by: a short text in, SQL with its values out. Pure.

text      `~sweep` contains it, whatever the case; `=run.sh` or `run.sh` is exactly it
number    `>=5`, `<=7`, `5..7`, `=5`; a share also in per cent: `<=20%`
moment    days of the reporting zone: `>=2026-11-01`, `<=2026-11-03`, `2026-11-01..2026-11-03`, `2026-11-01`
choice    one or several values: `failed,removed`
any       `?` is not known, `!?` is known
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil, floor
from typing import Any

from pipeline.errors import UsageError
from pipeline.explorer.columns import Column, Of, column

LONGEST = 200
UNKNOWN, KNOWN = "?", "!?"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NAMED = re.compile(r"\s*([a-z_]{1,40})\s*((?:=|~|>=|<=).*|!\?)", re.DOTALL)
_FROM_DAY = ">= (SELECT min(start_utc) FROM calendar WHERE day >= ?)"
_TO_DAY = "< (SELECT max(end_utc) FROM calendar WHERE day <= ?)"
_LARGEST = 2**63 - 1
_MOST_DIGITS = 30
Sql = tuple[str, list[Any]]


@dataclass(frozen=True)
class Condition:
    """A column's name, and what it is filtered by."""

    column: str
    text: str


def of_argument(of: Of, argument: str) -> Condition:
    """`wasted_h>=5` as a condition. Raises UsageError for one that the list cannot be filtered by."""
    found = _NAMED.fullmatch(argument)
    if found is None:
        hint = 'Write "wasted_h>=5", "command~sweep", "outcome=failed,removed" or "memory_used_gib=?".'
        raise UsageError(f"{argument[:LONGEST]!r} is no condition", hint)
    made = Condition(found[1], found[2].removeprefix("="))
    sql(of, made)
    return made


def sql(of: Of, condition: Condition) -> Sql:
    """The condition over the list's fact, and its values. Raises UsageError for what it cannot mean."""
    known, text = column(of, condition.column), condition.text
    if len(text) > LONGEST:
        raise UsageError(f"the filter of {known.label!r} is longer than {LONGEST} characters", "Shorten it.")
    if text in (UNKNOWN, KNOWN):
        return f"{known.stored} IS {'' if text == UNKNOWN else 'NOT '}NULL", []
    return _MADE[known.kind](known, text)


def _text(known: Column, text: str) -> Sql:
    if text.startswith("~"):
        return f"contains(lower({known.stored}), lower(?))", [text[1:]]
    return f"{known.stored} = ?", [text.removeprefix("=")]


def _choice(known: Column, text: str) -> Sql:
    chosen = [value.strip() for value in text.removeprefix("=").split(",")]
    strange = [value for value in chosen if value not in known.choices]
    if strange:
        raise UsageError(f"{known.label!r} is never {strange[0]!r}", f"It is one of: {', '.join(known.choices)}.")
    return f"{known.stored} IN ({', '.join('?' for _ in chosen)})", list(chosen)


def _number(known: Column, text: str) -> Sql:
    """Stored numbers are whole: the bounds are the nearest ones within, so that no row is lost to rounding."""
    low, high = (None if edge is None else edge * known.per for edge in _edges(known, text))
    return _between(known.stored, None if low is None else ceil(low), None if high is None else floor(high))


def _share(known: Column, text: str) -> Sql:
    low, high = _edges(known, text)
    return _between(known.stored, None if low is None else float(low), None if high is None else float(high))


def _moment(known: Column, text: str) -> Sql:
    """Days are those of the cube's calendar, which has every day that a record touches."""
    conditions: list[str] = []
    values: list[Any] = []
    for edge, bound in zip(_sides(text), (_FROM_DAY, _TO_DAY), strict=True):
        if edge is not None:
            conditions.append(f"{known.stored} {bound}")
            values.append(_day(known, edge))
    return " AND ".join(conditions), values


_MADE = {"text": _text, "choice": _choice, "number": _number, "share": _share, "moment": _moment}


def _between(stored: str, low: float | None, high: float | None) -> Sql:
    edges = [(">=", low), ("<=", high)]
    values = [edge if isinstance(edge, float) else _within_64(edge) for _, edge in edges if edge is not None]
    return " AND ".join(f"{stored} {sign} ?" for sign, edge in edges if edge is not None), values


def _within_64(edge: int) -> int:
    return max(min(edge, _LARGEST), -_LARGEST)


def _sides(text: str) -> tuple[str | None, str | None]:
    """The lowest and the highest value as they are written; None: no bound."""
    if text.startswith(">="):
        return text[2:].strip(), None
    if text.startswith("<="):
        return None, text[2:].strip()
    low, dots, high = text.removeprefix("=").partition("..")
    return low.strip(), high.strip() if dots else low.strip()


def _edges(known: Column, text: str) -> tuple[Fraction | None, Fraction | None]:
    low, high = _sides(text)
    return None if low is None else _amount(known, low), None if high is None else _amount(known, high)


def _amount(known: Column, text: str) -> Fraction:
    """The number, exactly."""
    part = known.kind == "share" and text.endswith("%")
    try:
        amount = Decimal(text.removesuffix("%") if part else text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount.adjusted()) > _MOST_DIGITS:
        hint = "Write >=5, <=7, 5..7 or ? for what is not known."
        raise UsageError(f"{known.label!r} cannot be filtered by {text[:50]!r}, which is no number", hint)
    return Fraction(amount) / (100 if part else 1)


def _day(known: Column, text: str) -> date:
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        hint = "Write a day such as 2026-11-01, or >=2026-11-01, or two with .. between them."
        raise UsageError(f"{known.label!r} cannot be filtered by {text[:50]!r}, which is no day", hint)
    return found
