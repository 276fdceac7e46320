"""Run every suite with pytest, side by side, and print what each took: `python -m tests.suites`.

A suite is a folder of tests/, in which the pages in a browser are two more; the files beside the folders are one.
There is a lane for each core, and one more for each suite that waits for real daemons or a node most of the time. What
a suite says is printed whole when it ends; meanwhile a line tells now and then how far each is. In the end a table, and
one line that counts them all.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from rich.console import Console
from rich.table import Table

from tests.suite_run import Outcome, Running, Suite

HERE = Path(__file__).parent
BROWSER, EVERY_PAGE = HERE / "dashboard" / "browser", "test_every_page_*.py"
LET_OTHERS_FIRST = 5
SLEEPERS = {"pool": 0, "elastic": LET_OTHERS_FIRST}
"""Suites that wait for daemons or a node much of the time: a lane to each, with its niceness.

The pool's daemons have time limits of their own: the others let them go first.
"""
LONGEST_FIRST = ("pipeline", "every page", "each page", "collectors", "shape and whole", "dashboard")
LOOK_S, TELL_S, END_S = 0.2, 60.0, 60.0


def suites() -> list[Suite]:
    """Every suite, those first that take longest."""
    every, each = set(BROWSER.glob(EVERY_PAGE)), set(BROWSER.glob("test_*.py"))
    found = [Suite("every page", tuple(sorted(every))), Suite("each page", tuple(sorted(each - every)))]
    found.append(Suite("shape and whole", tuple(sorted(HERE.glob("test_*.py")))))
    folders = {path.parent.relative_to(HERE).parts[0] for path in HERE.glob("*/**/test_*.py")}
    for folder in sorted(folders):
        files = (HERE / folder).glob("**/test_*.py")
        paths = tuple(sorted(set(files) - each)) if HERE / folder in BROWSER.parents else (HERE / folder,)
        found.append(Suite(folder, paths))
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    return sorted(found, key=lambda suite: place.get(suite.name, len(place)))


class Runs:
    """The suites that are still to come, those that run, and what came of the others."""

    def __init__(self, todo: Sequence[Suite], lanes: int, folder: Path, console: Console) -> None:
        self.outcomes: list[Outcome] = []
        self._todo, self._running = list(todo), list[Running]()
        self._lanes, self._folder, self._console = lanes, folder, console

    def to_the_end(self) -> None:
        """Start each suite as soon as it has a lane, show what it said when it is over, and tell how far they are."""
        told = time.monotonic()
        while self._todo or self._running:
            for suite in list(self._todo):
                if suite.name in SLEEPERS or self._awake() < self._lanes:
                    self._start(suite)
            time.sleep(LOOK_S)
            for over in [one for one in self._running if one.is_over]:
                self._finish(over)
            if time.monotonic() - told > TELL_S:
                told = time.monotonic()
                self._console.print(", ".join(f"{one.suite.name} {one.percent}" for one in self._running))

    def stop(self) -> None:
        """End what still runs: first by asking."""
        for one in self._running:
            one.interrupt()
        until = time.monotonic() + END_S
        for one in self._running:
            one.end(within_s=until - time.monotonic())

    def _awake(self) -> int:
        return sum(one.suite.name not in SLEEPERS for one in self._running)

    def _start(self, suite: Suite) -> None:
        self._todo.remove(suite)
        niceness = SLEEPERS.get(suite.name, LET_OTHERS_FIRST)
        self._running.append(Running(suite, self._folder, niceness=niceness, colour=self._console.is_terminal))

    def _finish(self, one: Running) -> None:
        self._running.remove(one)
        self._console.rule(one.suite.name)
        sys.stdout.flush()
        sys.stdout.buffer.write(one.said())
        sys.stdout.buffer.flush()
        self.outcomes.append(one.outcome())


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it a request to end this process is a KeyboardInterrupt, as Ctrl-C is."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # SIGINT too: in the background of a shell it is ignored, and a child would inherit that
    stops = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in stops}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def show(outcomes: Sequence[Outcome], seconds: float, console: Console) -> None:
    """The table, and the line that counts them all."""
    shown = Table("suite", "seconds", "tests", "failed", "skipped", box=None, header_style="bold")
    for outcome in outcomes:
        numbers = (f"{outcome.seconds:.1f}", outcome.tests, outcome.failed, outcome.skipped)
        shown.add_row(outcome.suite, *map(str, numbers))
    console.print(shown)
    tests, failed, skipped = (sum(getattr(o, name) for o in outcomes) for name in ("tests", "failed", "skipped"))
    console.print(f"{tests - failed - skipped} passed, {failed} failed, {skipped} skipped in {seconds:.0f} s")


def main() -> int:
    """Run them all; 0 if each held, else 1, or 130 if it was stopped."""
    console, start = Console(), time.monotonic()
    with TemporaryDirectory() as folder, stoppable():
        runs = Runs(suites(), len(os.sched_getaffinity(0)), Path(folder), console)
        try:
            runs.to_the_end()
        except KeyboardInterrupt:
            return 130
        finally:
            runs.stop()
    show(runs.outcomes, time.monotonic() - start, console)
    return int(any(outcome.exit_code for outcome in runs.outcomes))


if __name__ == "__main__":
    sys.exit(main())
