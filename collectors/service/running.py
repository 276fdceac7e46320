"""The parent's side of an errand: one child, what it has written so far, when it is ended. Never waits for it."""

import os
import pickle
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from collectors.service.errand import Done, Errand, Failed, Outcome
from collectors.service.fork_server import Started

GRACE_S = 2.0
"""Between the request to end and the end by force."""
MOST_ANSWER = 16 << 20
MOST_SAID = 4096
_CHUNK = 1 << 16
_CHUNKS = 16
"""Read from a pipe at a time, as much as one can hold: a child that prints for ever does not keep the parent."""


class Running:
    """A child at work on `errand` since `started` (monotonic seconds)."""

    def __init__(self, errand: Errand[Any], started: float, birth: Started) -> None:
        self.errand = errand
        self.started = started
        self._child, self._answer, self._said = birth
        self._overdue = False
        self._killed = False
        self._end_at = started + errand.limit_s
        self._reply = bytearray()
        self._tail = b""
        self._open = [self._answer, self._said]
        for pipe in self._open:
            os.set_blocking(pipe.fileno(), False)

    @property
    def waits_for(self) -> list[Connection | int]:
        """What becomes ready when there is something to do: open pipes, and the child's end."""
        return [*self._open, self._child.sentinel]

    @property
    def next_moment(self) -> float | None:
        """When `mind_the_time` has to be called at the latest; None where all was done."""
        return None if self._killed else self._end_at

    def mind_the_time(self, now: float) -> None:
        """Ask a child that is overdue to end, and a little later kill it."""
        if now < self._end_at or self._killed:
            return
        if self._overdue:
            self.kill()
        else:
            self._overdue = True
            self._end_at = now + GRACE_S
            self.ask_to_end()

    def ask_to_end(self) -> None:
        """SIGTERM to the child and all that it started."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to the child and all that it started."""
        self._killed = True
        self._signal(signal.SIGKILL)

    def read(self) -> None:
        """Take what is in the pipes."""
        for pipe in list(self._open):
            self._drain(pipe)
        if len(self._reply) > MOST_ANSWER:
            self.kill()

    def has_ended(self) -> bool:
        return self._child.exitcode is not None

    def outcome(self, now: float) -> Outcome[Any]:
        """What came of a child that has ended. What it started and left behind is killed."""
        self.read()
        self._signal(signal.SIGKILL)
        for pipe in (self._answer, self._said):
            pipe.close()
        code, seconds = self._child.exitcode, now - self.started
        self._child.close()
        said = self._tail.decode("utf-8", "backslashreplace").strip()
        if len(self._reply) > MOST_ANSWER:
            return Failed(f"its answer is larger than {MOST_ANSWER >> 20} MiB", _DEATH_HINT, "death", seconds, said)
        if self._overdue:
            return Failed(*_too_slow(self.errand), "time", seconds, said)
        if code != 0:
            return Failed(*_died(code, said), "death", seconds, said)
        try:
            well, value = pickle.loads(self._reply)
        except (pickle.UnpicklingError, EOFError) as error:
            return Failed(f"its process ended without an answer ({error})", _DEATH_HINT, "death", seconds, said)
        if well:
            return Done(value, seconds, said)
        what, hint, fault = value
        return Failed(what, hint, fault, seconds, said)

    def _drain(self, pipe: Connection) -> None:
        for _ in range(_CHUNKS):
            try:
                chunk = os.read(pipe.fileno(), _CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                self._open.remove(pipe)
                return
            if pipe is self._answer:
                self._reply += chunk
            else:
                self._tail = (self._tail + chunk)[-MOST_SAID:]

    def _signal(self, number: signal.Signals) -> None:
        """To the group; to the child alone while it has none yet."""
        pid = self._child.pid
        if pid is None:
            return
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            if self._child.exitcode is None:
                with suppress(ProcessLookupError):  # it has ended just now: that is what was wanted
                    os.kill(pid, number)


_DEATH_HINT = "Nothing is half-written, it is tried again. What it printed last is in the log."


def _too_slow(errand: Errand[Any]) -> tuple[str, str]:
    hint = (
        "Its process was ended; nothing is half-written. Does the daemon answer (condor_status, condor_ping)? "
        "If it is only slow, raise `timeout_s` of the source."
    )
    return f"gave no answer within {errand.limit_s:g} s", hint


def _died(code: int | None, said: str) -> tuple[str, str]:
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        cause = " Out of memory? The kernel's log says so." if -code == signal.SIGKILL else ""
        return f"its process was killed by {name}", _DEATH_HINT + cause
    last = said.splitlines()[-1] if said else "it printed nothing"
    return f"its process ended with exit code {code}: {last}", _DEATH_HINT
