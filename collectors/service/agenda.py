"""What is to be done when, and what of it now: plain bookkeeping, no clock and no process of its own."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from collectors.service.errand import Errand, Failed, Outcome

Lane = Literal["sources", "lake"]
NEVER = math.inf


@dataclass
class Chore:
    """Something that is done again and again.

    `make` gives the errand; `ended` takes its outcome and says when it is due next (monotonic seconds; None: it is
    done). `failures` counts those in a row: a chore that fails waits for the ones that go well, and such chores never
    take all places. `began` is when it was started last.
    """

    name: str
    make: Callable[[], Errand[Any]]
    ended: Callable[["Chore", Outcome[Any]], float | None]
    due: float
    lane: Lane = "sources"
    failures: int = 0
    began: float = 0.0
    busy: bool = False


class Agenda:
    """All chores. Those of the lane `sources` run `places` at a time, those of the lane `lake` one at a time."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._chores: dict[str, Chore] = {}

    def __len__(self) -> int:
        return len(self._chores)

    def add(self, chore: Chore) -> None:
        """Put it on the agenda, in place of one that has its name."""
        self._chores[chore.name] = chore

    def chore(self, name: str) -> Chore | None:
        """The chore of that name."""
        return self._chores.get(name)

    def remove(self, name: str) -> None:
        """Take it off the agenda."""
        self._chores.pop(name, None)

    def begin(self, now: float) -> list[Chore]:
        """The chores to start now, marked busy: in time's order, those that fail last and in half of the places."""
        waiting = [chore for chore in self._chores.values() if not chore.busy and chore.due <= now]
        begun = []
        for chore in sorted(waiting, key=lambda chore: (chore.failures > 0, chore.due)):
            if self._has_place(chore):
                chore.busy, chore.began = True, now
                begun.append(chore)
        return begun

    def end(self, chore: Chore, outcome: Outcome[Any]) -> None:
        """Note that it was done, and when it is due again."""
        chore.busy = False
        chore.failures = chore.failures + 1 if isinstance(outcome, Failed) else 0
        due = chore.ended(chore, outcome)
        if due is None:
            self.remove(chore.name)
        else:
            chore.due = due

    def next_due(self) -> float:
        """When a chore that could be started falls due; NEVER if none will by itself."""
        startable = (chore for chore in self._chores.values() if not chore.busy and self._has_place(chore))
        return min((chore.due for chore in startable), default=NEVER)

    def _has_place(self, chore: Chore) -> bool:
        busy = [other for other in self._chores.values() if other.busy and other.lane == chore.lane]
        if chore.lane == "lake":
            return not busy
        if chore.failures and sum(other.failures > 0 for other in busy) >= max(1, self._places // 2):
            return False
        return len(busy) < self._places
