"""The words of the formats in which accounting systems tell each other of jobs: read by imports, written by exports.

Gratia: XML elements of OGF's usage record (GFD.98) with OSG's own additions. GRACC: JSON documents, whose keys are
the XML's elements, an attribute behind an underscore. APEL: `Key: value` lines, records end with `%%`.
"""

from typing import Literal

NAMESPACES = ("http://www.gridforum.org/2003/ur-wg", "http://schema.ogf.org/urf/2003/09/urf")
"""Of usage records; the first is the one to write. Readers look at the names behind the prefix alone."""
BUNDLE = b"replication|"
"""Stands before each record of a bundle: `replication|record|the same as it came|more|`."""

JOB_RECORDS = frozenset({"JobUsageRecord", "UsageRecord"})
OTHER_RECORDS = {
    "StorageElement": "disk space, no jobs",
    "StorageElementRecord": "disk space, no jobs",
    "StorageUsageRecord": "disk space, no jobs",
    "CloudUsageRecord": "virtual machines, no jobs",
    "GroupUsageRecord": "totals of several records, no jobs",
    "ProbeDetails": "a probe's report of itself, no jobs",
}
"""XML elements and GRACC types of records that tell of no jobs, and what they tell of."""


class GRACC:
    """Keys of GRACC's documents; the XML element or attribute of a key has its name but for what stands below."""

    type = "type"
    record_id = "RecordId"
    created = "CreateTime"
    global_job_id = "GlobalJobId"
    local_job_id = "LocalJobId"
    global_user = "GlobalUsername"
    dn = "DN"
    common_name = "CommonName"
    local_user = "LocalUserId"
    vo = "VOName"
    reportable_vo = "ReportableVOName"
    project = "ProjectName"
    start = "StartTime"
    end = "EndTime"
    wall = "WallDuration"
    cpu = "CpuDuration"
    cpu_user = "CpuDuration_user"
    cpu_system = "CpuDuration_system"
    processors = "Processors"
    gpus = "GPUs"
    core_hours = "CoreHours"
    gpu_hours = "GPUHours"
    jobs = "Njobs"
    count = "Count"
    site = "SiteName"
    payload_site = "PayloadSiteName"
    host_description = "Host_description"
    submit_host = "SubmitHost"
    machine = "MachineName"
    probe = "ProbeName"
    grid = "Grid"
    resource_type = "ResourceType"
    exit_code = "Resource_ExitCode"
    status = "Status"
    outcome = "Resource_Outcome"
    cores_milli = "Resource_CoresMilli"
    status_description = "Status_description"


PAYLOAD = "Payload"
"""Resource type of jobs that ran in pilots: the site that they ran at is `payload_site`, else `host_description`."""
RESOURCE_TYPES = {"BatchPilot": PAYLOAD}
"""Resource types as XML says them -> as documents do."""
CONDOR_STATUS = "Condor Exit Status"
"""Description of a status that is an exit code."""
OUTCOMES = frozenset({"succeeded", "failed", "signal", "removed", "held", "evicted", "lost", "unattributed"})
"""How a run ended, in this ledger's words: what its own records say in `outcome`. Their cores are in `cores_milli`."""
NOT_KNOWN = frozenset({"", "N/A", "NULL", "None", "none", "null", "Unknown", "UNKNOWN", "unknown"})
"""Texts that mean: not known."""

XML_ATTRIBUTES = {"recordId": GRACC.record_id, "createTime": GRACC.created}
"""Attributes of `RecordIdentity` -> keys."""
XML_DESCRIBED = {"Resource": "description", "CpuDuration": "usageType", "Host": "description", "Status": "description"}
"""Elements that occur several times, and the attribute that tells them apart."""

SUMMARY_KEYS = (
    *(GRACC.end, GRACC.vo, GRACC.reportable_vo, GRACC.project, GRACC.dn, GRACC.common_name, GRACC.global_user),
    *(GRACC.processors, GRACC.gpus, GRACC.resource_type, GRACC.host_description, GRACC.payload_site),
    *(GRACC.exit_code, GRACC.grid, GRACC.probe, GRACC.site, GRACC.submit_host),
)
"""What a GRACC summary is a sum over: it has one document a day (its end) and combination of these."""

ApelKind = Literal["individual", "summary", "other"]
APEL_RECORD_ENDS = "%%"
APEL_KINDS: dict[str, tuple[ApelKind, str]] = {
    "APEL-individual-job-message": ("individual", ""),
    "APEL-summary-job-message": ("summary", ""),
    "APEL-normalised-summary-message": ("summary", ""),
    "APEL-sync-message": ("other", "numbers of jobs to compare by, no hours"),
    "APEL-cloud-message": ("other", "virtual machines, no jobs"),
    "APEL-cloud-summary-message": ("other", "virtual machines, no jobs"),
    "APEL-storage-message": ("other", "disk space, no jobs"),
    "APEL-accelerator-message": ("other", "GPUs beside the jobs that had them"),
    "APEL-accelerator-summary-message": ("other", "GPUs beside the jobs that had them"),
}
"""First words of a message -> what its records are, and of those that are not read what they tell."""


class APEL:
    """Keys of APEL's messages, of version 0.1 to 0.4."""

    site = "Site"
    submit_host = "SubmitHost"
    local_job_id = "LocalJobId"
    local_user = "LocalUserId"
    global_user = "GlobalUserName"
    fqan = "FQAN"
    vo = "VO"
    vo_group = "VOGroup"
    vo_role = "VORole"
    wall = "WallDuration"
    cpu = "CpuDuration"
    processors = "Processors"
    nodes = "NodeCount"
    start = "StartTime"
    end = "EndTime"
    month = "Month"
    year = "Year"
    jobs = "NumberOfJobs"
    earliest_end = "EarliestEndTime"
    latest_end = "LatestEndTime"
    infrastructure = "Infrastructure"
    infrastructure_type = "InfrastructureType"
    service_level_type = "ServiceLevelType"
    service_level = "ServiceLevel"


APEL_RECORD_KEYS = (APEL.site, APEL.submit_host, APEL.local_job_id, APEL.end)
"""What names a job."""
APEL_SUMMARY_KEYS = (
    *(APEL.site, APEL.year, APEL.month, APEL.global_user, APEL.vo, APEL.vo_group, APEL.vo_role, APEL.submit_host),
    *(APEL.infrastructure, APEL.infrastructure_type, APEL.service_level_type, APEL.service_level),
    *(APEL.nodes, APEL.processors),
)
"""What a summary is a sum over."""
