"""One suite as a process of its own: pytest on some paths, its output in a file, what came of it from its report."""

import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

SETTINGS = Path(__file__).parent.parent / "pyproject.toml"
TAIL_BYTES = 4096
PERCENT = re.compile(rb"\[ *(\d+%)\]")


@dataclass(frozen=True)
class Suite:
    """A name, and what pytest is given."""

    name: str
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of one suite; its exit code is 0, pytest's, or that of the signal that ended it, below 0."""

    suite: str
    seconds: float
    tests: int
    failed: int
    skipped: int
    exit_code: int


class Running:
    """A suite that was started and has not been waited for."""

    def __init__(self, suite: Suite, folder: Path, *, niceness: int, colour: bool) -> None:
        self.suite = suite
        self._start = time.monotonic()
        self._report = folder / f"{suite.name}.xml"
        self._said = folder / f"{suite.name}.out"
        command = ["nice", "-n", str(niceness), sys.executable, "-u", "-m", "pytest"]
        command += ["-q", "-m", "not soak", "-c", str(SETTINGS)]
        # one cache for several at once would tell of the last to end
        command += ["-p", "no:cacheprovider", f"--color={'yes' if colour else 'no'}", f"--junit-xml={self._report}"]
        with self._said.open("wb") as out:
            self._pytest = subprocess.Popen(
                [*command, *map(str, suite.paths)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                process_group=0,  # the terminal's Ctrl-C comes once, through `stop`
            )

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return time.monotonic() - self._start

    @property
    def is_over(self) -> bool:
        return self._pytest.poll() is not None

    @property
    def percent(self) -> str:
        """How far it is, as pytest last said; 0% before."""
        with self._said.open("rb") as said:
            said.seek(max(0, self._said.stat().st_size - TAIL_BYTES))
            told = PERCENT.findall(said.read())
        return str(told[-1], "ascii") if told else "0%"

    def said(self) -> bytes:
        """All that it has said."""
        return self._said.read_bytes()

    def outcome(self) -> Outcome:
        """What came of it, once it is over; without a report there are no counts, and the exit code tells."""
        found = ET.parse(self._report).getroot().find("testsuite") if self._report.exists() else None
        counts = found.attrib if found is not None else {}
        return Outcome(
            self.suite.name,
            self.seconds,
            int(counts.get("tests", "0")),
            int(counts.get("failures", "0")) + int(counts.get("errors", "0")),
            int(counts.get("skipped", "0")),
            self._pytest.wait(),
        )

    def interrupt(self) -> None:
        """Ask it to end as Ctrl-C does: fixtures still clear up."""
        if not self.is_over:
            self._pytest.send_signal(signal.SIGINT)

    def end(self, within_s: float) -> None:
        """Wait that long for its end, then kill it and what it started."""
        try:
            self._pytest.wait(max(0.0, within_s))
        except subprocess.TimeoutExpired:
            os.killpg(self._pytest.pid, signal.SIGKILL)
            self._pytest.wait()
