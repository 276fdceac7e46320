"""Runs as Open XDMoD's shredder reads them of a resource manager's JSON (`xdmod-shredder -f slurmjson`).

The shredder knows no HTCondor: a cluster and process id are a job's and an array task's, the pool (or the name that was
given to it) is XDMoD's resource, the site its partition, the project its account and group. It reckons wall time from
start to end, and takes a run once by resource, job, task, submission and end. So a residual, and a whole job that
stood still between its runs, is told as long as it ran, up to its end. Its fields and its states are those of
`OpenXdmod\\Shredder\\Slurmjson`. A run without a cluster id cannot be told.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.exports.names import Names
from pipeline.exports.record import Layout, Record, Singles, named
from pipeline.exports.runs import Run

PER_FILE = 5000
"""The shredder reads a file as a whole."""
LARGEST_ID = 2**32 - 1
QOS = "normal"
NO_NODES = "None assigned"
"""The shredder leaves out who calls his nodes so."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Count = Annotated[int, Field(ge=0)]
Id = Annotated[int, Field(ge=0, le=LARGEST_ID)]
State = Literal["COMPLETED", "FAILED", "PREEMPTED", "CANCELLED", "NODE_FAIL"]
STATES: dict[str, State] = {
    "succeeded": "COMPLETED",
    "failed": "FAILED",
    "signal": "FAILED",
    "held": "FAILED",
    "evicted": "PREEMPTED",
    "removed": "CANCELLED",
}
"""Of all other outcomes (lost, unknown, unattributed) nothing says how they ended: NODE_FAIL."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Number(_Part):
    """A number as newer versions write it."""

    number: Count
    set: bool = True
    infinite: bool = False


class Task(_Part):
    """Which one of a cluster's jobs."""

    job_id: Id
    task_id: Number


class Times(_Part):
    """Unix seconds; `elapsed` in seconds, `limit` in minutes."""

    submission: Count
    eligible: Count
    start: Count
    end: Count
    elapsed: Count
    limit: Number = Number(number=0, set=False)


class Ended(_Part):
    """How it ended."""

    current: State


class Returned(_Part):
    """What it returned, where that is known to be a success."""

    return_code: Number


class Tres(_Part):
    """An amount of something that can be had."""

    type: Literal["cpu", "mem", "node", "gres"]
    name: str
    count: Count


class Amounts(_Part):
    """What it had; memory in MiB."""

    allocated: tuple[Tres, ...]
    requested: tuple[Tres, ...] = ()


class Required(_Part):
    """What it asked for."""

    CPUs: Count


class SlurmJob(_Part):
    """The fields that the shredder reads, with their names and types."""

    job_id: Id
    array: Task
    cluster: Name
    partition: Name
    qos: Name = QOS
    account: Name
    group: Name
    user: Name
    name: Name
    nodes: Name
    time: Times
    steps: tuple[()] = ()
    state: Ended
    derived_exit_code: Returned
    tres: Amounts
    required: Required


def xdmod(names: Names) -> Singles:
    """The format."""

    def made(run: Run) -> Record | None:
        if run.cluster is None or run.proc is None:
            return None
        job = slurm_job(names, run, run.cluster, run.proc)
        body = json.dumps(job.model_dump(), ensure_ascii=True).encode()
        return Record(run.id, run.pool, body, run.wall_s, run.booked_utc)

    return Singles(Layout("xdmod", PER_FILE, _document, named("xdmod", "json")), made)


def slurm_job(names: Names, run: Run, cluster: int, proc: int) -> SlurmJob:
    """The run, with those ids, as the shredder reads it."""
    cores = 0 if run.processors is None else run.processors  # XDMoD has no other word for not known
    start = run.end_utc - run.wall_s
    submitted = min(start if run.submit_utc is None else run.submit_utc, start)
    machine = run.machine or run.site
    return SlurmJob(
        job_id=cluster,
        array=Task(job_id=cluster, task_id=Number(number=proc)),
        cluster=_short(names.xdmod.clusters.get(run.pool) or run.pool),
        partition=_short(run.site),
        account=_short(run.project),
        group=_short(run.project),
        user=_short(run.user),
        name=_short(run.name),
        nodes="none-assigned" if machine == NO_NODES else _short(machine),
        time=Times(submission=submitted, eligible=submitted, start=start, end=run.end_utc, elapsed=run.wall_s),
        state=Ended(current=STATES.get(run.outcome, "NODE_FAIL")),
        derived_exit_code=Returned(return_code=Number(number=0 if run.outcome == "succeeded" else 1)),
        tres=Amounts(allocated=tuple(_amounts(run, cores))),
        required=Required(CPUs=cores),
    )


def _amounts(run: Run, cores: int) -> Iterator[Tres]:
    yield Tres(type="node", name="", count=1)
    yield Tres(type="cpu", name="", count=cores)
    if run.memory_mib is not None:
        yield Tres(type="mem", name="", count=run.memory_mib)
    if run.gpus is not None:
        yield Tres(type="gres", name="gpu", count=run.gpus)


def _short(text: str) -> str:
    return text[:255]


def _document(bodies: Sequence[bytes]) -> bytes:
    return b'{"jobs": [\n' + b",\n".join(bodies) + b"\n]}\n"
