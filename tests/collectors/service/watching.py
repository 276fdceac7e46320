"""A service that runs in a process of its own, and what one can see of it from outside."""

import json
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.health import Health, health_of
from pipeline.settings import Settings
from tests.collectors.service.seeing import ROOT, alive, until


@dataclass(frozen=True)
class Watching:
    """The running service."""

    settings: Settings
    service: subprocess.Popen[bytes]
    log: Path

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The log's lines of that event."""
        text = self.log.read_text("utf-8")
        found = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
        return [line for line in found if line["event"] == event]

    def health(self, name: str) -> Health | None:
        return health_of(self.settings.lake, name)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait; fail with the log if it never comes or the service has ended."""
        until(lambda: holds() or self.service.poll() is not None)
        assert holds(), self.log.read_text("utf-8")

    def until_state(self, name: str, state: str) -> Health:
        """Wait for a target's state."""
        self.until(lambda: (seen := self.health(name)) is not None and seen.state == state)
        health = self.health(name)
        assert health is not None
        return health

    def children(self) -> list[int]:
        """Every process that descends from the service."""
        return [pid for pid in descendants(self.service.pid) if alive(pid)]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.service.send_signal(number)
        return self.service.wait()


@contextmanager
def watching(folder: Path, settings: Settings) -> Iterator[Watching]:
    """Start it, and end it with the test."""
    pickled, log = folder / "settings.pickle", folder / "log"
    pickled.write_bytes(pickle.dumps(settings))
    command = [sys.executable, "-m", "tests.collectors.service.run_watch", str(pickled)]
    with log.open("ab") as stderr, subprocess.Popen(command, cwd=ROOT, stderr=stderr) as service:
        try:
            yield Watching(settings, service, log)
        finally:
            service.terminate()
            until(lambda: service.poll() is not None)
            service.kill()


def descendants(pid: int) -> list[int]:
    """Processes below that one."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text("utf-8")
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while grown := {child for child, parent in parents.items() if parent in found} - found:
        found |= grown
    return sorted(found - {pid})
