"""What of a job's ad its submitter said, and the submit command that says it again.

Sources: HTCondor manual "condor_submit"; ads of HTCondor 23.9.6 and 25.14.1, and what their condor_submit makes of the
commands (`MY.X = ...` sets X as it stands, over whatever commands make of it).
"""

import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["text", "expression", "arguments", "environment", "universe"]


@dataclass(frozen=True)
class Said:
    """An attribute, the command that makes it, and how its value stands there.

    text        the string itself, to the end of the line
    expression  as it stands in the ad
    silent      values that the command makes when it is not there
    empty       how an empty string is written; None: it is as if the attribute were not there
    """

    command: str
    attribute: str
    form: Form = "expression"
    silent: tuple[str, ...] = ()
    empty: str | None = None


UNIVERSE = "JobUniverse"
COMMAND, FOLDER = "Cmd", "Iwd"
ARGUMENTS, ARGUMENTS_OLD = "Arguments", "Args"
ENVIRONMENT, ENVIRONMENT_OLD = "Environment", "Env"
ENVIRONMENT_OLD_DELIMITER = "EnvDelim"
REQUIREMENTS = "Requirements"
MEMORY, DISK = "RequestMemory", "RequestDisk"
JOB_TIME, RUN_TIME = "AllowedJobDuration", "AllowedExecuteDuration"
CONTAINER_IMAGE, DOCKER_IMAGE, WANTS_DOCKER = "ContainerImage", "DockerImage", "WantDocker"
INPUT_FILES = "TransferInput"
MARK = "RecoveredJob"
"""Attribute of a job that was submitted again: the GlobalJobId of the one whose place it takes."""

SAID: tuple[Said, ...] = (
    Said("universe", UNIVERSE, "universe"),
    Said("container_image", CONTAINER_IMAGE, "text"),
    Said("docker_image", DOCKER_IMAGE, "text"),
    Said("executable", COMMAND, "text"),
    Said("arguments", ARGUMENTS, "arguments"),
    Said("environment", ENVIRONMENT, "environment"),
    Said("initialdir", FOLDER, "text"),
    Said("input", "In", "text", ("/dev/null",)),
    Said("output", "Out", "text", ("/dev/null",)),
    Said("error", "Err", "text", ("/dev/null",)),
    Said("log", "UserLog", "text"),
    Said("should_transfer_files", "ShouldTransferFiles", "text"),
    Said("when_to_transfer_output", "WhenToTransferOutput", "text"),
    Said("transfer_executable", "TransferExecutable"),
    Said("transfer_input_files", INPUT_FILES, "text"),
    Said("transfer_output_files", "TransferOutput", "text", empty='""'),
    Said("output_destination", "OutputDestination", "text"),
    Said("transfer_checkpoint_files", "TransferCheckpoint", "text"),
    Said("checkpoint_exit_code", "SuccessCheckpointExitCode"),
    Said("request_cpus", "RequestCpus"),
    Said("request_memory", MEMORY),
    Said("request_disk", DISK),
    Said("request_gpus", "RequestGPUs"),
    Said("allowed_job_duration", JOB_TIME),
    Said("allowed_execute_duration", RUN_TIME),
    Said("accounting_group", "AcctGroup", "text"),
    Said("accounting_group_user", "AcctGroupUser", "text"),
    Said("batch_name", "JobBatchName", "text"),
    Said("priority", "JobPrio"),
)
"""Commands in the order in which they are written; all that is not here is said with `MY.`."""

ATTRIBUTE_OF = {said.command: said.attribute for said in SAID}

ALWAYS: tuple[tuple[str, ...], ...] = (
    (UNIVERSE,),
    (COMMAND,),
    (FOLDER,),
    (ARGUMENTS, ARGUMENTS_OLD),
    (ENVIRONMENT, ENVIRONMENT_OLD),
    ("In",),
    ("Out",),
    ("Err",),
    (REQUIREMENTS,),
    ("RequestCpus",),
    (MEMORY,),
    (DISK,),
)
"""One of each is in every ad that condor_submit made: where one is not, only a part of the ad was read."""

SPOOLED = ("StageInStart", "StageInFinish", "SUBMIT_Iwd", "SUBMIT_Cmd")
SPOOLED_FROM = "SUBMIT_Iwd"
"""The job's files were sent to the access point with it, and are removed with it."""
ROUTED = ("RoutedFromJobId",)
DAG_JOB = "DAGManJobId"
DAG_TOTAL, DAG_DONE = "DAG_NodesTotal", "DAG_NodesDone"

