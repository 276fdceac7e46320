"""Measure and write docs/performance.md: `make bench`, or `python -m bench --jobs 50000 --runs 5`."""

import os
import platform
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.backlog import backlog
from bench.collecting import collecting
from bench.reading import reading
from bench.renewing import renewing
from bench.serving import serving_a_year
from bench.whole_way import ledger, whole_way

ROOT = Path(__file__).parent.parent
LIBRARIES = ("duckdb", "deltalake", "pyarrow", "htcondor", "dash")


def measure(jobs: int, runs: int, backlog_ads: int, built_jobs: int, year_jobs: int, console: Console) -> str:
    """All measurements as Markdown."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        pool = folder / "simulated"
        console.print(f"simulating {jobs:,} jobs ...")
        simulated_s = ledger("simulate", str(pool), "--jobs", str(jobs), lake=folder / "lake")
        history = max(pool.glob("*/history"), key=lambda path: path.stat().st_size)
        with history.open("rb") as file:
            ads = sum(line.startswith(b"***") for line in file)
        console.print("reading, in turn ...")
        read = reading(folder, runs)
        console.print("collecting from files and from a schedd, in turn ...")
        collected = collecting(folder, history, ads, runs)
        console.print(f"a backlog of {backlog_ads:,} ads ...")
        held = backlog(folder, backlog_ads)
        console.print("the whole way ...")
        whole = whole_way(folder, pool, simulated_s)
        console.print(f"a cube of {built_jobs:,} jobs, and a batch ...")
        renewed = renewing(folder / "built", built_jobs)
        console.print(f"a cube of a year of {year_jobs:,} jobs ...")
        served = serving_a_year(folder / "year", year_jobs, 12)
        sections = [_head(runs), read, collected, held, whole, renewed, served]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _head(runs: int) -> list[str]:
    return [
        "# Measured",
        "",
        "<!-- Written by `make bench`; do not edit. -->",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        + ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
        + f". Medians of {runs} runs, taken in turn. Compare ratios, not seconds.",
    ]


def main() -> None:
    parser = ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--jobs", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--backlog", type=int, default=200_000)
    parser.add_argument("--built", type=int, default=800_000)
    parser.add_argument("--year", type=int, default=300_000)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "performance.md")
    asked = parser.parse_args()
    console = Console(stderr=True)
    asked.output.write_text(measure(asked.jobs, asked.runs, asked.backlog, asked.built, asked.year, console), "utf-8")
    console.print(f"wrote {asked.output}")


if __name__ == "__main__":
    main()
