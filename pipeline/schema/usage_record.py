"""Table `usage_record`: what other accounting systems tell of jobs, one by one or added up.

Sources: Gratia and OGF usage records, GRACC documents, APEL messages, tables of one's own (`pipeline/schema/
usage_formats.py` has their words). All that is told of one job, or of one group of jobs in a month, has one key: of
several rows of a key the newest version counts.
"""

from pipeline.schema.column import Column, Table, count, instant, micros, milli, seconds, text
from pipeline.schema.record import FOUND, OWNER

RECORD, SUMMARY = "RECORD", "SUMMARY"
"""Record types: of one job, and of several that were added up."""
AP = "usage records"
"""Access point of all of them: which one a job was submitted at is not always told, and is not part of its key."""

IDENTITY: tuple[Column, ...] = (
    text("global_job_id", doc="Key: the family of formats, a number made of what names the record, and that."),
    count("cluster", doc="That number: versions of a record lie together."),
    count("proc", doc="0."),
)
WHOSE: tuple[Column, ...] = (
    text("format", doc="gratia, gracc, apel or csv."),
    instant("version_utc", doc="When its source made that version; empty: not told, the one read last counts."),
    count("turn", doc="How many files of the same import came before its own.", unit="files"),
    text("submit_host", doc="Host that the jobs were submitted at."),
    text("local_job_id", doc="Id of the job in its batch system."),
    text("user", doc="Account or certificate's name."),
    text("project", doc="Project; else the virtual organisation."),
    text("vo", doc="Virtual organisation."),
    text("site", doc="Site that the jobs ran at."),
    text("resource", doc="Resource of that site."),
)
AMOUNT: tuple[Column, ...] = (
    instant("begin_utc", doc="Begin of the job, or of the time that is summed up."),
    instant("end_utc", doc="End of that."),
    count("jobs", doc="Number of jobs.", unit="jobs"),
    count("exit_code", doc="Exit code of the job."),
    text("outcome", doc="How it ended, where another ledger tells it; else its exit code does."),
    milli("cores_milli", doc="Cores of each job.", unit="milli-cores"),
    seconds("wall_s", doc="Wall time of all of its jobs."),
    count("mcore_s", doc="Wall time times cores; empty: its cores are not told.", unit="milli-core s"),
    micros("cpu_used_us", doc="CPU time, user and system; empty: not told."),
    count("gpu_s", doc="Wall time times GPUs; empty: not told.", unit="GPU s"),
    count("memory_mib_s", doc="Wall time times memory provisioned; empty: not told.", unit="MiB s"),
)

USAGE_RECORD = Table(
    name="usage_record",
    grain="one row per version of a usage record of another accounting system, or of a sum of such",
    doc="Hours that were not read from HTCondor's own records, by `htc-ledger import`.",
    columns=(*OWNER, *IDENTITY, *WHOSE, *AMOUNT, *FOUND),
    key=("pool", "ap", "global_job_id"),
    time="end_utc",
)
