"""A lake that is filled by asking a real pool's daemons, and what it holds.

Each round of polls runs in a process of its own: htcondor2 reads its configuration once in a process.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.lake import Lake
from pipeline.schema import ATTEMPT_RECORD, COVERAGE, JOB, TRANSFER, Table
from tests.pool.access_point import AccessPoint
from tests.pool.polling import Visit
from tests.pool.pool import Pool

ROOT = Path(__file__).parents[2]
RECORDS = (JOB, ATTEMPT_RECORD, TRANSFER)
LONGEST_S = 240


@dataclass(frozen=True)
class Asked:
    """A lake in `folder`; `condor` is the configuration of who asks."""

    folder: Path
    condor: Path

    @classmethod
    def of(cls, pool: Pool, folder: Path) -> "Asked":
        """A lake that is filled by who has a token of the pool."""
        folder.mkdir()
        return cls(folder, pool.client_config(folder / "client", pool.token("reader", "READ")))

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "lake")

    def poll(
        self, kind: str, *, daemons: str = "as they are", condor: Path | None = None, **source: Any
    ) -> dict[str, Visit]:
        """Poll every target of a source of that kind until nothing has more; visits by target.

        `daemons`: see `polling`.
        """
        answer = self.folder / "answer.json"
        answer.unlink(missing_ok=True)
        order = {
            "lake": str(self.lake.root),
            "source": {"name": kind, "kind": kind, **source},
            "answer": str(answer),
            "daemons": daemons,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.pool.polling"],
            check=False, cwd=ROOT, input=json.dumps(order), text=True, capture_output=True, timeout=LONGEST_S,
            env=os.environ | {"CONDOR_CONFIG": str(condor or self.condor)},
        )  # fmt: skip
        assert (done.returncode, done.stdout + done.stderr) == (0, ""), f"printed: {done.stdout}{done.stderr}"
        return {visit["target"]: Visit(**visit) for visit in json.loads(answer.read_text("utf-8"))}

    def ids(self) -> dict[str, dict[int, str]]:
        """Records by table: id -> its type and where it is from."""
        return {table.name: {row["record_id"]: _shown(row) for row in self.rows(table)} for table in RECORDS}

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows of a table."""
        found: list[dict[str, Any]] = self.lake.read(table).to_pylist()
        return found

    def spans(self, stream: str) -> list[tuple[str, str]]:
        """Statements about that stream, in time: state and evidence."""
        rows = [row for row in self.rows(COVERAGE) if row["stream"] == stream]
        rows.sort(key=lambda row: (row["to_utc"], row["from_utc"]))
        return [(row["state"], row["evidence"]) for row in rows]


def _shown(row: dict[str, Any]) -> str:
    return f"{row['record_type']} {row['global_job_id']} run {row.get('run_instance')} from {row['source']}"


def set_knob(ap: AccessPoint, name: str, value: object) -> None:
    """Change a line of an access point's configuration and wait until its schedd goes by it."""
    ap.reconfigure(f"{name} = {value}")
    ask = ("condor_config_val", "-name", ap.full_name, "-schedd", name)
    ap.wait_until(lambda: ap.run(*ask).out.strip() == str(value), f"{name} is {value}")


def tool_of(ap: AccessPoint, folder: Path) -> str:
    """A program that runs the pool's own condor_history, as if it were installed where the collector runs."""
    wanted = '"_CONDOR_JOB_EPOCH_HISTORY=$_CONDOR_JOB_EPOCH_HISTORY"'
    words = ap.namespace.command(["condor_history"], {"CONDOR_CONFIG": f"/pool/etc/{ap.name}.conf"})
    program = folder / "condor_history"
    quoted = " ".join(f"'{word}'" for word in words[:-1])
    program.write_text(f'#!/bin/sh\nexec {quoted} env {wanted} {words[-1]} "$@"\n', "utf-8")
    program.chmod(0o755)
    return str(program)
