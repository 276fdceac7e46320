"""A history that is larger than one answer may be, in pieces that miss nothing.

Records come newest first in the order of the file, which is not that of any attribute: a job that was left in the
queue is written days after it ended. So pieces are not cut by position but by value: windows over several attributes
that together hold every record once, halved until each has fewer records than an answer may have.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Value = int | None


class Record(Protocol):
    """An ad, by attribute name."""

    def get(self, name: str) -> Any: ...


@dataclass(frozen=True)
class Window:
    """Records whose `attribute` is at least `low` and below `high` (None: no bound), or, if `missing`, no number."""

    attribute: str
    low: Value = None
    high: Value = None
    missing: bool = False

    @property
    def constraint(self) -> str:
        if self.missing:
            return f"isInteger({self.attribute}) =!= true"
        bounds = [f"isInteger({self.attribute})"]
        bounds += [] if self.low is None else [f"{self.attribute} >= {self.low}"]
        bounds += [] if self.high is None else [f"{self.attribute} < {self.high}"]
        return " && ".join(bounds)


Fetch = Callable[[str, int], Sequence[Record]]
"""Constraint and most records (0: no limit) -> records, newest first."""


def pieces(fetch: Fetch, attributes: Sequence[str], most: int) -> Iterator[Sequence[Record]]:
    """All records in pieces, the first of them the newest `most`; a record can come in two pieces.

    Where more than `most` records agree in all attributes they come in one piece.
    """
    newest = fetch("", most)
    yield newest
    if len(newest) >= most:
        for windows in _halves(newest, attributes, ()):
            yield from _within(fetch, windows, attributes, most)


def _within(
    fetch: Fetch, windows: tuple[Window, ...], attributes: Sequence[str], most: int
) -> Iterator[Sequence[Record]]:
    constraint = " && ".join(f"({window.constraint})" for window in windows)
    found = fetch(constraint, most)
    if len(found) < most:
        yield found
        return
    halves = _halves(found, attributes, windows)
    if not halves:
        yield fetch(constraint, 0)
    for half in halves:
        yield from _within(fetch, half, attributes, most)


def _halves(found: Sequence[Record], attributes: Sequence[str], within: tuple[Window, ...]) -> list[tuple[Window, ...]]:
    """The window cut in two (three, where records without the attribute may be) at the median of what was found."""
    cut = {window.attribute: window for window in within}
    for attribute in attributes:
        window = cut.get(attribute)
        if window is not None and window.missing:
            continue
        values = sorted({value for record in found if (value := _whole(record.get(attribute))) is not None})
        missing = [] if window is not None else [Window(attribute, missing=True)]
        if len(values) > 1 or (missing and values):
            middle = values[len(values) // 2]
            low, high = (None, None) if window is None else (window.low, window.high)
            others = tuple(other for other in within if other.attribute != attribute)
            parts = [Window(attribute, middle, high), Window(attribute, low, middle), *missing]
            return [(*others, part) for part in parts]
    return []


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
