"""What is simulated, before it is text: a job, its attempts, the records that they leave. Instants: Unix seconds."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from collectors.simulate.population import Host, Person, Project, Resource, Site

EndingKind = Literal["done", "evicted", "held", "removed", "lost"]
RecordKind = Literal["SPAWN", "INPUT", "OUTPUT", "EPOCH", "EPOCH_ON_HOLD", "JOB", "JOB_AGAIN"]
VANILLA, SCHEDULER, LOCAL = 5, 7, 12
REMOVED, COMPLETED = 3, 4


@dataclass(frozen=True, slots=True)
class Said:
    """One way to fail. `text` has {parts} of the run to be filled in; a `before` ending never ran the executable."""

    kind: EndingKind
    weight: int = 1
    code: int | None = None
    subcode: int | None = None
    exit_code: int | None = None
    exit_signal: int | None = None
    before: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What a batch of jobs was submitted with; the same for all of them.

    image    the container image, where it is not the one of all
    fails    share of runs that end with an exit code not 0, where it is not that of the project's kind of work
    mistake  why nothing of the batch can succeed
    """

    project: Project
    user: Person
    universe: int
    cpus: int
    memory_mib: int
    disk_kib: int
    gpus: int
    command: str
    submit_file: str
    priority: int
    size: int
    contained: bool
    batch_name: str | None = None
    dag_cluster: int | None = None
    dag_node: str | None = None
    image: str | None = None
    fails: float | None = None
    mistake: Said | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What one job needs wherever it runs: its own truth, which its attempts show parts of."""

    wall_s: float
    memory_mib: int
    disk_kib: int
    cpu_share: float
    gpu_share: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended. `code` is of a vacate or a hold; a `before_execution` ending never ran the executable."""

    kind: EndingKind
    exit_code: int | None = None
    exit_signal: int | None = None
    code: int | None = None
    subcode: int | None = None
    reason: str | None = None
    before_execution: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One file moved by a URL plugin. `error` is what it says if it fails; `cache_age_us` None: no cache served it."""

    url: str
    file_name: str
    protocol: str
    endpoint: str
    file_bytes: int
    start: int
    end: int
    cache_age_us: int | None
    error: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a job. CPU and memory are what was reported: of an evicted run, the last sample before."""

    number: int
    start: int
    queued_s: int
    executing: int | None
    output: int
    end: int
    site: Site
    resource: Resource
    host: Host
    slot: str
    request_memory_mib: int
    cpus: int
    memory_mib: int
    disk_kib: int
    devices: tuple[str, ...]
    ending: Ending
    cpu_user_us: int
    cpu_sys_us: int
    rss_kib: int
    disk_used_kib: int
    gpu_share: float
    bytes_sent: int
    bytes_received: int
    moved_in: tuple[Move, ...]
    moved_out: tuple[Move, ...]

    @property
    def wall_s(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Job:
    """A job with its whole life. `end` is when it left the queue; `hold` the last time that it was held.

    `repeated` counts seconds until the same job is written to history again, because the schedd had died;
    None is the usual case.
    """

    ap: str
    cluster: int
    proc: int
    submit: int
    request: Request
    attempts: tuple[Attempt, ...]
    status: int
    last_status: int
    end: int
    hold: Ending | None
    holds: int
    remove_reason: str | None
    requeue_reason: str | None
    local_start: int | None = None
    exit_code: int | None = None
    repeated: int | None = None


class Record(NamedTuple):
    """One thing that a file receives, at that time; `attempt` is None for final ads."""

    time: int
    kind: RecordKind
    job: Job
    attempt: Attempt | None


def records_of(job: Job) -> list[Record]:
    """The records that a job leaves, each in its file's order; an attempt that was lost leaves no EPOCH."""
    found: list[Record] = []
    for attempt in job.attempts:
        found.append(Record(attempt.start, "SPAWN", job, attempt))
        if attempt.moved_in:
            found.append(Record(max(move.end for move in attempt.moved_in), "INPUT", job, attempt))
        if attempt.moved_out:
            found.append(Record(attempt.end, "OUTPUT", job, attempt))
        if attempt.ending.kind != "lost":
            found.append(Record(attempt.end, "EPOCH", job, attempt))
        if attempt.ending.kind == "held" and attempt.ending.exit_code is not None:
            found.append(Record(attempt.end, "EPOCH_ON_HOLD", job, attempt))
    found.append(Record(job.end, "JOB", job, None))
    if job.repeated is not None:
        found.append(Record(job.end + job.repeated, "JOB_AGAIN", job, None))
    return found
