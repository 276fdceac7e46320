"""Who wants to know what came of the children's errands: the log, the metrics, the table of one round."""

from typing import Protocol

from collectors.service.errand import Outcome
from collectors.sources.target import Polled, Target
from pipeline.health import Health
from pipeline.source_settings import Source


class Listener(Protocol):
    """Told of everything as it happens; must not raise and not wait."""

    def polled(self, target: Target, outcome: Outcome[Polled], health: Health) -> None:
        """One poll has ended; `health` is the state after it."""

    def searched(self, source: Source, outcome: Outcome[list[Target]], found: int) -> None:
        """A source was asked what there is to poll; `found` is how many targets are known now."""

    def gone(self, before: Health, health: Health | None) -> None:
        """Something is not found any more (its state now), or is forgotten (None)."""

    def kept(self, chore: str, outcome: Outcome[object]) -> None:
        """The cube was built or the lake was maintained."""


class Listeners:
    """Several as one, told in order."""

    def __init__(self, *listeners: Listener) -> None:
        self._all = listeners

    def polled(self, target: Target, outcome: Outcome[Polled], health: Health) -> None:
        for listener in self._all:
            listener.polled(target, outcome, health)

    def searched(self, source: Source, outcome: Outcome[list[Target]], found: int) -> None:
        for listener in self._all:
            listener.searched(source, outcome, found)

    def gone(self, before: Health, health: Health | None) -> None:
        for listener in self._all:
            listener.gone(before, health)

    def kept(self, chore: str, outcome: Outcome[object]) -> None:
        for listener in self._all:
            listener.kept(chore, outcome)
