"""Measure and write docs/performance.md: `make bench`, or `python -m bench --jobs 50000 --runs 5`."""

import os
import platform
import statistics
import sys
import time
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.stopwatch import Contender, Timing, race
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL

ROOT = Path(__file__).parent.parent
LIBRARIES = ("duckdb", "deltalake", "pyarrow", "htcondor", "dash")
QUESTIONS = {
    "core hours by day and project": UsageQuery(by=("day", "project"), metrics=("cpu_h",)),
    "core hours by site": UsageQuery(by=("site",), metrics=("cpu_h", "gpu_h", "cpu_efficiency")),
    "distinct jobs by project": UsageQuery(by=("project",), metrics=("jobs", "attempts")),
}


def ledger(*words: str, lake: Path) -> float:
    """Run the command; returns its wall time in seconds."""
    start = time.monotonic()
    command = [sys.executable, "-m", "htc_ledger", *words]
    run(command, check=True, capture_output=True, env=os.environ | {"HTC_LEDGER_LAKE": str(lake)})
    return time.monotonic() - start


def reading(folder: Path, runs: int) -> tuple[list[Timing], int]:
    """CPU time of ingesting one history file, ours beside plain classad2, and the ads in it."""
    history = max(folder.glob("pool/*/history"), key=lambda path: path.stat().st_size)
    with history.open("rb") as file:
        ads = sum(line.startswith(b"***") for line in file)
    fresh = f"rm -rf {folder}/race && exec {sys.executable} -m htc_ledger ingest {history}"
    ours = Contender("htc-ledger ingest", ["sh", "-c", fresh], {"HTC_LEDGER_LAKE": f"{folder}/race"})
    plain = [sys.executable, "-m", "bench.plain_classad2", str(history), str(folder / "plain.parquet")]
    return race([ours, Contender("classad2, parse and get", plain, {})], runs), ads


def answering(lake: Path, repeats: int) -> dict[str, tuple[float, float]]:
    """Median and 95th percentile of each question, in milliseconds."""
    cube = Cube.open(lake)
    where = (("pool", tuple(pool.name for pool in cube.pools(LOCAL))),)
    found = {}
    for name, query in QUESTIONS.items():
        asked = UsageQuery(by=query.by, metrics=query.metrics, where=where)
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            cube.usage(asked, LOCAL)
            times.append(1000 * (time.perf_counter() - start))
        found[name] = (statistics.median(times), statistics.quantiles(times, n=20)[-1])
    return found


def measure(jobs: int, runs: int, console: Console) -> str:
    """All measurements as Markdown."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        lake = folder / "lake"
        console.print(f"simulating {jobs:,} jobs ...")
        simulated_s = ledger("simulate", str(folder / "pool"), "--jobs", str(jobs), lake=lake)
        console.print("reading, in turn ...")
        timings, ads = reading(folder, runs)
        console.print("the whole way ...")
        files = sorted(str(path) for path in folder.glob("pool/*/*history"))
        ingested_s = ledger("ingest", *files, lake=lake)
        built_s = ledger("build", lake=lake)
        answers = answering(lake, 50)
        cube = Cube.open(lake)
        (total,) = cube.usage(UsageQuery(by=("pool",), metrics=("jobs", "attempts")), LOCAL).to_pylist()
    plain = timings[1].cpu_s
    lines = [
        "# Measured",
        "",
        "<!-- Written by `make bench`; do not edit. -->",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        + ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
        + f". Medians of {runs} runs, taken in turn. Compare ratios, not seconds.",
        "",
        f"## Reading one history file of {ads:,} ads into Parquet",
        "",
        "| way | CPU s | ads per CPU second | × | peak memory MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {t.name} | {t.cpu_s:.2f} | {ads / t.cpu_s:,.0f} | {plain / t.cpu_s:.2f} | {t.peak_mib:,.0f} |"
            for t in timings
        ),
        "",
        f"## The whole way: {total['jobs']:,} jobs, {total['attempts']:,} attempts",
        "",
        "| step | wall s |",
        "| --- | ---: |",
        f"| simulate | {simulated_s:.1f} |",
        f"| ingest | {ingested_s:.1f} |",
        f"| build, check, publish | {built_s:.1f} |",
        "",
        "## Questions to that cube, one client",
        "",
        "| question | median ms | 95th percentile ms |",
        "| --- | ---: | ---: |",
        *(f"| {question} | {middle:.1f} | {high:.1f} |" for question, (middle, high) in answers.items()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--jobs", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "performance.md")
    asked = parser.parse_args()
    console = Console(stderr=True)
    asked.output.write_text(measure(asked.jobs, asked.runs, console), "utf-8")
    console.print(f"wrote {asked.output}")


if __name__ == "__main__":
    main()
