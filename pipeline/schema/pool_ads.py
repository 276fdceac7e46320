"""Tables `slot_ad`, `schedd_ad`, `submitter_ad`, `negotiator_ad`, `accounting_ad`: what the collector daemon knew."""

from pipeline.schema.column import Column, Table, count, flag, instant, milli, seconds, text
from pipeline.schema.record import FOUND, OWNER

SEEN: tuple[Column, ...] = (
    instant("seen_utc", "LastHeardFrom", "MyCurrentTime", "RecordWriteDate", doc="The daemon's last word."),
    text("name", "Name", doc="The ad's name."),
    text("machine", "Machine", doc="Host."),
    text("condor_version", "CondorVersion", doc="HTCondor of the daemon."),
    instant("daemon_start_utc", "DaemonStartTime", doc="The daemon's start."),
)

SLOT: tuple[Column, ...] = (
    text("slot_type", "SlotType", doc="Static, Partitionable or Dynamic."),
    flag("is_partitionable", "PartitionableSlot", doc="The slot is divided on demand."),
    flag("is_dynamic", "DynamicSlot", doc="The slot was carved from a partitionable one."),
    flag("is_backfill", "BackfillSlot", doc="The slot is lent while its owner does not need it."),
    text("state", "State", doc="Owner, Unclaimed, Matched, Claimed, Preempting, Drained, ..."),
    text("activity", "Activity", doc="Idle, Busy, Suspended, Retiring, ..."),
    milli("cpus_milli", "Cpus", doc="Cores that are free (partitionable) or of the slot.", unit="milli-cores"),
    milli("total_cpus_milli", "TotalSlotCpus", doc="Cores of the slot, carved ones included.", unit="milli-cores"),
    count("memory_mib", "Memory", doc="Memory that is free or of the slot.", unit="MiB"),
    count("total_memory_mib", "TotalSlotMemory", doc="Memory of the slot, carved included.", unit="MiB"),
    count("disk_kib", "Disk", doc="Disk that is free or of the slot.", unit="KiB"),
    count("gpus", "GPUs", doc="GPUs that are free or of the slot.", unit="devices"),
    count("total_gpus", "TotalSlotGPUs", doc="GPUs of the slot, carved included.", unit="devices"),
    text("gpu_model", "GPUs_DeviceName", doc="GPU model; null where the slot has several."),
    text("gpu_models", doc='Where it has several: how many of each, carved ones included, as JSON {"model": number}.'),
    text("gpu_models_free", doc="Where it has several: how many of each are free (partitionable) or of the slot."),
    text("site", "GLIDEIN_Site", doc="Site of the glidein."),
    text("resource", "GLIDEIN_ResourceName", doc="Resource of the glidein."),
    text("glidein_entry", "GLIDEIN_Entry_Name", doc="Factory entry of the glidein."),
    text("gatekeeper", "GLIDEIN_Gatekeeper", doc="CE that started the glidein."),
    text("arch", "Arch", doc="Architecture."),
    text("os", "OpSysAndVer", doc="Operating system and version."),
    text("remote_user", "RemoteUser", "RemoteOwner", doc="User whose job runs."),
    text("remote_job", "GlobalJobId", doc="Job that runs."),
    text("project", "ProjectName", doc="Project of the job that runs."),
    instant("state_utc", "EnteredCurrentState", doc="Entered its state."),
    count("detected_cpus", "DetectedCpus", doc="Cores of the host.", unit="cores"),
    count("detected_memory_mib", "DetectedMemory", doc="Memory of the host.", unit="MiB"),
    text("match_ad", doc="What jobs are matched on besides: lines of the ad, the slot's own conditions among them."),
)

SCHEDD: tuple[Column, ...] = (
    count("running", "TotalRunningJobs", doc="Jobs running.", unit="jobs"),
    count("idle", "TotalIdleJobs", doc="Jobs idle.", unit="jobs"),
    count("held", "TotalHeldJobs", doc="Jobs held.", unit="jobs"),
    count("removed", "TotalRemovedJobs", doc="Jobs removed but not gone.", unit="jobs"),
    count("local_running", "TotalLocalJobsRunning", doc="Local-universe jobs running.", unit="jobs"),
    count("scheduler_running", "TotalSchedulerJobsRunning", doc="Scheduler-universe jobs running.", unit="jobs"),
    count("users", "NumUsers", doc="Users with jobs.", unit="users"),
    count("max_running", "MaxJobsRunning", doc="Most jobs that may run.", unit="jobs"),
    milli("duty_cycle_milli", "RecentDaemonCoreDutyCycle", doc="Busy share of the schedd.", unit="per mille"),
    count("jobs_submitted", "JobsSubmitted", doc="Jobs submitted since start.", unit="jobs"),
    count("jobs_completed", "JobsCompleted", doc="Jobs completed since start.", unit="jobs"),
    count("uploads_waiting", "TransferQueueNumWaitingToUpload", doc="Transfers waiting to send input.", unit="jobs"),
    count("downloads_waiting", "TransferQueueNumWaitingToDownload", doc="Transfers waiting for output.", unit="jobs"),
    seconds("badput_s", "JobsAccumBadputTime", doc="Badput since start, as the schedd counts it."),
)

SUBMITTER: tuple[Column, ...] = (
    text("ap_name", "ScheddName", doc="Access point."),
    text("accounting_group", "AccountingGroup", doc="Accounting group."),
    count("running", "RunningJobs", doc="Jobs running.", unit="jobs"),
    count("idle", "IdleJobs", doc="Jobs idle.", unit="jobs"),
    count("held", "HeldJobs", doc="Jobs held.", unit="jobs"),
    count("weighted_running", "WeightedRunningJobs", doc="Cores of running jobs.", unit="cores"),
    count("weighted_idle", "WeightedIdleJobs", doc="Cores that idle jobs ask for.", unit="cores"),
)


