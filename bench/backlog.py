"""Peak memory of collecting a large backlog of history at once."""

import shutil
from pathlib import Path

from bench.collecting import FILES, collector_of
from bench.command import ledger
from bench.stopwatch import once


def backlog(folder: Path, ads: int) -> list[str]:
    """Markdown: CPU time and peak memory of one `collect` that finds about that many ads in files."""
    pool = folder / "backlog"
    ledger("simulate", str(pool), "--jobs", str(ads), lake=folder / "lake")
    paths = f"{pool}/*/history"
    found = sum(line.startswith(b"***") for path in pool.glob("*/history") for line in path.open("rb"))
    cpu_s, peak_mib = once(collector_of(folder, "backlog", FILES.format(history=paths), {}))
    shutil.rmtree(pool)
    return [
        f"## A backlog of {found:,} ads, collected from files at once",
        "",
        f"{cpu_s:.0f} CPU s, {peak_mib:,.0f} MiB at the peak of its largest process (`htc-ledger collect`).",
    ]
