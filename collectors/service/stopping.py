"""SIGTERM and SIGINT become a wish that the loop sees between two steps."""

import signal
import socket
from types import FrameType, TracebackType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """While this is entered, the signals only set `asked` (the signal) and make `fileno` readable."""

    def __init__(self) -> None:
        self.asked: signal.Signals | None = None

    def __enter__(self) -> "Stopping":
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._before = {number: signal.signal(number, self._ask) for number in _SIGNALS}
        self._wakeup_before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._wakeup_before)
        for number, before in self._before.items():
            signal.signal(number, before)
        self._read.close()
        self._write.close()

    def fileno(self) -> int:
        """Readable from the moment that a signal came."""
        return self._read.fileno()

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = signal.Signals(number)
