"""Table `job`: what a job's final ad says, and the columns that an attempt's EPOCH ad shares with it.

Sources: HTCondor manual "Job ClassAd Attributes"; real ads of HTCondor 7.4.3, 23.9.6 and 25.14.1.
"""

from pipeline.schema.column import (
    NEVER_GLIDEIN,
    Column,
    Table,
    count,
    flag,
    instant,
    micros,
    milli,
    seconds,
    text,
)
from pipeline.schema.record import FOUND, OWNER

OCTAL_PREFIX = "MachineAttr"
"""Attributes named so hold the startd's strings: non-ASCII in them is octal text (`B\\303\\252ta`)."""

DISCONNECTED = "JobDisconnectedDate"
"""When the shadow lost its execution point; it stays in the final ad. Receipts read it off the ad itself."""

IDENTITY: tuple[Column, ...] = (
    text("global_job_id", "GlobalJobId", doc="AP#CLUSTER.PROC#QDATE: one job, for ever."),
    count("cluster", "ClusterId", doc="Cluster id on its access point."),
    count("proc", "ProcId", doc="Process id within the cluster."),
)

WHO: tuple[Column, ...] = (
    text("owner", "Owner", doc="Local account on the access point."),
    text("user", "User", doc="Account with its domain: the person, as far as HTCondor knows."),
    text("project", "ProjectName", doc="Project that the job is charged to."),
    text("accounting_group", "AccountingGroup", "AcctGroup", doc="Negotiator's accounting group."),
    text("accounting_group_user", "AcctGroupUser", doc="User within the accounting group."),
    text("vo", "x509UserProxyVOName", doc="Virtual organisation of the proxy certificate."),
    text("token_subject", "AuthTokenSubject", doc="Subject of the token that submitted the job."),
)

WHAT: tuple[Column, ...] = (
    count("universe", "JobUniverse", doc="5 vanilla, 7 scheduler, 12 local, 9 grid, ..."),
    text("command", "Cmd", doc="Executable."),
    text("arguments", "Arguments", "Args", doc="Arguments of the executable."),
    text("batch_name", "JobBatchName", doc="Name of the batch, as its user chose it."),
    text("batch_id", "JobBatchId", doc="Cluster of the batch's first job."),
    count("dag_cluster", "DAGManJobId", doc="Cluster id of the DAGMan job that submitted this one."),
    text("dag_node", "DAGNodeName", doc="Node of the DAG."),
    text("submit_file", "JobSubmitFile", doc="Submit description file."),
    text("container_image", "ContainerImage", "DockerImage", "SingularityImage", doc="Container image."),
    flag("is_noop", "IsNoopJob", doc="The job was not to run anything."),
    count("priority", "JobPrio", doc="Job priority among its user's jobs."),
    text("routed_from", "RoutedFromJobId", doc="Id of the job that a CE routed into this one: this one is a pilot."),
    text("routed_to", "RoutedToJobId", doc="Id of the job that a CE made of this one: the same run, told twice."),
    count("cluster_jobs", "TotalSubmitProcs", doc="Jobs that were submitted in its cluster.", unit="jobs"),
    instant("materialized_utc", "JobMaterializeDate", doc="Made by the schedd from its cluster, some time after it."),
    count("made_jobs", "JobMaterializeNextProcId", doc="Jobs made from its cluster up to then.", unit="jobs"),
    text(
        "campaign",
        "POMS4_CAMPAIGN_NAME",
        "POMS_CAMPAIGN_NAME",
        "CRAB_ReqName",
        "CRAB_Workflow",
        "WMAgent_RequestName",
        "CMS_CampaignName",
        "bps_run",
        "pegasus_wf_name",
        "JobsubUUID",
        doc="Campaign, request or workflow by the marker of the system that submitted it: POMS, CRAB, WMAgent, ...",
    ),
    text("recovers", "RecoveredJob", doc="GlobalJobId of the failed job whose place this one takes: see `recover`."),
)

OUTCOME: tuple[Column, ...] = (
    count("status", "JobStatus", doc="1 idle, 2 running, 3 removed, 4 completed, 5 held, 6 transferring, 7 suspended."),
    count("last_status", "LastJobStatus", doc="Status before this one."),
    count("exit_code", "ExitCode", doc="Exit code of the last run."),
    flag("exit_by_signal", "ExitBySignal", doc="The last run died of a signal."),
    count("exit_signal", "ExitSignal", doc="Signal; may be stale where exit_by_signal is false."),
    text("exit_reason", "ExitReason", doc="How the starter put it; may be stale."),
    count("success_exit_code", "JobSuccessExitCode", "SuccessExitCode", doc="Exit code that its user calls success."),
    count("hold_code", "HoldReasonCode", doc="Why the job was held; codes differ between sites and versions."),
    count("hold_subcode", "HoldReasonSubCode", doc="Detail of hold_code."),
    text("hold_reason", "HoldReason", doc="Why the job was held, in words."),
    text("remove_reason", "RemoveReason", doc="Why the job was removed."),
    count("vacate_code", "VacateReasonCode", doc="Why the run was vacated; below 1000 the numbers of hold codes."),
    count("vacate_subcode", "VacateReasonSubCode", doc="Detail of vacate_code."),
    text("vacate_reason", "VacateReason", doc="Why the run was vacated, in words."),
    text("requeue_reason", "RequeueReason", doc="Why the job went back to idle after it exited."),
)

