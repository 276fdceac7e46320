"""Which service watches a lake: one small file, so that a second one started by mistake can say so.

Two on one lake do no harm, each record is there once; they only ask every source twice.
"""

import json
import os
import socket
import time
from functools import partial
from pathlib import Path

from collectors.service.notes import Notes

FILE = Path("collect") / "watch.json"
EVERY_S = 30.0
FRESH_S = 3 * EVERY_S


class Heartbeat:
    """Writes `<lake>/collect/watch.json` every EVERY_S seconds while it is told to."""

    def __init__(self, lake_root: Path, notes: Notes) -> None:
        self._path, self._notes = lake_root / FILE, notes
        self._written = -EVERY_S

    def other(self) -> str | None:
        """Host and process of another service whose file is fresh; None where there is none."""
        try:
            said = json.loads(self._path.read_text("utf-8"))
            host, pid, beat_utc = str(said["host"]), int(said["pid"]), float(said["beat_utc"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # none, or half of one: a warning less does no harm
        if time.time() - beat_utc > FRESH_S or (host == socket.gethostname() and not _is_alive(pid)):
            return None
        return f"process {pid} on {host}"

    def beat(self) -> None:
        """Write it if it is time to."""
        if time.monotonic() - self._written >= EVERY_S:
            self._written = time.monotonic()
            self._notes.write(str(FILE), self._write)

    def end(self) -> None:
        """Take the file away: nobody watches any more."""
        self._notes.write(str(FILE), partial(self._path.unlink, missing_ok=True))

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}.new")
        said = {"host": socket.gethostname(), "pid": os.getpid(), "beat_utc": int(time.time())}
        fresh.write_text(json.dumps(said), "utf-8")
        fresh.replace(self._path)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
