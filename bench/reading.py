"""Reading one history file into Parquet, beside what one would write first.

The file has more than 100 MB, so that what loading the compiled kernel costs is a small part. The reader by itself
also makes the records' ids and the digest of the file; the command finds what the lake has, keeps the original bytes
and commits.
"""

import sys
from pathlib import Path

from bench.command import ledger
from bench.stopwatch import Contender, Timing, race

JOBS = 60_000
"""Of three access points; the largest has nearly half of them."""


def reading(folder: Path, runs: int, jobs: int = JOBS) -> list[str]:
    """Markdown: CPU time, ads per second and peak memory of each way."""
    history = _large(folder, jobs)
    with history.open("rb") as file:
        ads = sum(line.startswith(b"***") for line in file)
    timings = race(_contenders(folder, history), runs)
    return [
        f"## Reading one history file of {ads:,} ads, {history.stat().st_size / 1e6:,.0f} MB",
        "",
        "| way | CPU s | ads per CPU second | × | peak memory MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(_row(timing, ads, timings[-1].cpu_s) for timing in timings),
    ]


def _large(folder: Path, jobs: int) -> Path:
    pool = folder / "large"
    ledger("simulate", str(pool), "--jobs", str(jobs), lake=folder / "lake")
    return max(pool.glob("*/history"), key=lambda path: path.stat().st_size)


def _contenders(folder: Path, history: Path) -> list[Contender]:
    """The reader comes first: its first run, which is not counted, compiles the kernel."""
    alone = [sys.executable, "-m", "bench.fast_reader", str(history)]
    fresh = ["sh", "-c", f"rm -rf {folder}/race && exec {sys.executable} -m htc_ledger ingest {history}"]
    lake = {"HTC_LEDGER_LAKE": f"{folder}/race"}
    plain = [sys.executable, "-m", "bench.plain_classad2", str(history), str(folder / "plain.parquet")]
    return [
        Contender("fast reader, columns in memory", alone, {}),
        Contender("fast reader, Parquet written", [*alone, str(folder / "fast")], {}),
        Contender("htc-ledger ingest", fresh, lake),
        Contender("the same, original bytes of rejects only", fresh, lake | {"HTC_LEDGER_ARCHIVE": "rejects"}),
        Contender("classad2, parse and get, Parquet written", plain, {}),
    ]


def _row(timing: Timing, ads: int, base_s: float) -> str:
    rate, ratio = ads / timing.cpu_s, base_s / timing.cpu_s
    return f"| {timing.name} | {timing.cpu_s:.2f} | {rate:,.0f} | {ratio:.2f} | {timing.peak_mib:,.0f} |"
