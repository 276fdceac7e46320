"""The columns of lists of jobs and attempts: the one list that page, command, filters and sorts read. Pure.

A column's SQL is over the fact of its list (see `facts`). Whatever a filter or a sort names is looked up here: no other
text becomes part of a question.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.buckets import BUCKETS
from pipeline.errors import UsageError
from pipeline.query import dimension

Of = Literal["jobs", "attempts"]
Kind = Literal["text", "number", "share", "moment", "choice"]

OUTCOMES = ("succeeded", "failed", "signal", "removed", "unknown")
ENDS_OF_RUNS = (*OUTCOMES[:4], "held", "evicted", "lost", "running", "unknown")
WASTES = tuple(bucket.name for bucket in BUCKETS if bucket.wasted)


@dataclass(frozen=True)
class Column:
    """One column of a list.

    stored   SQL of what is stored, over the list's fact: what is compared and sorted by
    per      a stored number is so many of the unit that is shown
    order    SQL to sort by where that is not `stored`
    choices  of a `choice`: the values that there can be
    """

    name: str
    label: str
    kind: Kind
    stored: str
    doc: str
    unit: str = ""
    per: int = 1
    order: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """SQL of the value in its unit."""
        return f"{self.stored} / {self.per}.0" if self.per != 1 else self.stored

    @property
    def sorted_by(self) -> tuple[str, ...]:
        return self.order or (self.stored,)


def _named(name: str) -> Column:
    """A dimension as a column: what the name is registered as on the row's day."""
    known = dimension(name)
    return Column(name, known.label, "text", known.sql, known.doc)


_JOB = Column(
    "job",
    "Job",
    "text",
    "concat(ap, '#', cluster, '.', proc)",
    "Access point, cluster and proc; it leads to the receipt of the job.",
    order=("ap", "cluster", "proc"),
)
_EFFICIENCY = "CPU time per core time, over the attempts that reported it."
_MEMORY = "Memory of the slot, else the memory asked for."

_SIGNATURE = "What was said, without names, paths and numbers of the case."

JOBS: tuple[Column, ...] = (
    _JOB,
    Column("end_utc", "Ended", "moment", "end_utc", "When it left the queue; the list's days are days of this."),
    Column("outcome", "Outcome", "choice", "outcome", "How it ended, by its last ad.", choices=OUTCOMES),
    _named("user"),
    _named("project"),
    _named("site"),
    Column("batch_name", "Batch", "text", "batch_name", "Name of the batch or DAG that it was submitted in."),
    Column(
        "cpu_h", "Core hours", "number", "mcore_s", "Core hours allocated to all its attempts.", "core h", 3_600_000
    ),
    Column(
        "wasted_h",
        "Wasted",
        "number",
        "wasted_mcore_s",
        "Core hours of all its attempts in buckets that are waste.",
        "core h",
        3_600_000,
    ),
    Column(
        "wasted_on", "Wasted on", "choice", "wasted_on", "The bucket with most of its wasted hours.", choices=WASTES
    ),
    Column(
        "cpu_efficiency",
        "CPU eff.",
        "share",
        "(cpu_measured_us / nullif(mcore_measured_s * 1000.0, 0))",
        _EFFICIENCY,
        "%",
    ),
    Column("attempts", "Attempts", "number", "attempts", "How often it was started on a slot."),
    Column("wall_h", "Wall time", "number", "wall_s", "Wall time of all its attempts and its residual.", "h", 3600),
    Column("cores", "Cores", "number", "cores_milli", "Cores of its slot, by its last ad.", "cores", 1000),
    Column("command", "Command", "text", "command", "What it ran."),
    Column("exit_code", "Exit code", "number", "exit_code", "Exit code of its last run."),
    Column("memory_gib", "Memory", "number", "memory_mib", _MEMORY, "GiB", 1024),
    Column(
        "memory_asked_gib", "Memory asked", "number", "request_memory_mib", "Memory that it asked for.", "GiB", 1024
    ),
    Column("memory_used_gib", "Memory peak", "number", "memory_used_mib", "Peak memory of its last run.", "GiB", 1024),
    Column("disk_asked_gib", "Disk asked", "number", "request_disk_kib", "Disk that it asked for.", "GiB", 2**20),
    Column("disk_used_gib", "Disk used", "number", "disk_used_kib", "Most disk that it used.", "GiB", 2**20),
    Column(
        "failure",
        "Last failure",
        "text",
        "failure",
        "Class of its last attempt that failed, whatever came after: one of `htc-ledger classify`.",
    ),
    Column("signature", "Its signature", "text", "signature", _SIGNATURE),
    Column("hold_reason", "Hold reason", "text", "hold_reason", "Why it was on hold when it left the queue."),
    Column("remove_reason", "Removal reason", "text", "remove_reason", "Why it was removed."),
    Column(
        "cpu_used_h",
        "CPU time",
        "number",
        "cpu_used_us",
        "CPU time that its attempts reported.",
        "CPU h",
        3_600_000_000,
    ),
    Column("gpus", "GPUs", "number", "gpus", "GPUs of its slot.", "GPUs"),
    Column("submit_utc", "Submitted", "moment", "submit_utc", "When it was submitted."),
    Column("start_utc", "First start", "moment", "first_start_utc", "When it first began to run."),
    _named("resource"),
)
"""Of jobs that left the queue."""

