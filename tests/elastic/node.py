"""One running Elasticsearch node: start, kill, start again on the same data and port, stop.

In: the folder of installed.py and a folder for the node's state. Out: a node that answers on loopback only. Its
standard input is a pipe of ours: a node never outlives the tests that started it, however they end.
"""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.elastic.installed import installed
from tests.elastic.problem import ElasticProblem

START_S, STOP_S, LOOK_S = 180.0, 60.0, 0.05
"""Limits after which something is broken; a start takes 5 s on two busy cores."""
JVM = (
    "-Xms64m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)
LISTENING = re.compile(r"^listening (\d+)$", re.MULTILINE)


class Node:
    """A node and its state folder; `kill` and `start` may follow each other as often as a test likes."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._log = state / "node.log"
        self._port = 0
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers; the same after every start."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers. Raises ElasticProblem with the end of its log."""
        with self._log.open("wb") as log:
            self._running = subprocess.Popen(
                self._command(), stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, cwd=self._state
            )
        until = time.monotonic() + START_S
        while not (port := LISTENING.search(self._said())):
            if self._running.poll() is not None or time.monotonic() > until:
                self.kill()
                raise ElasticProblem(f"The node did not start:\n{self._last_said()}", f"Its state is in {self._state}.")
            time.sleep(LOOK_S)
        self._port = int(port.group(1))

    def kill(self) -> None:
        """End it at once, as a machine that loses power does (SIGKILL)."""
        running = self._taken()
        running.kill()
        running.communicate()

    def stop(self) -> None:
        """Let it close its indices and end. Raises ElasticProblem if it will not, and kills it."""
        running = self._taken()
        try:
            running.communicate(timeout=STOP_S)
        except subprocess.TimeoutExpired as error:
            running.kill()
            running.communicate()
            raise ElasticProblem(f"The node did not stop:\n{self._last_said()}") from error

    def close(self) -> None:
        """Stop it if it runs."""
        if self._running is not None:
            self.stop()

    def _taken(self) -> subprocess.Popen[bytes]:
        running, self._running = self._running, None
        if running is None:
            raise ElasticProblem("The node does not run", "Start it first.")
        return running

    def _command(self) -> list[str]:
        folder = installed()
        path = f"{folder / 'classes'}:{folder / 'lib' / '*'}"
        java = [str(folder / "java" / "bin" / "java"), *JVM, "-cp", path]
        return [*java, "LoopbackNode", str(folder), str(self._state), str(self._port)]

    def _said(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def _last_said(self) -> str:
        return "\n".join(self._said().splitlines()[-20:])


@contextmanager
def running(state: Path) -> Iterator[Node]:
    """A node with its state in `state` that runs within the block."""
    node = Node(state)
    node.start()
    try:
        yield node
    finally:
        node.close()
