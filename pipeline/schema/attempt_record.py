"""Table `attempt_record`: what is known of one run of a job, from epoch history and startd history.

A run may have several records: SPAWN (a shadow started), one or two EPOCH ads (the run ended), STARTD (the execution
point's view). All are kept; the model `attempt` chooses.
"""

from pipeline.schema.column import Column, Table, count, instant
from pipeline.schema.job import AD
from pipeline.schema.record import FOUND, OWNER

EPOCH_TYPE = "EpochAdType"
"""Attribute that names the type of an epoch ad where no banner does (HTCondor 24.10.2 and later)."""

STARTD_MARKS = ("RemoteHost", "ShadowBday")
"""Attributes that a startd's history ad has and a schedd's final ad has not: the schedd drops them when a run ends,
whatever the job's user had set."""
STARTD_SIGNS = ("StarterExitStatus", "BadputCausedByDraining", "BadputCausedByPreemption")
"""One of these stands in a startd's ad besides; an ad of the queue has none."""

RUN: tuple[Column, ...] = (
    count("run_instance", "RunInstanceID", doc="0 for the first shadow, 1 for the second, ..."),
    instant("write_utc", "EpochWriteDate", doc="The record was written: the run's end (EPOCH) or beginning (SPAWN)."),
    instant("shadow_start_utc", "ShadowBday", doc="The run's shadow started."),
)

ATTEMPT_RECORD = Table(
    name="attempt_record",
    grain="one row per distinct record (EPOCH, SPAWN, STARTER, STARTD) of a run of a job",
    doc="Execution attempts, from epoch history, epoch folders and startd history.",
    columns=(*OWNER, *RUN, *AD, *FOUND),
    key=("pool", "ap", "global_job_id", "cluster", "proc", "run_instance", "record_type"),
    time="write_utc",
)
