"""How a build from nothing grows with the number of its attempts, and what they take on the disk."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.renewing import Built, built, crowded
from collectors.simulate.straight import write_straight
from pipeline.lake import Lake


def growing(folder: Path, attempts: Sequence[int]) -> list[str]:
    """Markdown: a row a size."""
    return [
        "## Builds from nothing as the number of attempts grows",
        "",
        "| attempts | wall s | CPU s | attempts per CPU second | peak memory MiB | cube bytes an attempt |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_row(folder / str(count), count) for count in attempts),
    ]


def _row(root: Path, attempts: int) -> str:
    jobs = attempts * 8 // 9
    write_straight(crowded(jobs), Lake(root))
    made: Built = built(root, attempts)
    cube = max(Lake(root).cubes.glob("*.duckdb"), key=lambda path: path.stat().st_size)
    size = cube.stat().st_size / attempts
    shutil.rmtree(root)
    rate = attempts / made.cpu_s
    return f"| {attempts:,} | {made.wall_s:,.0f} | {made.cpu_s:,.0f} | {rate:,.0f} | {made.mib:,} | {size:,.0f} |"
