"""Measure and write docs/performance.md: `make bench`; one part anew: `python -m bench --only front-end`.

Each part is kept in a file of its own in docs/performance, and the page is made of all of them: a part that takes an
hour can be measured when the machine is quiet, and the others stay as they were.
"""

import os
import platform
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.backlog import backlog
from bench.collecting import collecting
from bench.command import ledger
from bench.elastic import elastic
from bench.explorer import explorer
from bench.front_end import front_end
from bench.growing import growing
from bench.national_day import national_day
from bench.reading import reading
from bench.renewing import renewing
from bench.rolling import rolling
from bench.serving import made_year, serving_pages

DOCS = Path(__file__).parent.parent / "docs"
LIBRARIES = ("duckdb", "deltalake", "pyarrow", "htcondor", "dash")


def _collecting(folder: Path, asked: Namespace) -> list[str]:
    pool = folder / "simulated"
    ledger("simulate", str(pool), "--jobs", str(asked.jobs), lake=folder / "lake")
    history = max(pool.glob("*/history"), key=lambda path: path.stat().st_size)
    with history.open("rb") as file:
        ads = sum(line.startswith(b"***") for line in file)
    return collecting(folder, history, ads, asked.runs)


def _year(folder: Path, asked: Namespace) -> Path:
    """A lake of a made-up year with its cube: made once for all parts that ask it."""
    lake = folder.parent / "year"
    if not lake.is_dir():
        made_year(lake, asked.year)
    return lake


PARTS: dict[str, Callable[[Path, Namespace], list[str]]] = {
    "reading": lambda folder, asked: reading(folder, asked.runs),
    "collecting": _collecting,
    "backlog": lambda folder, asked: backlog(folder, asked.backlog),
    "elastic": lambda folder, asked: elastic(folder, asked.sent, asked.runs),
    "national-day": lambda folder, asked: national_day(folder, asked.day),
    "renewing": lambda folder, asked: renewing(folder / "built", asked.built),
    "growing": lambda folder, asked: growing(folder, asked.grown),
    "serving": lambda folder, asked: serving_pages(_year(folder, asked), 7),
    "rolling": lambda folder, asked: rolling(_year(folder, asked), folder, asked.runs),
    "front-end": lambda folder, asked: front_end(_year(folder, asked), asked.runs),
    "explorer": lambda folder, asked: explorer(folder / "lake", asked.listed, 15),
}
"""In the order of the page: what each measures is told by its module."""


def measure(name: str, folder: Path, asked: Namespace) -> None:
    """Measure a part in that folder and write it down, with its day."""
    lines = PARTS[name](folder, asked)
    kept = DOCS / "performance"
    kept.mkdir(exist_ok=True)
    (kept / f"{name}.md").write_text("\n".join([*lines, "", _where(asked.runs)]) + "\n", "utf-8")


def page() -> str:
    """All parts that were ever measured."""
    files = [DOCS / "performance" / f"{name}.md" for name in PARTS]
    parts = [file.read_text("utf-8") for file in files if file.is_file()]
    return "\n".join(["# Measured\n\n<!-- Written by `make bench`; do not edit. -->\n", *parts])


def _where(runs: int) -> str:
    libraries = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {libraries}"
    return f"*{datetime.now(UTC):%Y-%m-%d}: {machine}. Medians of {runs} runs, in turn: compare ratios, not seconds.*"


def main() -> None:
    parser = ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="Measure this part; may be repeated.")
    parser.add_argument("--jobs", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--backlog", type=int, default=200_000)
    parser.add_argument("--day", type=int, default=818_000, help="The OSPool's median day of 2025/26.")
    parser.add_argument("--sent", type=int, default=50_000)
    parser.add_argument("--built", type=int, default=8_890_000, help="10 million attempts.")
    parser.add_argument("--grown", type=int, nargs="+", default=[1_000_000, 3_000_000, 10_000_000, 30_000_000])
    parser.add_argument("--year", type=int, default=3_000_000)
    parser.add_argument("--listed", type=int, default=50_000_000)
    asked = parser.parse_args()
    console = Console(stderr=True)
    with TemporaryDirectory() as folder:
        for name in asked.only or PARTS:
            console.print(f"{name} ...")
            own = Path(folder) / name
            own.mkdir()
            measure(name, own, asked)
            (DOCS / "performance.md").write_text(page(), "utf-8")
    console.print(f"wrote {DOCS / 'performance.md'}")


if __name__ == "__main__":
    main()