WHEN: tuple[Column, ...] = (
    instant("submit_utc", "QDate", doc="Submission."),
    instant("first_start_utc", "JobStartDate", doc="First start of any run."),
    instant("start_utc", "JobCurrentStartDate", doc="Start of the latest run: its slot is taken from here on."),
    instant("executing_utc", "JobCurrentStartExecutingDate", doc="The executable of the latest run started."),
    instant("completion_utc", "CompletionDate", doc="Ran to completion; null for removed jobs."),
    instant("status_utc", "EnteredCurrentStatus", doc="Entered its status; a removed job's end."),
    instant("vacate_utc", "LastVacateTime", doc="Latest time that a run was vacated."),
    instant("transfer_in_start_utc", "JobCurrentStartTransferInputDate", doc="Input transfer of the run began."),
    instant("transfer_in_end_utc", "JobCurrentFinishTransferInputDate", doc="Input transfer of the run ended."),
    instant("transfer_out_start_utc", "JobCurrentStartTransferOutputDate", doc="Output transfer of the run began."),
    instant("transfer_out_end_utc", "JobCurrentFinishTransferOutputDate", doc="Output transfer of the run ended."),
    instant("transfer_queued_utc", "TransferInQueued", doc="Input transfer began to wait in the AP's queue."),
    instant("transfer_in_began_utc", "TransferInStarted", doc="Input transfer began, as the shadow saw it."),
    instant("transfer_in_done_utc", "TransferInFinished", doc="Input transfer ended, as the shadow saw it."),
    instant("transfer_out_queued_utc", "TransferOutQueued", doc="Output transfer began to wait in the AP's queue."),
    instant("transfer_out_began_utc", "TransferOutStarted", doc="Output transfer began, as the shadow saw it."),
    instant("transfer_out_done_utc", "TransferOutFinished", doc="Output transfer ended, as the shadow saw it."),
    instant("checkpoint_utc", "JobLastCheckpointTime", doc="Latest self-checkpoint; may be an earlier run's."),
    instant("suspension_utc", "LastSuspensionTime", doc="Latest suspension began; 0 and null: none is open."),
)

COUNTS: tuple[Column, ...] = (
    count("shadow_starts", "NumShadowStarts", doc="Shadows started; the latest run instance plus one."),
    count("job_starts", "NumJobStarts", doc="Times that the executable started."),
    count("matches", "NumJobMatches", doc="Times that the job was matched."),
    count("holds", "NumHolds", doc="Times that the job was held."),
    count("vacates", "NumVacates", doc="Times that a run was vacated."),
    count("reconnects", "NumJobReconnects", doc="Times that a shadow reconnected to its starter."),
    count("suspensions", "TotalSuspensions", doc="Times that a run was suspended."),
)

DURATIONS: tuple[Column, ...] = (
    seconds("wall_s", "RemoteWallClockTime", doc="Wall time of all runs; in an EPOCH ad the total before its run."),
    seconds("last_wall_s", "LastRemoteWallClockTime", doc="Wall time of the latest run."),
    seconds("committed_s", "CommittedTime", doc="Wall time of runs whose work was kept; 0 for held and removed jobs."),
    seconds("suspended_s", "CumulativeSuspensionTime", doc="Time suspended, all runs."),
    seconds("run_suspended_s", "UncommittedSuspensionTime", doc="Time suspended, this run, since its checkpoint."),
    seconds("slot_s", "CumulativeSlotTime", doc="Wall time weighted by the slots' weight."),
    seconds("activation_s", "ActivationDuration", doc="Activation of the run; may be stale."),
    seconds("setup_s", "ActivationSetupDuration", doc="Activation until the executable started; may be stale."),
    seconds("execution_s", "ActivationExecutionDuration", doc="The executable's run; may be stale."),
    seconds("teardown_s", "ActivationTeardownDuration", doc="After the executable's run; may be stale or absurd."),
)