ATTEMPTS: tuple[Column, ...] = (
    _JOB,
    Column("run", "Run", "number", "run_instance", "Which start of the job, counted from 0."),
    Column("start_utc", "Started", "moment", "start_utc", "When it got its slot."),
    Column("end_utc", "Ended", "moment", "end_utc", "When it gave its slot back; unknown of what runs, or was lost."),
    Column("outcome", "Outcome", "choice", "outcome", dimension("outcome").doc, choices=ENDS_OF_RUNS),
    _named("user"),
    _named("project"),
    _named("site"),
    Column("cpu_h", "Core hours", "number", "(wall_s * cores_milli)", "Wall time times cores.", "core h", 3_600_000),
    Column(
        "cpu_efficiency",
        "CPU eff.",
        "share",
        "(cpu_used_us / nullif(wall_s * cores_milli * 1000.0, 0))",
        "CPU time per core time; unknown where it was not reported.",
        "%",
    ),
    Column("wall_h", "Wall time", "number", "wall_s", "From its start to its end.", "h", 3600),
    Column("cores", "Cores", "number", "cores_milli", "Cores of its slot.", "cores", 1000),
    Column("failure", "Failure", "text", "failure", "Class of its failure: one of `htc-ledger classify`."),
    Column("signature", "Signature", "text", "signature", _SIGNATURE),
    Column("hold_reason", "Hold reason", "text", "hold_reason", "Why the job was held at its end."),
    Column("vacate_reason", "Vacate reason", "text", "vacate_reason", "Why it lost its slot."),
    Column("batch_name", "Batch", "text", "batch_name", "Name of the batch or DAG that its job was submitted in."),
    Column("command", "Command", "text", "command", "What it ran."),
    Column("machine", "Machine", "text", "machine", "Host of its slot."),
    Column("slot", "Slot", "text", "slot", "Its slot."),
    _named("resource"),
    Column("cpu_used_h", "CPU time", "number", "cpu_used_us", "CPU time that it reported.", "CPU h", 3_600_000_000),
    Column("gpus", "GPUs", "number", "gpus", "GPUs of its slot.", "GPUs"),
    Column("memory_gib", "Memory", "number", "memory_mib", _MEMORY, "GiB", 1024),
)
"""Of every start of a job on a slot, those that run among them."""

COLUMNS: Mapping[Of, tuple[Column, ...]] = {"jobs": JOBS, "attempts": ATTEMPTS}


def column(of: Of, name: str) -> Column:
    """The column of that name; UsageError with the nearest known name if the list has none."""
    for known in COLUMNS[of]:
        if known.name == name:
            return known
    names = [known.name for known in COLUMNS[of]]
    near = difflib.get_close_matches(name[:50], names, n=1)
    start = f"Did you mean {near[0]!r}? " if near else ""
    raise UsageError(f"lists of {of} have no column {name[:50]!r}", f"{start}Known: {', '.join(names)}.")
