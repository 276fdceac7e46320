"""What is counted. Sums live in the cube; a ratio is the ratio of two sums, divided after grouping, never an average.

Facts (columns of the models `charge` and `charge_ended`, whole numbers): wall_s, mcore_s (wall seconds x milli-cores),
gpu_s, memory_mib_s, cpu_used_us, mcore_measured_s (mcore_s of attempts that reported their CPU time), cpu_measured_us
(what those reported).
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Metric:
    """One number that people ask for.

    total     fact that is summed, or the id of which distinct values are counted
    per       None, or the fact whose sum divides it
    factor    value = total / (per x factor), or total / factor: turns stored units into the metric's
    kind      only a sum adds up over days; ratios and distinct counts do not
    """

    name: str
    label: str
    unit: str
    doc: str
    formula: str
    total: str
    factor: int = 1
    per: str | None = None
    kind: Literal["sum", "ratio", "distinct"] = "sum"
    decimals: int = 1

    @property
    def sql(self) -> str:
        """The aggregate over a fact table; null where nothing is known."""
        if self.kind == "distinct":
            return f"count(DISTINCT {self.total})"
        if self.kind == "ratio":
            return f"sum({self.total}) / (nullif(sum({self.per}), 0) * {float(self.factor)})"
        return f"sum({self.total})" if self.factor == 1 else f"sum({self.total}) / {float(self.factor)}"


METRICS: tuple[Metric, ...] = (
    Metric(
        "cpu_h",
        "Core hours",
        "core h",
        "Wall time of each attempt times the cores that its slot gave it (asked for, where the record does not say).",
        "Σ wall_s × cores ÷ 3600",
        "mcore_s",
        3_600_000,
    ),
    Metric(
        "gpu_h",
        "GPU hours",
        "GPU h",
        "Wall time of each attempt times the whole GPUs that its slot gave it.",
        "Σ wall_s × GPUs ÷ 3600",
        "gpu_s",
        3600,
    ),
    Metric(
        "wall_h",
        "Wall hours",
        "h",
        "Time that attempts held their slots, whatever their size.",
        "Σ wall_s ÷ 3600",
        "wall_s",
        3600,
    ),
    Metric("wall_s", "Wall seconds", "s", "Time that attempts held their slots.", "Σ wall_s", "wall_s", decimals=0),
    Metric(
        "cpu_used_h",
        "CPU hours used",
        "core h",
        "User and system CPU time that attempts reported; of evicted attempts a lower bound (their last sample).",
        "Σ (user + system CPU time) ÷ 3600",
        "cpu_used_us",
        3_600_000_000,
    ),
    Metric(
        "cpu_measured_h",
        "Core hours measured",
        "core h",
        "Core hours of those attempts that reported their CPU time: what efficiency is measured against.",
        "Σ wall_s × cores ÷ 3600, attempts with a CPU report",
        "mcore_measured_s",
        3_600_000,
    ),
    Metric(
        "cpu_efficiency",
        "CPU efficiency",
        "%",
        "CPU time used per core time allocated, over the attempts that reported it. Over 100 % is shown as it is.",
        "CPU hours used ÷ core hours measured",
        "cpu_measured_us",
        1000,
        per="mcore_measured_s",
        kind="ratio",
    ),
    Metric(
        "cpu_coverage",
        "CPU report coverage",
        "%",
        "Share of core hours whose attempts reported their CPU time.",
        "core hours measured ÷ core hours",
        "mcore_measured_s",
        per="mcore_s",
        kind="ratio",
    ),
    Metric(
        "memory_gib_h",
        "Memory hours",
        "GiB h",
        "Wall time of each attempt times the memory that its slot gave it.",
        "Σ wall_s × GiB ÷ 3600",
        "memory_mib_s",
        1024 * 3600,
    ),
    Metric(
        "jobs",
        "Jobs",
        "jobs",
        "Distinct jobs that used the pool (as used) or left the queue (as ended). As-used counts do not add up over "
        "days: a job of two days is one job in their total.",
        "distinct jobs",
        "job_id",
        kind="distinct",
        decimals=0,
    ),
    Metric(
        "attempts",
        "Attempts",
        "attempts",
        "Distinct execution attempts: each start of a job on a slot is one (as ended: those of the jobs that ended).",
        "distinct attempts",
        "attempt_id",
        kind="distinct",
        decimals=0,
    ),
)
