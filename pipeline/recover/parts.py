"""What a recovery is made of: jobs that will run again, jobs that will not and why, and what was asked."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from pipeline.recover.changes import Change
from pipeline.recover.describing import Description
from pipeline.recover.failures import Failure

WITHOUT_FINAL = 'NR == FNR { if (toupper($1) == "FINAL") final[$2]; next } !($1 == "DONE" && ($2 in final))'
"""In awk, of a DAG file and a rescue file: the rescue without FINAL nodes, which no ad names, and DAGMan takes as done
from nobody."""


@dataclass(frozen=True)
class Job:
    """A job without a success. lost_h: core hours of all of its runs; None where one of them is not known."""

    ap: str
    cluster: int
    proc: int
    user: str
    project: str
    global_job_id: str | None = None
    attempts: int = 0
    lost_h: float | None = None

    @property
    def name(self) -> str:
        """AP#CLUSTER.PROC."""
        return f"{self.ap}#{self.cluster}.{self.proc}"


@dataclass(frozen=True)
class Again:
    """A job that will run again: its commands, changes among them. `own` names the user's own attributes."""

    job: Job
    failure: Failure
    description: Description
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Left:
    """A job that will not: `kind` is queued, ended_unknown, removed, recovered, missing or not_chosen; `why` says more.

    `failure` is None of one that has not ended.
    """

    job: Job
    kind: str
    why: str
    failure: Failure | None = None


@dataclass(frozen=True)
class File:
    """A file to write: its name and text."""

    name: str
    text: str


@dataclass(frozen=True)
class Rescue:
    """A rescue file for a DAG: where it is to be put, and the DAG that is then submitted again, in its folder."""

    file: File
    folder: str
    dag: str

    def lines(self, written: Path) -> list[str]:
        """The commands that put it in place, without what it says of FINAL nodes, and submit the DAG."""
        source, name = shlex.quote(str(written / self.file.name)), shlex.quote(self.file.name)
        dag = shlex.quote(f"./{self.dag}")
        placed = f"(set -C; awk {shlex.quote(WITHOUT_FINAL)} {dag} {source} > {name})"
        return [
            "# stops where there is a rescue file of that number; a FINAL node always runs again",
            f"cd {shlex.quote(self.folder)} && test -s {dag} && {placed} && condor_submit_dag {self.dag}",
        ]


@dataclass(frozen=True)
class Recovery:
    """An answer. `notes` are sentences of the whole; `succeeded` counts jobs that have their success.

    Of a DAG `rescue` is what is to be written; `again` are the jobs of its nodes that failed.
    """

    asked: str
    pool: str
    succeeded: int
    again: tuple[Again, ...]
    left: tuple[Left, ...]
    notes: tuple[str, ...]
    rescue: Rescue | None = None
