"""A build from nothing beside one that renews it after a batch: `python -m bench.renewing --jobs 800000`.

Each in a process of its own, over rows that are written straight into a lake.
"""

import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.made_lake import write_jobs, write_source
from pipeline.lake import Lake
from pipeline.publish import current

BATCH = 40_000
"""Jobs of the batch: a quarter of them runs twice, so that it has 50,000 attempts."""


def built(root: Path, memory_mib: int) -> tuple[float, int, str]:
    """`htc-ledger build`: wall time in seconds, largest memory in MiB, and how the cube was made."""
    environment = os.environ | {"HTC_LEDGER_LAKE": str(root), "HTC_LEDGER_BUILD_MEMORY_MIB": str(memory_mib)}
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "htc_ledger", "build"], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - start
    published = current(Lake(root).cubes)
    if status or published is None:
        raise SystemExit("the build failed")
    return wall_s, usage.ru_maxrss >> 10, published.made


def measure(root: Path, jobs: int, memory_mib: int) -> list[str]:
    """Markdown: time, memory and attempts a second of both."""
    lake = Lake(root)
    lake.create()
    write_source(lake)
    write_jobs(lake, 0, jobs)
    lines = ["| build | attempts | wall s | attempts/s | MiB |", "| --- | ---: | ---: | ---: | ---: |"]
    for attempts in (jobs + jobs // 4, BATCH + BATCH // 4):
        wall_s, mib, how = built(root, memory_mib)
        lines.append(f"| {how} | {attempts:,} | {wall_s:.1f} | {attempts / wall_s:,.0f} | {mib:,} |")
        write_jobs(lake, jobs, jobs + BATCH)
    return lines


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.renewing", description=__doc__)
    parser.add_argument("--jobs", type=int, default=800_000)
    parser.add_argument("--memory-mib", type=int, default=4096)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        Console().print("\n".join(measure(Path(folder) / "lake", asked.jobs, asked.memory_mib)), highlight=False)


if __name__ == "__main__":
    main()
