"""The children at work: started, listened to, ended when their time is up. It never waits for one of them alone."""

import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from collectors.service import fork_server
from collectors.service.errand import Errand, Failed, Outcome
from collectors.service.running import Running

OnEnd = Callable[[Outcome[Any]], None]
_TO_END_S = 1.0
_TO_DIE_S = 2.0
_LONGEST_WAIT_S = 60.0


class Crew:
    """Children, each with what is called when it has ended. Times are those of time.monotonic."""

    def __init__(self) -> None:
        self._running: dict[Running, OnEnd] = {}
        self._stillborn: list[tuple[OnEnd, Failed]] = []

    def __len__(self) -> int:
        return len(self._running)

    def start(self, errand: Errand[Any], on_end: OnEnd) -> None:
        """Send a child; where none can be started, that is its outcome."""
        now = time.monotonic()
        try:
            birth = fork_server.start(errand)
        except (OSError, EOFError) as error:
            hint = "It is tried again. Is memory free, and may this user start more processes (ulimit -u)?"
            self._stillborn.append((on_end, Failed(f"no process could be started: {error}", hint, "death", 0.0)))
        else:
            self._running[Running(errand, now, birth)] = on_end

    def listen(self, until: float, wake: Connection | int | None = None) -> None:
        """Return when something has happened: a child has ended (its outcome was told), `wake` can be read, or it is
        time. It can also return for nothing."""
        moments = [moment for child in self._running if (moment := child.next_moment) is not None]
        now = time.monotonic()
        self._take_in(0.0 if self._stillborn else min([until, now + _LONGEST_WAIT_S, *moments]) - now, wake)
        now = time.monotonic()
        ended = [child for child in self._running if child.has_ended()]
        told = [(self._running.pop(child), child.outcome(now)) for child in ended]
        stillborn, self._stillborn = self._stillborn, []
        for on_end, outcome in [*told, *stillborn]:
            on_end(outcome)
        for child in self._running:
            child.mind_the_time(now)

    def stop(self) -> None:
        """End all children: asked first, then killed. Their outcomes are not told."""
        for end, patience in ((Running.ask_to_end, _TO_END_S), (Running.kill, _TO_DIE_S)):
            for child in self._running:
                end(child)
            self._see_off(time.monotonic() + patience)

    def _see_off(self, until: float) -> None:
        while self._running and time.monotonic() < until:
            self._take_in(until - time.monotonic(), None)
            for child in [child for child in self._running if child.has_ended()]:
                del self._running[child]
                child.outcome(time.monotonic())

    def _take_in(self, timeout: float, wake: Connection | int | None) -> None:
        awaited = [source for child in self._running for source in child.waits_for]
        wait(awaited if wake is None else [*awaited, wake], max(0.0, timeout))
        for child in self._running:
            child.read()
