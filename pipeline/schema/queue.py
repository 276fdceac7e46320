"""Tables of the queue: `queue_job`, the jobs that were in it at one moment, and `queue_left`, those that left it.

Of `queue_job` only the newest moment of each access point is kept: a snapshot takes the place of the one before.
"""

from pipeline.schema.column import Table, count, instant, text
from pipeline.schema.job import AD
from pipeline.schema.record import FOUND, OWNER

_KEPT = frozenset(
    """
    global_job_id cluster proc owner user project accounting_group universe batch_name dag_cluster routed_from
    routed_to cluster_jobs materialized_utc made_jobs campaign recovers status last_status hold_code hold_subcode
    hold_reason submit_utc first_start_utc start_utc status_utc shadow_starts holds wall_s suspended_s cpu_user_us
    cpu_sys_us
    memory_used_mib request_cpus_milli request_memory_mib request_disk_kib request_gpus cpus_milli memory_mib gpus
    site resource slot machine
    """.split()  # noqa: SIM905
)

QUEUE_JOB = Table(
    name="queue_job",
    grain="one row per job that was in an access point's queue when it was last asked",
    doc="The live queue. What its running jobs have used so far is provisional: their attempts' records replace it.",
    columns=(
        *OWNER,
        instant("seen_utc", doc="When the queue was asked: the same for all jobs of an access point."),
        *(column for column in AD if column.name in _KEPT),
        text("match_ad", doc="What the job demands of a slot, and what that refers to: lines of its ad."),
        *FOUND,
    ),
    key=("pool", "ap", "global_job_id", "seen_utc"),
    time="seen_utc",
)

QUEUE_LEFT = Table(
    name="queue_left",
    grain="one row per job that was in an access point's queue at one asking and not at the next",
    doc="A final ad of each has to be in history by then: one that has none is missing. Kept for 30 days.",
    columns=(
        *OWNER,
        *(column for column in AD if column.name in ("cluster", "proc")),
        instant("seen_utc", doc="When the queue was last asked and held the job."),
        instant("left_utc", doc="When the queue was asked next, and did not."),
        text("source", doc="What was polled."),
        count("record_id", doc="64-bit hash over pool, ap, cluster, proc and seen_utc."),
        instant("read_utc", doc="When the collector asked."),
    ),
    key=("pool", "ap", "cluster", "proc", "seen_utc"),
    time="seen_utc",
)
