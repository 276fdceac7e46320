"""A day of a national pool, from files to a published cube: wall and CPU time, and the memory of the largest process.

818,000 jobs and 960,000 attempts at 15 access points are the median day of the OSPool in 2025/26, as its public
accounting tells. Each access point's files are a source of their own, as a collector has them. The reader's kernel is
compiled before, as on any machine that has read a large file once.
"""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.collecting import collector_of
from bench.command import ledger
from bench.stopwatch import Contender, once
from collectors.classads.fast.store import KernelStore
from pipeline.cube import Cube
from pipeline.query import UsageQuery
from pipeline.viewer import LOCAL

ACCESS_POINTS, SITES, PROJECTS = 15, 90, 46
SOURCE = '[[sources]]\nname = "{name}"\nkind = "files"\npaths = ["{folder}/*history"]\n'


def national_day(folder: Path, jobs: int) -> list[str]:
    """Markdown: a row a step, and their sum."""
    pool = folder / "pool"
    size = ("--access-points", str(ACCESS_POINTS), "--sites", str(SITES), "--projects", str(PROJECTS))
    ledger("simulate", str(pool), "--days", "1", "--jobs", str(jobs), *size, lake=folder / "unused")
    _compile()
    files = sum(path.stat().st_size for path in pool.glob("*/*history"))
    sources = "".join(SOURCE.format(name=each.name.partition(".")[0], folder=each) for each in sorted(pool.iterdir()))
    lake = folder / "day-lake"
    steps = {
        "collect, check, keep the original bytes": collector_of(folder, "day", sources, {}),
        "charge, check, publish": Contender(
            "build", [sys.executable, "-m", "htc_ledger", "build"], {"HTC_LEDGER_LAKE": str(lake)}
        ),
    }
    taken = {name: _timed(lambda step=step: once(step)) for name, step in steps.items()}  # type: ignore[misc]
    (total,) = Cube.open(lake).usage(UsageQuery(by=("pool",), metrics=("jobs", "attempts")), LOCAL).to_pylist()
    shutil.rmtree(pool)
    return [
        f"## A day of a national pool: {total['jobs']:,} jobs, {total['attempts']:,} attempts, {ACCESS_POINTS} access "
        "points",
        "",
        f"From {files / 1e9:.1f} GB of history and epoch files, on all cores, first to last record.",
        "",
        "| step | wall s | CPU s | peak memory MiB |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {name} | {wall_s:.0f} | {cpu_s:.0f} | {mib:,.0f} |" for name, (wall_s, cpu_s, mib) in taken.items()),
        f"| both | {sum(one[0] for one in taken.values()):.0f} | {sum(one[1] for one in taken.values()):.0f} | |",
    ]


def _compile() -> None:
    store = KernelStore.of_user()
    if store is not None and not store.is_ready:
        store.compile()


def _timed(step: Callable[[], tuple[float, float]]) -> tuple[float, float, float]:
    begin = time.monotonic()
    cpu_s, mib = step()
    return time.monotonic() - begin, cpu_s, mib