NEGOTIATOR: tuple[Column, ...] = (
    instant("cycle_end_utc", "LastNegotiationCycleEnd0", doc="The latest negotiation cycle ended."),
    seconds("cycle_s", "LastNegotiationCycleDuration0", doc="Duration of the latest cycle."),
    count("matches", "LastNegotiationCycleMatches0", doc="Matches of the latest cycle.", unit="matches"),
    count("rejections", "LastNegotiationCycleRejections0", doc="Rejections of the latest cycle.", unit="requests"),
    count("active_submitters", "LastNegotiationCycleActiveSubmitterCount0", doc="Submitters with jobs.", unit="users"),
    count("idle_jobs", "LastNegotiationCycleNumIdleJobs0", doc="Idle jobs before the cycle.", unit="jobs"),
    count("jobs_considered", "LastNegotiationCycleNumJobsConsidered0", doc="Jobs considered.", unit="jobs"),
    count("total_slots", "LastNegotiationCycleTotalSlots0", doc="Slots that the negotiator saw.", unit="slots"),
    count("candidate_slots", "LastNegotiationCycleCandidateSlots0", doc="Slots that could be matched.", unit="slots"),
)

ACCOUNTING: tuple[Column, ...] = (
    flag("is_group", "IsAccountingGroup", doc="The ad speaks of an accounting group, not of a submitter."),
    text("accounting_group", "AccountingGroup", doc="Accounting group."),
    milli("priority_milli", "Priority", doc="Effective user priority: the smaller the better.", unit="thousandths"),
    milli("priority_factor_milli", "PriorityFactor", doc="Priority factor.", unit="thousandths"),
    count("slots_used", "ResourcesUsed", doc="Slots in use.", unit="slots"),
    milli("cores_used_milli", "WeightedResourcesUsed", doc="Cores in use (by slot weight).", unit="milli-cores"),
    seconds("slot_use_s", "AccumulatedUsage", doc="Wall time of all slots since the begin, as the negotiator counts."),
    seconds("core_use_s", "WeightedAccumulatedUsage", doc="The same weighted by slot weight: core seconds."),
    instant("use_begin_utc", "BeginUsageTime", doc="First use."),
    instant("use_end_utc", "LastUsageTime", doc="Latest use."),
    text("negotiator", "NegotiatorName", doc="Negotiator that keeps the account."),
)


def _ad_table(name: str, what: str, columns: tuple[Column, ...]) -> Table:
    return Table(
        name=name,
        grain=f"one row per {what} and moment at which it was seen",
        doc=f"Ads of {what}s as the collector daemon held them.",
        columns=(*OWNER, *SEEN, *columns, *FOUND),
        key=("pool", "name", "seen_utc"),
        time="seen_utc",
    )


DAEMON_NAME, HOST, SLOT_NUMBER = "Name", "Machine", "SlotID"
DAEMON_ADDRESS = ("MyAddress", "CondorVersion", HOST, SLOT_NUMBER, "MyType")
"""What has to be known of a daemon to speak to it; its address first."""
GPU_IDS, FREE_GPUS, GPU_PREFIX, GPU_MODEL = "AssignedGPUs", "AvailableGPUs", "GPUs_", "DeviceName"
"""A slot's GPUs by id; those that are free, by the names of the attributes that describe them; how such are called."""
START, REQUIREMENTS = "Start", "Requirements"
"""The condition of a slot's owner; what an ad demands of its counterpart."""
TOTAL_DISK = "TotalSlotDisk"
"""Disk of a slot, carved included, in KiB."""
MATCHED_ON: tuple[str, ...] = (
    START,
    TOTAL_DISK,
    *(
        "OpSys",
        "OpSysName",
        "OpSysMajorVer",
        "OpSysShortName",
        "OpSysVer",
        "Microarch",
        "FileSystemDomain",
        "UidDomain",
    ),
    *("HasFileTransfer", "HasFileTransferPluginMethods", "HasJobTransferPlugins", "HasPerFileEncryption"),
    *("HasSingularity", "HasDocker", "HasContainer", "HasSIF", "HasSandboxImage", "HasDockerURL", "HasJava", "HasVM"),
    *("HasJobDeferral", "HasReconnect", "HasTransferInputRemaps", "HasSelfCheckpointTransfers"),
    *("GPUs_Capability", "GPUs_GlobalMemoryMb", "GPUs_DriverVersion", "GPUs_MaxSupportedVersion", "CUDACapability"),
    *("GLIDEIN_ToDie", "GLIDEIN_ToRetire", "GLIDEIN_MaxMemMBs", "OSGVO_OS_STRING", "SINGULARITY_CAN_USE_SIF"),
)
"""What jobs' requirements speak of, and no column holds; what the queue speaks of besides is asked for, too."""
AD_TYPE = "MyType"
"""Attribute that says what an ad describes."""
SLOT_TYPE, SCHEDD_TYPE, SUBMITTER_TYPE, JOB_TYPE = "Machine", "Scheduler", "Submitter", "Job"
NEGOTIATOR_TYPE, ACCOUNTING_TYPE = "Negotiator", "Accounting"

SLOT_AD = _ad_table("slot_ad", "slot", SLOT)
SCHEDD_AD = _ad_table("schedd_ad", "schedd", SCHEDD)
SUBMITTER_AD = _ad_table("submitter_ad", "submitter", SUBMITTER)
NEGOTIATOR_AD = _ad_table("negotiator_ad", "negotiator", NEGOTIATOR)
ACCOUNTING_AD = _ad_table("accounting_ad", "account of the negotiator", ACCOUNTING)
