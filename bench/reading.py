"""Reading one history file into Parquet, beside what one would write first."""

import sys
from pathlib import Path

from bench.stopwatch import Contender, race


def reading(folder: Path, history: Path, ads: int, runs: int) -> list[str]:
    """Markdown: CPU time, ads per second and peak memory of each way."""
    fresh = f"rm -rf {folder}/race && exec {sys.executable} -m htc_ledger ingest {history}"
    lake = {"HTC_LEDGER_LAKE": f"{folder}/race"}
    plain = [sys.executable, "-m", "bench.plain_classad2", str(history), str(folder / "plain.parquet")]
    timings = race(
        [
            Contender("htc-ledger ingest", ["sh", "-c", fresh], lake),
            Contender(
                "the same, original bytes of rejects only",
                ["sh", "-c", fresh],
                lake | {"HTC_LEDGER_ARCHIVE": "rejects"},
            ),
            Contender("classad2, parse and get", plain, {}),
        ],
        runs,
    )
    base = timings[-1].cpu_s
    return [
        f"## Reading one history file of {ads:,} ads into Parquet",
        "",
        "| way | CPU s | ads per CPU second | × | peak memory MiB |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {t.name} | {t.cpu_s:.2f} | {ads / t.cpu_s:,.0f} | {base / t.cpu_s:.2f} | {t.peak_mib:,.0f} |"
            for t in timings
        ),
    ]
