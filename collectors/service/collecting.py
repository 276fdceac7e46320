"""The chores of collecting: each source is asked what there is to poll, and each of its targets is polled.

A source is asked again at each interval, because daemons come and go. A target that is not found any more is
failing, not forgotten.
"""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from collectors.service import states
from collectors.service.agenda import Agenda, Chore
from collectors.service.duties import find_targets, poll_target
from collectors.service.errand import Done, Errand, Failed, Outcome
from collectors.service.health_book import HealthBook
from collectors.service.listener import Listener
from collectors.service.pauses import LONGEST_FOR_LAKE_S, LONGEST_S, after_failures, between_polls
from collectors.sources.target import Poller, Target
from pipeline.settings import Settings
from pipeline.source_settings import Source


class Collecting:
    """Puts the chores of `sources` on the agenda and keeps them there; with `once`, each is done once."""

    def __init__(
        self,
        agenda: Agenda,
        settings: Settings,
        pollers: Mapping[str, Poller],
        book: HealthBook,
        listener: Listener,
        *,
        once: bool,
    ) -> None:
        self._agenda, self._settings, self._pollers = agenda, settings, pollers
        self._book, self._listener, self._once = book, listener, once
        self._targets: dict[str, Target] = {}

    def begin(self, sources: Sequence[Source]) -> None:
        """Every source is asked now."""
        for source in sources:
            self._agenda.add(self._search(source))

    def _search(self, source: Source) -> Chore:
        arguments = (self._pollers[source.kind], source, self._settings)
        errand = Errand(states.search_name(source), find_targets, arguments, source.timeout_s)
        return Chore(errand.name, lambda: errand, partial(self._searched, source), due=time.monotonic())

    def _searched(self, source: Source, chore: Chore, outcome: Outcome[list[Target]]) -> float | None:
        if isinstance(outcome, Done):
            self._adopt(source, outcome.value)
        found = sum(target.source.name == source.name for target in self._targets.values())
        self._book.searched(states.of_search(source, self._settings), outcome)
        self._listener.searched(source, outcome, found)
        return self._next(chore, source, outcome)

    def _adopt(self, source: Source, found: list[Target]) -> None:
        """Poll new ones at once, go on with known ones where they are now, and say which are gone."""
        for target in found:
            self._targets[target.name] = target
            if self._agenda.chore(target.name) is None:
                make, ended = partial(self._errand, target.name), partial(self._polled, target.name)
                self._agenda.add(Chore(target.name, make, ended, due=time.monotonic()))
        names = {target.name for target in found} | {states.search_name(source)}
        daemons = {target.daemon for target in found if target.daemon is not None}
        for health in self._book.of_source(source.name):
            if health.name not in names:
                self._miss(health.name, still_wanted=health.ap is not None and health.ap not in daemons)

    def _miss(self, name: str, *, still_wanted: bool) -> None:
        """A daemon that is gone is failing; a stream that nobody asks for any more is forgotten."""
        chore, before = self._agenda.chore(name), self._book.get(name)
        if before is None or (chore is not None and chore.busy):
            return  # it is being polled just now: the next search tells
        self._agenda.remove(name)
        self._targets.pop(name, None)
        if still_wanted:
            self._listener.gone(before, self._book.gone(before))
        else:
            self._book.forget(name)
            self._listener.gone(before, None)

    def _errand(self, name: str) -> Errand[Any]:
        target = self._targets[name]
        arguments = (self._pollers[target.source.kind], target, self._settings)
        return Errand(name, poll_target, arguments, target.source.timeout_s)

    def _polled(self, name: str, chore: Chore, outcome: Outcome[Any]) -> float | None:
        target = self._targets[name]
        health = self._book.tried(states.of_target(target, self._settings), outcome)
        self._listener.polled(target, outcome, health)
        if isinstance(outcome, Done) and outcome.value.more:
            return time.monotonic()
        return self._next(chore, target.source, outcome)

    def _next(self, chore: Chore, source: Source, outcome: Outcome[Any]) -> float | None:
        if self._once:
            return None
        return due_after(chore, outcome, source.interval_s)


def due_after(chore: Chore, outcome: Outcome[Any], interval_s: float) -> float:
    """When it is done again: an interval after it began, or after a pause if it failed."""
    now = time.monotonic()
    if not isinstance(outcome, Failed):
        return max(now, chore.began + between_polls(interval_s))
    longest_s = LONGEST_FOR_LAKE_S if outcome.fault == "lake" else LONGEST_S
    return now + after_failures(chore.failures, interval_s, longest_s)
