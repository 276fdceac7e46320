"""Small files beside the lake's tables: written now, or as soon as the folder can be written again.

A full disk or a read-only folder must not stop the service: what could not be written stays in memory, one writing
per name, and is tried again.
"""

import time
from collections.abc import Callable

RETRY_S = 10.0
Write = Callable[[], None]
"""Raises OSError where it cannot be done."""
OnChange = Callable[[OSError | None], None]
"""Told when writing begins to fail (the error) and when it works again (None)."""


class Notes:
    """Writings by name, of which each newer one replaces the one that waits."""

    def __init__(self, on_change: OnChange) -> None:
        self._on_change = on_change
        self._waiting: dict[str, Write] = {}
        self._tried = 0.0

    @property
    def waiting(self) -> int:
        """How many are not written yet."""
        return len(self._waiting)

    def write(self, name: str, write: Write) -> None:
        """Write it; keep it if that fails."""
        failing = bool(self._waiting)
        self._waiting[name] = write
        if failing:
            self.retry()
        else:
            self._write_all()

    def retry(self) -> None:
        """Write what waits, unless that was tried a moment ago."""
        if self._waiting and time.monotonic() - self._tried >= RETRY_S:
            self._write_all()

    def _write_all(self) -> None:
        failed_before = self._tried > 0
        try:
            for name, write in list(self._waiting.items()):
                write()
                del self._waiting[name]
        except OSError as error:
            self._tried = time.monotonic()
            if not failed_before:
                self._on_change(error)
        else:
            self._tried = 0.0
            if failed_before:
                self._on_change(None)
