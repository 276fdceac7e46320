"""The chores that keep the lake in use: a new cube after new rows, and maintenance at its interval.

Both have an entry among the healths, so that a build that fails for days is seen where people look.
"""

import time
from functools import partial
from typing import Any

from collectors.service.agenda import NEVER, Agenda, Chore
from collectors.service.collecting import due_after
from collectors.service.duties import maintain_lake, publish_cube
from collectors.service.errand import Errand, Failed, Outcome
from collectors.service.health_book import HealthBook
from collectors.service.listener import Listener
from collectors.service.states import Subject, counts
from collectors.sources.target import Polled, Target
from pipeline.health import Health
from pipeline.settings import Settings
from pipeline.source_settings import Source

BUILD, MAINTAIN = "lake: build", "lake: maintain"
LIMIT_S = 6 * 3600.0
FIRST_MAINTENANCE_S = 600.0
"""After the start of a service that never maintained this lake."""


class Upkeep:
    """Puts both on the agenda, as far as the settings want them; told of polls, it knows when there are new rows."""

    def __init__(self, agenda: Agenda, settings: Settings, book: HealthBook, listener: Listener) -> None:
        self._agenda, self._settings, self._book, self._listener = agenda, settings, book, listener
        self._build_every_s = settings.build_every_s
        self._maintain_every_s = settings.maintain_every_h * 3600
        self._has_new_rows = False

    def begin(self) -> None:
        """From now on."""
        now = time.monotonic()
        if self._build_every_s:
            # a lake that is there may have rows from before this start that no cube shows yet
            due = now + self._build_every_s if (self._settings.lake / "tables").is_dir() else NEVER
            self._add(BUILD, Errand(BUILD, publish_cube, (self._settings,), LIMIT_S), self._built, due)
        if self._maintain_every_s:
            errand = Errand(MAINTAIN, maintain_lake, (self._settings,), LIMIT_S)
            self._add(MAINTAIN, errand, self._maintained, now + self._to_maintenance())

    def polled(self, target: Target, outcome: Outcome[Polled], health: Health) -> None:
        """New rows want a build, but not before its time."""
        new_rows, _ = counts(outcome)
        if not new_rows:
            return
        self._has_new_rows = True
        build = self._agenda.chore(BUILD)
        if build is not None and not build.busy and build.due == NEVER:
            build.due = self._earliest(build)

    def searched(self, source: Source, outcome: Outcome[list[Target]], found: int) -> None:
        """Nothing of ours."""

    def gone(self, before: Health, health: Health | None) -> None:
        """Nothing of ours."""

    def kept(self, chore: str, outcome: Outcome[object]) -> None:
        """Nothing that is not known here."""

    def _add(self, name: str, errand: Errand[Any], ended: Any, due: float) -> None:
        self._agenda.add(Chore(name, partial(self._begun, errand), ended, due, lane="lake"))

    def _begun(self, errand: Errand[Any]) -> Errand[Any]:
        if errand.name == BUILD:
            self._has_new_rows = False
        return errand

    def _built(self, chore: Chore, outcome: Outcome[Any]) -> float:
        self._tell(chore, outcome, self._build_every_s)
        if isinstance(outcome, Failed):
            return due_after(chore, outcome, self._build_every_s)
        return self._earliest(chore) if self._has_new_rows else NEVER

    def _maintained(self, chore: Chore, outcome: Outcome[Any]) -> float:
        self._tell(chore, outcome, self._maintain_every_s)
        return due_after(chore, outcome, self._maintain_every_s)

    def _tell(self, chore: Chore, outcome: Outcome[Any], interval_s: int) -> None:
        subject = Subject(chore.name, "lake", "lake", self._settings.pool, None, chore.name, interval_s)
        self._book.tried(subject, outcome)
        self._listener.kept(chore.name, outcome)

    def _earliest(self, build: Chore) -> float:
        first = build.began == 0.0
        return time.monotonic() if first else max(time.monotonic(), build.began + self._build_every_s)

    def _to_maintenance(self) -> float:
        """Seconds: the interval counts from the last one that went well, over restarts."""
        known = self._book.get(MAINTAIN)
        if known is None or known.ok_utc is None:
            return min(FIRST_MAINTENANCE_S, self._maintain_every_s)
        return max(0.0, known.ok_utc + self._maintain_every_s - time.time())
