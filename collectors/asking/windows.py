"""A stock of records that is larger than one answer may be, in pieces that miss nothing.

Records come newest first in the order of a file, which is not that of any attribute: a job that was left in the
queue is written days after it ended. So they are not cut by position but by value: windows that together hold every
value, from the highest down, each made so narrow that all of its records fit into one answer. Memory holds one answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pipeline.errors import SourceError

Key = tuple[int, ...]
FILL = 0.7
"""Share of a full answer that a window is meant to bring."""
_MOST_GROWTH = 8


class Answer(Protocol):
    """What came of a window: the keys of all records that were sent."""

    @property
    def keys(self) -> Sequence[Key]: ...


A = TypeVar("A", bound=Answer)


@dataclass(frozen=True)
class Window:
    """Keys from `low` on and before `high`; None: no bound. A bound may have fewer numbers than a key."""

    low: Key | None = None
    high: Key | None = None

    def holds(self, key: Key) -> bool:
        return (self.low is None or key >= self.low) and (self.high is None or key < self.high)

    def is_one_key(self, depth: int) -> bool:
        """True if it holds a single key of so many numbers."""
        return self.low is not None and len(self.low) == depth and self.high == _after(self.low)


@dataclass(frozen=True)
class Piece(Generic[A]):
    """A window that was read whole and what came of it; `rest`: where those below it begin, None after the last.

    `guess`: where the next one should end.
    """

    window: Window
    answer: A
    rest: Key | None
    guess: Key | None


def read_down(
    ask: Callable[[Window, int], A], page: int, depth: int, high: Key | None = None, low: Key | None = None
) -> Iterator[Piece[A]]:
    """Every record below `high` (None: every one), in whole windows. Keys have `depth` numbers.

    `ask` brings what is in a window, at most so many records (0: all, of one single key); what it brings of a window
    that turns out to hold more is brought again. `low` is a guess where the first window may end.
    Raises SourceError if the answers are not about the windows that were asked for.
    """
    while True:
        window = Window(low, high)
        most = 0 if window.is_one_key(depth) else page
        answer = ask(window, most)
        inside = sorted(key for key in answer.keys if window.holds(key))
        if most and len(answer.keys) >= most:
            low = _narrower(window, inside)
            continue
        guess = _next_low(window, inside, page)
        yield Piece(window, answer, low, guess)
        if low is None:
            return
        high, low = low, guess


def first_guess(keys: Sequence[Key]) -> Key:
    """Where a window should end that is to hold most of the records of a full answer."""
    ordered = sorted(keys)
    return ordered[int(len(ordered) * (1 - FILL))]


def _narrower(window: Window, inside: Sequence[Key]) -> Key:
    if not inside:
        raise SourceError("it answers with other records than those that it is asked for", "What is at that address?")
    low = first_guess(inside)
    if window.low is None or low > window.low:
        return low
    return next((key for key in inside if key > low), _after(low))


def _next_low(window: Window, inside: Sequence[Key], page: int) -> Key | None:
    """A guess from how dense the records lay in this window; no bound at all where they lay thin."""
    if window.low is None or len(inside) * 4 < page:
        return None
    top = inside[-1][0] if window.high is None else window.high[0]
    width = max(1, top - window.low[0])
    wanted = int(width * FILL * page / len(inside))
    return (window.low[0] - max(1, min(wanted, _MOST_GROWTH * width)),)


def _after(key: Key) -> Key:
    return (*key[:-1], key[-1] + 1)
