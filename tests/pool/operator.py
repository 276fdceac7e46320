"""Someone who runs `collect` and `status` for a pool, with a lake and a configuration of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.lake import Lake
from pipeline.schema import JOB
from tests.ledger_command import Answer, Ledger
from tests.pool.access_point import AccessPoint


@dataclass(frozen=True)
class Operator:
    """The command with its configuration: `condor` is HTCondor's."""

    ledger: Ledger
    condor: Path

    @classmethod
    def of(cls, folder: Path, condor: Path, *sources: str) -> "Operator":
        folder.mkdir(exist_ok=True)
        tables = "".join(f"\n[[sources]]\n{source}\n" for source in sources)
        (folder / "ledger.toml").write_text('pool = "test"\n' + tables, "utf-8")
        return cls(Ledger(folder / "disk" / "lake", folder, is_fresh=True), condor)

    @contextmanager
    def watches(self, **settings: str) -> Iterator[Path]:
        """The service `collect --watch` runs meanwhile, with those settings in its environment; its log."""
        log = self.ledger.cwd / "service.log"
        given = {"HTC_LEDGER_LAKE": str(self.ledger.lake), "CONDOR_CONFIG": str(self.condor), **settings}
        command = [sys.executable, "-m", "htc_ledger", "collect", "--watch"]
        with log.open("wb") as out:
            service = subprocess.Popen(command, cwd=self.ledger.cwd, env=os.environ | given, stdout=out, stderr=out)
        try:
            yield log
            assert service.poll() is None, log.read_text("utf-8", "replace")
        finally:
            service.terminate()
            service.wait(timeout=60)

    def run(self, *words: str) -> Answer:
        return self.ledger.run(*words, CONDOR_CONFIG=str(self.condor))

    def collects(self) -> None:
        """Every target goes well."""
        answer = self.run("collect")
        assert answer.code == 0, answer.err

    def fails(self, whom: str) -> None:
        """`collect` ends with 1 and says who failed; `status` says it, too, and what to do."""
        answer = self.run("collect")
        assert answer.code == 1
        assert "Traceback" not in answer.err
        failing = [source for source in self.status()["sources"] if source["state"] == "failing"]
        assert failing
        assert whom in answer.err
        assert all(whom in source["name"] for source in failing), failing
        assert all(source["hint"] for source in failing)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.run("status", "--format", "json").json
        return found

    def is_well(self) -> bool:
        return all(source["state"] == "ok" for source in self.status()["sources"])

    def badge(self) -> tuple[str, str]:
        """State of the pool and its sentence, of what is in the lake now."""
        assert self.run("build").code == 0
        (pool,) = self.status()["pools"]
        return pool["state"], pool["sentence"]

    def jobs(self) -> set[tuple[str, int, int]]:
        rows = Lake(self.ledger.lake).read(JOB, ["ap", "cluster", "proc"]).to_pylist()
        assert len(rows) == len({tuple(row.values()) for row in rows})
        return {(row["ap"], row["cluster"], row["proc"]) for row in rows}


def on_disk(*aps: AccessPoint) -> set[tuple[str, int, int]]:
    """The jobs that left the queue, by the names of their per-job files."""
    ids = ((ap.full_name, path.name.split(".")[1:]) for ap in aps for path in ap.per_job.glob("history.*"))
    return {(name, int(cluster), int(proc)) for name, (cluster, proc) in ids}
