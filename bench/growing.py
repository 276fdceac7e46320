"""How a build from nothing grows with the number of its attempts, and what they take on the disk.

The rows are written straight into the lake.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.renewing import Built, built, crowded
from collectors.simulate.straight import write_straight
from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, Table


def growing(folder: Path, attempts: Sequence[int]) -> list[str]:
    """Markdown: a row a size."""
    return [
        "## Builds from nothing as the number of attempts grows",
        "",
        "| attempts | wall s | CPU s | attempts per CPU second | peak memory MiB | cube bytes an attempt "
        "| lake bytes a job | lake bytes an attempt |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_row(folder / str(count), count) for count in attempts),
    ]


def _row(root: Path, attempts: int) -> str:
    jobs = attempts * 8 // 9
    lake = Lake(root)
    write_straight(crowded(jobs), lake)
    of_job, of_attempt = (_bytes(lake, table) / count for table, count in ((JOB, jobs), (ATTEMPT_RECORD, attempts)))
    made: Built = built(root, attempts)
    cube = max(Lake(root).cubes.glob("*.duckdb"), key=lambda path: path.stat().st_size)
    size = cube.stat().st_size / attempts
    shutil.rmtree(root)
    rate = attempts / made.cpu_s
    times = f"| {attempts:,} | {made.wall_s:,.0f} | {made.cpu_s:,.0f} | {rate:,.0f} | {made.mib:,} |"
    return f"{times} {size:,.0f} | {of_job:,.0f} | {of_attempt:,.0f} |"


def _bytes(lake: Lake, table: Table) -> int:
    return sum(Path(file).stat().st_size for file in lake.snapshot(table).files)
