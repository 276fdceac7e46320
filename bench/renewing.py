"""A build from nothing beside one that renews it after a batch: `python -m bench.renewing --jobs 8000000`.

Each in a process of its own, over rows that are written straight into a lake.
"""

import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from collectors.simulate.plan import Plan
from collectors.simulate.straight import append_jobs, write_straight
from pipeline.lake import Lake
from pipeline.publish import current

BATCH = 44_440
"""Jobs of the batch: every eighth of them runs twice, so that it has 50,000 attempts."""
JOBS_A_DAY = 818_000
"""As a national pool on its median day, from 15 access points, of 46 projects, at 90 sites."""


@dataclass(frozen=True)
class Built:
    """What a build took: times in seconds, its largest memory, and how it says that it made the cube."""

    how: str
    attempts: int
    wall_s: float
    cpu_s: float
    mib: int

    def row(self) -> str:
        rate = f"{self.attempts / self.cpu_s:,.0f}"
        return f"| {self.how} | {self.attempts:,} | {self.wall_s:.0f} | {self.cpu_s:.0f} | {rate} | {self.mib:,} |"


def built(root: Path, attempts: int) -> Built:
    """Run `htc-ledger build`, which makes those attempts."""
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "htc_ledger", "build"], env=os.environ | {"HTC_LEDGER_LAKE": str(root)}
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - start
    published = current(Lake(root).cubes)
    if status or published is None:
        raise SystemExit("the build failed")
    how = published.made.split(":")[0]
    return Built(how, attempts, wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10)


def crowded(jobs: int) -> Plan:
    """So many jobs at that rate."""
    days = max(1, round(jobs / JOBS_A_DAY))
    return Plan(days=days, jobs=jobs, projects=46, sites=90, access_points=15, label="crowded")


def renewing(root: Path, jobs: int) -> list[str]:
    """Markdown: time, memory and attempts a second of both."""
    lake, plan = Lake(root), crowded(jobs)
    write_straight(plan, lake)
    whole = built(root, jobs + jobs // 8)
    append_jobs(plan, lake, jobs, jobs + BATCH)
    batch = built(root, BATCH + BATCH // 8)
    return [
        f"## A build of {whole.attempts:,} attempts from nothing, and a batch of {batch.attempts:,} on top",
        "",
        "| cube | attempts | wall s | CPU s | attempts per CPU second | peak memory MiB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        whole.row(),
        batch.row(),
        "",
        f"All models and all checks. The batch costs {whole.cpu_s / batch.cpu_s:.0f} × less CPU time.",
    ]


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.renewing", description=__doc__)
    parser.add_argument("--jobs", type=int, default=800_000)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        Console().print("\n".join(renewing(Path(folder) / "lake", asked.jobs)), highlight=False)


if __name__ == "__main__":
    main()
