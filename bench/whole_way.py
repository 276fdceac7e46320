"""The whole way from simulated records to answers: simulate, ingest, build, ask."""

import os
import statistics
import sys
import time
from pathlib import Path
from subprocess import run

from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL

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


def whole_way(folder: Path, pool: Path, simulated_s: float) -> list[str]:
    """Markdown: wall time of each step for the simulated pool's files, and of questions to the cube."""
    lake = folder / "lake"
    ingested_s = ledger("ingest", *sorted(str(path) for path in pool.glob("*/*history")), lake=lake)
    built_s = ledger("build", lake=lake)
    answers = _answering(lake, 50)
    (total,) = Cube.open(lake).usage(UsageQuery(by=("pool",), metrics=("jobs", "attempts")), LOCAL).to_pylist()
    return [
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


def _answering(lake: Path, repeats: int) -> dict[str, tuple[float, float]]:
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
