"""Run every suite with pytest, one after the other, and print what each took: `python -m tests.suites`.

A suite is a folder of tests/; the files beside the folders are one more. In the end one line counts them all.
"""

import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """What came of one suite."""

    suite: str
    seconds: float
    tests: int
    failed: int
    skipped: int
    exit_code: int


def suites() -> dict[str, list[Path]]:
    """Name -> what pytest is given, quick ones first."""
    folders = sorted({path.parent.relative_to(HERE).parts[0] for path in HERE.glob("*/**/test_*.py")})
    last = ("pool", "dashboard")
    named = {folder: [HERE / folder] for folder in folders if folder not in last}
    return named | {"shape and whole": sorted(HERE.glob("test_*.py"))} | {folder: [HERE / folder] for folder in last}


def run(suite: str, paths: list[Path], report: Path) -> Outcome:
    """Run one suite in a process of its own; its output goes to the screen."""
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not soak", f"--junit-xml={report}", *map(str, paths)]
    done = subprocess.run(command, check=False)
    found = ET.parse(report).getroot().find("testsuite") if report.exists() else None
    counts = found.attrib if found is not None else {}
    return Outcome(
        suite,
        time.monotonic() - start,
        int(counts.get("tests", "0")),
        int(counts.get("failures", "0")) + int(counts.get("errors", "0")),
        int(counts.get("skipped", "0")),
        done.returncode,
    )


def main() -> int:
    console = Console()
    with TemporaryDirectory() as folder:
        outcomes = []
        for number, (suite, paths) in enumerate(suites().items()):
            console.rule(suite)
            outcomes.append(run(suite, paths, Path(folder) / f"{number}.xml"))
    shown = Table("suite", "seconds", "tests", "failed", "skipped", box=None, header_style="bold")
    for outcome in outcomes:
        numbers = (f"{outcome.seconds:.1f}", outcome.tests, outcome.failed, outcome.skipped)
        shown.add_row(outcome.suite, *map(str, numbers))
    console.print(shown)
    tests, failed, skipped = (sum(getattr(o, name) for o in outcomes) for name in ("tests", "failed", "skipped"))
    console.print(f"{tests - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return max(outcome.exit_code for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main())
