"""What a pool shall have: access points, sites, compute elements, lines of configuration. Plain records."""

from dataclasses import dataclass

from tests.pool.installed import Suite


@dataclass(frozen=True)
class Gpu:
    """A GPU that a startd says it has."""

    uuid: str
    model: str
    memory_mib: int
    capability: float


@dataclass(frozen=True)
class AccessPointPlan:
    """A schedd to start. `history_bytes` and `epoch_bytes` are sizes at which files rotate (all rotations are kept).

    A rotation is named by its second, so a second one within that second overwrites the first and its records are
    lost. With a small size set `starts_per_s`, which paces the jobs, so that a file takes longer than that to fill.
    """

    name: str
    history_bytes: int = 20_000_000
    epoch_bytes: int = 20_000_000
    starts_per_s: int | None = None
    lines: tuple[str, ...] = ()

    def config(self) -> list[str]:
        pace = [] if self.starts_per_s is None else [f"JOB_START_COUNT = {self.starts_per_s}", "JOB_START_DELAY = 1"]
        return [
            "include : /pool/etc/access_point.conf",
            f"MAX_HISTORY_LOG = {self.history_bytes}",
            "MAX_HISTORY_ROTATIONS = 10000",
            f"MAX_EPOCH_HISTORY_LOG = {self.epoch_bytes}",
            "MAX_EPOCH_HISTORY_ROTATIONS = 10000",
            *pace,
            *self.lines,
        ]


@dataclass(frozen=True)
class SitePlan:
    """A startd to start, which calls itself a glidein at `site`."""

    name: str
    site: str
    resource: str
    cpus: int = 8
    memory_mib: int = 16384
    gpus: tuple[Gpu, ...] = ()
    lines: tuple[str, ...] = ()

    def config(self) -> list[str]:
        return [
            "include : /pool/etc/site.conf",
            f"NUM_CPUS = {self.cpus}",
            f"MEMORY = {self.memory_mib}",
            f'GLIDEIN_Site = "{self.site}"',
            f'GLIDEIN_ResourceName = "{self.resource}"',
            f'GLIDEIN_Entry_Name = "Entry_{self.resource}"',
            f'GLIDEIN_Gatekeeper = "{self.name}.pool.test:9619"',
            *(self._gpu_config() if self.gpus else ()),
            *self.lines,
        ]

    def _gpu_config(self) -> list[str]:
        return [
            f"MACHINE_RESOURCE_INVENTORY_GPUs = /pool/{self.name}/gpu_discovery",
            "STARTD_CRON_JOBLIST = GPUs_MONITOR",
            "STARTD_CRON_GPUs_MONITOR_MODE = Periodic",
            "STARTD_CRON_GPUs_MONITOR_PERIOD = 3s",
            f"STARTD_CRON_GPUs_MONITOR_EXECUTABLE = /pool/{self.name}/gpu_monitor",
            "STARTD_CRON_GPUs_MONITOR_METRICS = SUM:GPUs, PEAK:GPUsMemory",
        ]

    def programs(self) -> dict[str, str]:
        """File name -> text of the programs that stand in for condor_gpu_discovery and condor_gpu_utilization."""
        if not self.gpus:
            return {}
        shown = [f'DetectedGPUs="{", ".join(gpu.uuid for gpu in self.gpus)}"', "Common=[ DriverVersion=12.2; ]"]
        used = []
        for gpu in self.gpus:
            shown.append(
                f'{gpu.uuid.replace("-", "_")}=[ id="{gpu.uuid}"; DeviceName="{gpu.model}"; '
                f'DeviceUuid="{gpu.uuid}"; Capability={gpu.capability}; GlobalMemoryMb={gpu.memory_mib}; ]'
            )
            used += [
                f'SlotMergeConstraint = StringListMember("{gpu.uuid}", AssignedGPUs)',
                "UptimeGPUsSeconds = 2.0",
                "UptimeGPUsMemoryPeakUsage = 1234",
                f"- GPUsSlot{gpu.uuid}",
            ]
        return {"gpu_discovery": _prints(shown), "gpu_monitor": _prints(used)}


def _prints(lines: list[str]) -> str:
    return "\n".join(["#!/bin/sh", "cat <<'END'", *lines, "END", ""])


@dataclass(frozen=True)
class ComputeElementPlan:
    """A compute element to start, after HTCondor-CE: it routes its jobs to the access point `batch` of the pool."""

    name: str = "ce1"
    batch: str = "ap1"
    lines: tuple[str, ...] = ()

    def config(self) -> list[str]:
        schedd = AccessPointPlan(self.name).config()
        return [*schedd, f"BATCH = {self.batch}", "include : /pool/etc/compute_element.conf", *self.lines]


GPUS = (
    Gpu("GPU-aaaa1111", "NVIDIA A100-SXM4-40GB", 40537, 8.0),
    Gpu("GPU-bbbb2222", "Tesla T4", 15110, 7.5),
)
SITES = (
    SitePlan("alpha", "Alpha", "Alpha-CE1"),
    SitePlan("beta", "Bêta Universität", "Beta-CE1"),
    SitePlan("gamma", "Gamma", "Gamma-GPU", gpus=GPUS),
)
ACCESS_POINTS = (AccessPointPlan("ap1"), AccessPointPlan("ap2"))
AUTHENTICATED_READ = ("SEC_READ_AUTHENTICATION = REQUIRED", "ALLOW_READ = *@pool.test")
"""Lines with which nobody reads anything who does not show a token of this pool."""


@dataclass(frozen=True)
class PoolPlan:
    """A whole pool. `lines` go into the configuration of every node, AUTHENTICATED_READ for instance."""

    suite: Suite = "forky"
    access_points: tuple[AccessPointPlan, ...] = ACCESS_POINTS
    sites: tuple[SitePlan, ...] = SITES
    compute_elements: tuple[ComputeElementPlan, ...] = ()
    lines: tuple[str, ...] = ()

    def nodes(self) -> list[AccessPointPlan | SitePlan | ComputeElementPlan]:
        """Every node but the central manager, `cm`, which each pool has."""
        return [*self.access_points, *self.sites, *self.compute_elements]
