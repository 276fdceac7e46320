"""A collector that is killed again and again, and what its lake holds in the end."""

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL
from typing import Any

from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, JOB, TRANSFER
from tests.ledger_command import Ledger
from tests.pool.access_point import AccessPoint
from tests.pool.deadly import SOURCE_FAILED

ROOT = Path(__file__).parents[2]
RECORDS = (JOB, ATTEMPT_RECORD, TRANSFER)
POLL_STEPS = ("read", "archive committed", "rejects committed", "rows committed", "between tables", "offset", "random")
STEPS = (*POLL_STEPS, "compaction written", "compaction committed")
"""Those of compaction are of the lake's maintenance, the others of a poll."""


class Killer:
    """Runs polls that die at a step; counts those that did."""

    def __init__(self, orders: subprocess.Popen[str], condor: Path) -> None:
        self._orders, self._condor = orders, condor
        self._chance = random.Random(3)

    def run(self, config: Path, step: str = "never") -> bool:
        """One round of polls, or of maintenance, that may find a source down; True if it was killed on the way."""
        return self._exit_code(config, step) == -SIGKILL

    def finish(self, config: Path) -> None:
        """One round of polls that must go well."""
        assert self._exit_code(config, "never") == 0

    def _exit_code(self, config: Path, step: str) -> int:
        order: dict[str, Any] = {"config": str(config), "condor": str(self._condor), "step": step}
        order["nth"] = self._chance.choice((1, 2, 5, 19)) if step == "read" else 1
        if step == "random":
            order["after_s"] = self._chance.uniform(0.02, 0.6)
        assert self._orders.stdin is not None
        assert self._orders.stdout is not None
        self._orders.stdin.write(json.dumps(order) + "\n")
        self._orders.stdin.flush()
        code = int(self._orders.stdout.readline())
        assert code in (0, SOURCE_FAILED, -SIGKILL), f"a poll ended with {code} at step {step}"
        return code


@contextmanager
def killer(condor: Path) -> Iterator[Killer]:
    """The process in whose forks the polls run and die."""
    command = [sys.executable, "-m", "tests.pool.deadly"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as orders:
        yield Killer(orders, condor)
        assert orders.stdin is not None
        orders.stdin.close()


@dataclass
class Collected:
    """A lake that a collector fills: its settings' file, and how often it was killed at which step."""

    folder: Path
    kills: Counter[str] = field(default_factory=Counter)

    @property
    def config(self) -> Path:
        return self.folder / "ledger.toml"

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "lake")

    def configure(self, *sources: str) -> "Collected":
        self.folder.mkdir(exist_ok=True)
        head = f'lake = "{self.lake.root}"\npool = "test"\n'
        self.config.write_text(head + "".join(f"\n[[sources]]\n{source}\n" for source in sources), "utf-8")
        return self

    def kill(self, by: Killer, times: int) -> None:
        """Poll until it was killed that many times, at each step in turn; a step that is not reached ends its poll."""
        wanted = self.kills.total() + times
        for attempt in range(times * 6):
            if self.kills.total() >= wanted:
                return
            step = STEPS[(attempt + self.kills.total()) % len(STEPS)]
            self.kills[step] += by.run(self.config, step)

    def finish(self, by: Killer) -> None:
        """Poll undisturbed until nothing more comes."""
        before = None
        while before != (before := {table.name: self.lake.count(table) for table in RECORDS}):
            by.finish(self.config)

    def ids(self) -> dict[str, list[int]]:
        """The ids of all records, by table, sorted: one that is there twice would stand there twice."""
        return {
            table.name: sorted(row["record_id"] for row in self.lake.read(table, ["record_id"]).to_pylist())
            for table in RECORDS
        }

    def only_here(self, other: "Collected") -> list[dict[str, Any]]:
        """Records that the other lake has not: what is known of each, so that one can see why."""
        found = []
        for table in RECORDS:
            known = set(other.lake.read(table, ["record_id"]).column("record_id").to_pylist())
            rows = self.lake.read(table).to_pylist()
            found += [_known(row) for row in rows if row["record_id"] not in known]
        return found

    def totals(self) -> str:
        """What the ledger says of it: every total as CSV."""
        ledger = Ledger(self.lake.root, self.folder, is_fresh=True)
        ledger.ok("build")
        by = "ap,day,project,site,resource,user,outcome,venue"
        return "".join(
            ledger.ok("usage", "--by", by, "--metrics", names, "--booking", booking, "--format", "csv").out
            for booking in ("used", "ended")
            for names in ("cpu_h,gpu_h,cpu_efficiency", "jobs,attempts")
        )


def files_source(*aps: AccessPoint) -> list[str]:
    """Sources that read the access points' files."""
    return [
        f'name = "{ap.name}-files"\nkind = "files"\npaths = ["{ap.spool}/history*", "{ap.spool}/epoch_history*"]\n'
        for ap in aps
    ]


def remote_source() -> str:
    """A source that asks every access point of the pool."""
    return 'name = "remote"\nkind = "schedds"\nstreams = ["history", "epochs"]\npage = 60\n'


def written(ap: AccessPoint) -> list[Path]:
    """Every file with records that is on the access point's disk."""
    return [*ap.history_files(), *ap.epoch_files()]


def distinct_ads(files: list[Path]) -> int:
    """Distinct ads in banner files, by nothing but their bytes."""
    ads = set()
    for path in files:
        lines: list[bytes] = []
        for line in path.read_bytes().splitlines(keepends=True):
            if line.startswith(b"***"):
                ads.add(b"".join(lines))
                lines = []
            else:
                lines.append(line)
    return len(ads)


def _known(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
