"""The health of everything that was ever polled: read once, kept in memory, written after each poll."""

import time
from functools import partial
from pathlib import Path

from collectors.service import states
from collectors.service.errand import Done, Outcome
from collectors.service.notes import Notes
from collectors.service.states import Subject
from pipeline.errors import LakeError
from pipeline.health import Health, forget_health, read_health, write_health
from pipeline.settings import Settings


class HealthBook:
    """One Health per name; making it reads what is there, which may raise OSError."""

    def __init__(self, lake_root: Path, notes: Notes) -> None:
        self._root = lake_root
        self._notes = notes
        self._known = {health.name: health for health in read_health(lake_root)}

    def get(self, name: str) -> Health | None:
        """What is known of it."""
        return self._known.get(name)

    def of_source(self, source: str) -> list[Health]:
        """Everything of that source."""
        return [health for health in self._known.values() if health.source == source]

    def tried(self, subject: Subject, outcome: Outcome[object]) -> Health:
        """Note an outcome; returns the state now."""
        return self._keep(states.after(self._known.get(subject.name), subject, outcome, _now_utc()))

    def searched(self, subject: Subject, outcome: Outcome[object]) -> Health | None:
        """As `tried`; what was never seen failing has no entry of its own (None): its targets speak for it."""
        if isinstance(outcome, Done) and subject.name not in self._known:
            return None
        return self.tried(subject, outcome)

    def gone(self, health: Health) -> Health | None:
        """Note that it is not found any more; None where it has been so for so long that it is forgotten."""
        now_utc = _now_utc()
        if states.is_to_be_forgotten(health, now_utc):
            self.forget(health.name)
            return None
        return self._keep(states.gone(health, now_utc))

    def forget(self, name: str) -> None:
        """Drop it."""
        self._known.pop(name, None)
        self._notes.write(name, partial(forget_health, self._root, name))

    def _keep(self, health: Health) -> Health:
        self._known[health.name] = health
        self._notes.write(health.name, partial(write_health, self._root, health))
        return health


def open_book(settings: Settings, notes: Notes) -> HealthBook:
    """The health that is known so far. Raises LakeError where it is there and cannot be read."""
    try:
        return HealthBook(settings.lake, notes)
    except OSError as error:
        hint = "Is this user allowed to read the lake, and is `lake` the right folder?"
        raise LakeError(f"the health beside the lake cannot be read: {error}", hint) from error


def _now_utc() -> int:
    return int(time.time())