USERS_OWN: frozenset[str] = frozenset(
    name.lower()
    for name in """
    Requirements Rank OnExitHold OnExitHoldReason OnExitHoldSubCode OnExitRemove PeriodicHold PeriodicHoldReason
    PeriodicHoldSubCode PeriodicRelease PeriodicRemove PeriodicVacate LeaveJobInQueue JobLeaseDuration JobNotification
    NotifyUser NiceUser KeepClaimIdle MaxJobRetirementTime JobMaxVacateTime KillSig RemoveKillSig HoldKillSig
    KillSigTimeout CoreSize ConcurrencyLimits JobDescription JobMaxRetries JobSuccessExitCode SuccessExitCode
    RetryRequestMemory RequireGPUs GPUsMinCapability GPUsMaxCapability GPUsMinMemory GPUsMinRuntime StreamIn StreamOut
    StreamErr TransferIn TransferOut TransferErr TransferOutputRemaps PreserveRelativePaths TransferPlugins
    WantTransferPluginMethods MaxTransferInputMB MaxTransferOutputMB PublicInputFiles EncryptExecuteDirectory
    EncryptInputFiles EncryptOutputFiles IsNoopJob NoopJobExitCode NoopJobExitSignal WantIOProxy WantRemoteIO
    WantDocker WantContainer WantDockerImage WantSIF WantSandboxImage ContainerServiceNames ContainerTargetDir
    DockerNetworkType DockerPullPolicy CronMinute CronHour CronDayOfMonth CronMonth CronDayOfWeek DeferralTime
    DeferralWindow DeferralPrepTime x509userproxy OAuthServicesNeeded SendCredential ProjectName AccountingGroup
    JobAdInformationAttrs JobMachineAttrs JobMachineAttrsHistoryLength ManifestDesired ManifestDir
    PelicanRetryEnabled PelicanRetryDelay FetchFiles RunAsOwner LoadProfile JavaVMArgs NextJobStartDelay
    ContainerImageFullPath ContainerImageSource ScheddInterval WantFTOnCheckpoint TransformOnEvict
    TransformBody_RequestMemory PreCmd PreArguments PostCmd PostArguments WantGracefulRemoval SuspendJobAtExec
    UserLogUseXML
    """.split()  # noqa: SIM905
)
"""Attributes of HTCondor that a submitter sets and that no command above makes."""

NOT_SAID = re.compile(
    r"""(?ix)
    (?: Cumulative | Committed | Uncommitted | Activation | MachineAttr | DAGMan | JobCurrent | JobMaterialize | StageIn
      | StageOut | DiskUsage | ImageSize | ExecutableSize | MemoryUsage | ResidentSetSize | ProportionalSetSize
      | VacateReason | HoldReason | LastHold | LastRej | LastRemote | LastSuspension | LastVacate | LastMatch
      | LastPublicClaim | LastJob | LastCkpt | NumJob | NumHolds | NumVacates | NumShadow | NumCkpts
      | Recent(?=Block|Stats) | StatsLifetime | Spooled | Chirp | TransferInputStats | TransferOutputStats
      | TransferInputFile | TransferInputSize | AutoCluster | NetworkInput | NetworkOutput
      ) \w*
    | (?: MATCH | DAG | SUBMIT | JOB_?GLIDEIN | orig | Auth(?:Token|enticated) \w* ) _? (?<=_) \w+
    | AuthToken\w+ | JOB_?GLIDEIN\w+
    | Num (?: Restarts | SystemHolds | InputTransferStarts | OutputTransferStarts | Pids ) $
    | Total (?: SubmitProcs | Suspensions | JobReconnectAttempts | Time\w+ ) $
    | Block (?: Reads? | Writes? ) (?: Kbytes | Bytes )? $
    | (?: Recent )? Block (?: Read | Write ) \w* $
    | Remote (?: UserCpu | SysCpu | WallClockTime | Host | SlotID | Owner | Pool | User | AutoregroupS | Negotiat\w+ ) $
    | Transfer (?: In | Out ) (?: Started | Finished | Queued ) $ | TransferQueued | Transferring\w+ $
    | Exit (?: Code | Status | Signal | BySignal | Reason ) $ | (?: Release | Remove | Requeue ) Reason $
    | Condor (?: Version | Platform ) $ | Submit (?: Version | EventNotes | EventUserNotes | ter\w* ) $
    | Job (?: Status | State | StartDate | LastStartDate | LastCheckpointTime | FinishedHookDone | SubmitFile
        | SubmitMethod | BatchId | RunCount | AbortEventLogged | DisconnectedDate | CoolDownExpiration | SetId | SetName
        | Pid
        | Duration | ReconnectFailure ) $
    | Shadow (?: Bday | IpAddr | Version ) $ | Starter (?: IpAddr | Principal | ExitStatus ) $
    | (?: LastJobRouterName | Routed (?: To | From ) JobId | RouteName | Managed | ManagedManager ) $
    | (?: GPUs (?: AverageUsage | MemoryUsage | PeakUsage | Usage ) | CPUsUsage ) $
    | (?: Assigned\w+ | \w+Provisioned | \w+_RAW ) $
    | x509UserProxy (?: Subject | Expiration | FQAN | FirstFQAN | VOName | Email ) $
    | (?: ClusterId | ProcId | Owner | User | OsUser | NTDomain | QDate | MyType | TargetType | GlobalJobId
        | EnteredCurrentStatus | CompletionDate | MinHosts | MaxHosts | OrigMaxHosts | CurrentHosts | InitialJobStatus
        | InitialWaitDuration | EditNote | LocalUserCpu | LocalSysCpu | FileSystemDomain | UidDomain | ServerTime
        | DAGNodeName | DAGParentNodeNames | IsDaemonCore | OtherJobRemoveRequirements | ScratchDirFileCount
        | RunInstanceID | EpochWriteDate | EpochAdType | PublicClaimId | ClaimId | EnvDelim | WantCheckpoint
        | WantRemoteSyscalls | RecoveredJob | ProvisionedResources | SlotName | ScheddBday | UserId | StartdPrincipal
        | StdoutMtime | StderrMtime | ExecuteDirWasEncrypted | FirstJobMatchDate | BytesSent | BytesRecvd | ToE
        | TerminationPending | WallClockCheckpoint | TransferKey | TransferSocket | AcctGroupUserName
      ) $
    """
)
"""Names of attributes that HTCondor, a site or a router sets, whatever the submitter said; the rest are the user's."""


def is_users_own(name: str) -> bool:
    """Whether a submitter set that attribute, with a command that `SAID` does not list, or with `+NAME`."""
    return name.lower() in USERS_OWN or NOT_SAID.match(name) is None