USAGE: tuple[Column, ...] = (
    micros("cpu_user_us", "RemoteUserCpu", doc="User CPU time of the latest run."),
    micros("cpu_sys_us", "RemoteSysCpu", doc="System CPU time of the latest run."),
    micros("cpu_user_all_us", "CumulativeRemoteUserCpu", doc="User CPU time of all runs."),
    micros("cpu_sys_all_us", "CumulativeRemoteSysCpu", doc="System CPU time of all runs."),
    milli("cpus_usage_milli", "CpusUsage", doc="Average cores busy, as the startd saw it.", unit="milli-cores"),
    count("memory_used_mib", "MemoryUsage", doc="Peak memory.", unit="MiB"),
    count("rss_kib", "ResidentSetSize", doc="Peak resident set, rounded up by HTCondor.", unit="KiB"),
    count("disk_used_kib", "DiskUsage", doc="Peak scratch disk, rounded up by HTCondor.", unit="KiB"),
    count("bytes_sent", "BytesSent", doc="Bytes from the job to the access point.", unit="B"),
    count("bytes_received", "BytesRecvd", doc="Bytes from the access point to the job.", unit="B"),
    milli("gpus_usage_milli", "GPUsAverageUsage", doc="Average GPUs busy.", unit="milli-devices"),
    count("gpu_memory_used_mib", "GPUsMemoryUsage", doc="Peak GPU memory.", unit="MiB"),
)

SIZE: tuple[Column, ...] = (
    milli("request_cpus_milli", "RequestCpus", doc="Cores asked for.", unit="milli-cores"),
    count("request_memory_mib", "RequestMemory", doc="Memory asked for.", unit="MiB"),
    count("request_disk_kib", "RequestDisk", doc="Disk asked for.", unit="KiB"),
    count("request_gpus", "RequestGPUs", doc="GPUs asked for.", unit="devices"),
    milli("cpus_milli", "CpusProvisioned", doc="Cores that the slot gave.", unit="milli-cores"),
    count("memory_mib", "MemoryProvisioned", doc="Memory that the slot gave.", unit="MiB"),
    count("disk_kib", "DiskProvisioned", doc="Disk that the slot gave.", unit="KiB"),
    count("gpus", "GPUsProvisioned", doc="GPUs that the slot gave.", unit="devices"),
    milli("slot_cpus_milli", "MachineAttrCpus0", doc="Cores of the latest slot.", unit="milli-cores"),
    text("assigned_gpus", "AssignedGPUs", doc="Devices that the slot gave."),
)

WHERE: tuple[Column, ...] = (
    text(
        "site",
        "MachineAttrGLIDEIN_Site0",
        "MATCH_EXP_JOBGLIDEIN_Site",
        "JOBGLIDEIN_Site",
        "MATCH_EXP_JOB_GLIDEIN_Site",
        "JOB_GLIDEIN_Site",
        "MATCH_GLIDEIN_Site",
        doc="Site that ran the latest run.",
        unknown=NEVER_GLIDEIN,
    ),
    text(
        "resource",
        "MachineAttrGLIDEIN_ResourceName0",
        "MATCH_EXP_JOBGLIDEIN_ResourceName",
        "JOBGLIDEIN_ResourceName",
        "MATCH_GLIDEIN_ResourceName",
        doc="Resource (a CE or cluster) within the site.",
        unknown=NEVER_GLIDEIN,
    ),
    text(
        "glidein_entry",
        "MachineAttrGLIDEIN_Entry_Name0",
        "MATCH_EXP_JOB_GLIDEIN_Entry_Name",
        "JOB_GLIDEIN_Entry_Name",
        doc="Factory entry that started the glidein.",
        unknown=NEVER_GLIDEIN,
    ),
    text("slot", "RemoteHost", "LastRemoteHost", doc="Slot of the latest run."),
    text("machine", "MachineAttrMachine0", doc="Host of the latest run, as the startd calls it."),
    text("condor_version", "CondorVersion", doc="HTCondor on the access point."),
)

AD: tuple[Column, ...] = (
    *IDENTITY,
    *WHO,
    *WHAT,
    *OUTCOME,
    *WHEN,
    *COUNTS,
    *DURATIONS,
    *USAGE,
    *SIZE,
    *WHERE,
)
"""What a job ad holds, final or of an attempt."""

INPUT_FILES = text("input_files", "TransferInput", doc="Input files that it asks for, with commas between them.")
"""Of final ads alone: all runs of a job ask for the same."""

JOB = Table(
    name="job",
    grain="one row per distinct final ad of a job; a job can have two, the models keep the newest",
    doc="Jobs that left the queue, from history files, per-job history files, condor_history and Schedd.history.",
    columns=(*OWNER, *AD, INPUT_FILES, *FOUND),
    key=("pool", "ap", "global_job_id"),
    time="status_utc",
)
