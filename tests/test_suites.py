"""The suites side by side: each one's words whole, every failure told, and none left behind."""

import io
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console

from tests.suite_run import Outcome, Suite
from tests.suites import HERE, Runs, show, stoppable, suites

GOOD = "def test_good(): pass\n"
BAD = "def test_bad(): assert 'x' == 'y'\n"
KILLED = "import os, signal\ndef test_killed(): os.kill(os.getpid(), signal.SIGKILL)\n"
FOR_EVER = """
import os, pathlib, time
def test_long():
    pathlib.Path(__file__ + ".pid").write_text(str(os.getpid()))
    time.sleep(600)
"""


def written(folder: Path, **suites: str) -> list[Suite]:
    """Suites of one file each."""
    for name, text in suites.items():
        (folder / f"test_{name}.py").write_text(text, "utf-8")
    return [Suite(name, (folder / f"test_{name}.py",)) for name in suites]


def runs_of(folder: Path, todo: list[Suite]) -> Runs:
    return Runs(todo, 2, folder, Console(file=io.StringIO()))


def test_every_test_file_is_in_one_suite() -> None:
    given = [path for suite in suites() for path in suite.paths]
    files = [file for path in given for file in ([path] if path.is_file() else path.glob("**/test_*.py"))]
    assert sorted(files) == sorted(HERE.glob("**/test_*.py"))


def test_every_suite_runs_and_says_what_it_said_in_one_piece(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    runs = runs_of(tmp_path, written(tmp_path, one=GOOD, pool=GOOD, two=BAD, three=GOOD + BAD))
    runs.to_the_end()
    found = {one.suite: (one.tests, one.failed, one.exit_code) for one in runs.outcomes}
    assert found == {"one": (1, 0, 0), "pool": (1, 0, 0), "two": (1, 1, 1), "three": (2, 1, 1)}
    said = capfdbinary.readouterr().out
    assert said.count(b"1 passed") == 3
    assert b"AssertionError: assert 'x' == 'y'" in said


def test_a_suite_that_is_killed_has_failed(tmp_path: Path) -> None:
    runs = runs_of(tmp_path, written(tmp_path, one=KILLED))
    runs.to_the_end()
    assert [one.exit_code for one in runs.outcomes] == [-signal.SIGKILL]


def test_a_request_to_stop_leaves_no_suite_behind(tmp_path: Path) -> None:
    runs = runs_of(tmp_path, written(tmp_path, one=FOR_EVER, two=FOR_EVER))
    marks = [tmp_path / f"test_{name}.py.pid" for name in ("one", "two")]

    def stop() -> None:
        while not all(mark.exists() and mark.read_text() for mark in marks):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop, daemon=True).start()
    with stoppable(), pytest.raises(KeyboardInterrupt):
        runs.to_the_end()
    runs.stop()
    for mark in marks:
        with pytest.raises(ProcessLookupError):
            os.kill(int(mark.read_text()), 0)


def test_one_line_counts_them_all() -> None:
    said = io.StringIO()
    outcomes = [Outcome("one", 1.0, 10, 2, 1, 1), Outcome("two", 2.0, 5, 0, 0, 0)]
    show(outcomes, 2.4, Console(file=said, width=100))
    assert said.getvalue().splitlines()[-1] == "12 passed, 2 failed, 1 skipped in 2 s"
