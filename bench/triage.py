"""Are planted faults found? `python -m bench.triage tuning` (or unseen), written to docs/triage-evaluation.md.

For each seed three simulated weeks: one without faults, one with all ten, one with one of them. The seeds of `tuning`
are those that the thresholds were chosen with; those of `unseen` are tried when the thresholds are settled, once. Each
part is kept in docs/triage-evaluation, and the page is made of both; no seed is left out.
"""

import hashlib
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from bench.triage_page import page
from bench.triage_seed import Told, Week, plan_of, scenarios, tried
from pipeline.triage import thresholds

DOCS = Path(__file__).parent.parent / "docs"
KEPT, PAGE = DOCS / "triage-evaluation", DOCS / "triage-evaluation.md"
SEEDS = {"tuning": range(1, 11), "unseen": range(101, 111)}


def measure(seeds: Sequence[int], lakes: Path | None, console: Console) -> list[Week]:
    """The weeks of those seeds; `lakes`: where their lakes are kept for the next time, None for nowhere."""
    found = []
    for seed in seeds:
        for name, faults in scenarios(seed).items():
            with TemporaryDirectory() as folder:
                week = tried(plan_of(seed, faults), name, (lakes or Path(folder)) / f"{seed}-{name}")
            found.append(week)
            named = sum(told.named for told in week.told)
            console.print(f"seed {seed}, {name}: {named} of {len(week.told)}, {len(week.wrong)} wrong", soft_wrap=True)
    return found


def settled() -> str:
    """What tells the thresholds of one run from those of another."""
    return hashlib.sha256(thresholds.FILE.read_bytes()).hexdigest()[:12]


def keep(name: str, weeks: Sequence[Week]) -> None:
    """Write the weeks down, with the thresholds that they were found with."""
    KEPT.mkdir(exist_ok=True)
    kept = {"thresholds": settled(), "weeks": [asdict(week) for week in weeks]}
    (KEPT / f"{name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


def kept(name: str) -> tuple[str, list[Week]] | None:
    """The thresholds and the weeks of a part that was tried."""
    file = KEPT / f"{name}.json"
    if not file.is_file():
        return None
    written = json.loads(file.read_text("utf-8"))
    return written["thresholds"], [_week(one) for one in written["weeks"]]


def _week(written: dict[str, Any]) -> Week:
    told = tuple(Told(**one) for one in written["told"])
    return Week(**{**written, "told": told, "wrong": tuple(written["wrong"])})


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.triage", description=__doc__)
    parser.add_argument("part", choices=SEEDS)
    parser.add_argument("--lakes", type=Path, help="Folder in which lakes are kept: asked again without being made.")
    asked = parser.parse_args()
    console = Console(stderr=True)
    keep(asked.part, measure(SEEDS[asked.part], asked.lakes, console))
    PAGE.write_text(page({name: part for name in SEEDS if (part := kept(name)) is not None}), "utf-8")
    console.print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
