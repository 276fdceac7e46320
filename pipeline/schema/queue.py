"""Table `queue_job`: the jobs that were in the queue of an access point at one moment.

Only the newest moment of each access point is kept: a snapshot takes the place of the one before.
"""

from pipeline.schema.column import Table, instant
from pipeline.schema.job import AD
from pipeline.schema.record import FOUND, OWNER

_KEPT = frozenset(
    """
    global_job_id cluster proc owner user project accounting_group universe batch_name dag_cluster routed_from
    routed_to cluster_jobs materialized_utc made_jobs status last_status hold_code hold_subcode hold_reason
    submit_utc first_start_utc start_utc status_utc shadow_starts holds wall_s suspended_s cpu_user_us cpu_sys_us
    memory_used_mib request_cpus_milli request_memory_mib request_gpus cpus_milli memory_mib gpus site resource slot
    machine
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
        *FOUND,
    ),
    key=("pool", "ap", "global_job_id", "seen_utc"),
    time="seen_utc",
)
