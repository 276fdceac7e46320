"""What is counted. Sums live in the cube; a ratio is the ratio of two sums, divided after grouping, never an average.

Facts (columns of the models `charge` and `charge_ended`, whole numbers): wall_s, mcore_s (wall seconds x milli-cores),
gpu_s, memory_mib_s, cpu_used_us, mcore_measured_s (mcore_s of attempts that reported their CPU time), cpu_measured_us
(what those reported), cpu_over_us (beyond the allocation), memory_used_mib_s and memory_measured_mib_s (of attempts
that measured their peak), gpu_used_ms and gpu_measured_s (of those that measured their GPUs).
Facts of the model `waste_day`, where each row is of one bucket: wall_us, core_us, gpu_ms, memory_mib_s. Fact of
`gpu_day`: gpu_28_s (28ths of whole GPUs), gpu_known_s (of known model and share).
"""

from dataclasses import dataclass
from typing import Literal

from pipeline.buckets import BUCKETS


@dataclass(frozen=True)
class Metric:
    """One number that people ask for.

    total     fact that is summed, or the id of which distinct values are counted
    per       None, or the fact whose sum divides it
    factor    value = total / (per x factor), or total / factor: turns stored units into the metric's
    kind      only a sum adds up over days; ratios and distinct counts do not
    fact      `usage`: the facts of charges; `waste`: those of `waste_day`; `gpu`: those of `gpu_day`
    bucket    a sum that can be asked by bucket: its fact in `waste_day`, and the factor that divides it there
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
    fact: Literal["usage", "waste", "gpu"] = "usage"
    bucket: tuple[str, int] | None = None

    @property
    def bucket_sql(self) -> str | None:
        """The aggregate over `waste_day`; None for what cannot be asked by bucket."""
        if self.fact == "waste":
            return self.sql
        return None if self.bucket is None else f"sum({self.bucket[0]}) / {float(self.bucket[1])}"

    @property
    def sql(self) -> str:
        """The aggregate over a fact table; null where nothing is known."""
        if self.kind == "distinct":
            return f"count(DISTINCT {self.total})"
        if self.kind == "ratio":
            return f"sum({self.total}) / (nullif(sum({self.per}), 0) * {float(self.factor)})"
        return f"sum({self.total})" if self.factor == 1 else f"sum({self.total}) / {float(self.factor)}"


CORE_H_US = 3_600_000_000


def _good(condition: str) -> str:
    """The core time of those rows: 0 where all of it is known to be of others, null where nothing is known."""
    return f"CASE WHEN core_us IS NULL THEN NULL WHEN {condition} THEN core_us ELSE 0 END"


METRICS: tuple[Metric, ...] = (
    Metric(
        "cpu_h",
        "Core hours",
        "core h",
        "Wall time of each attempt times the cores that its slot gave it (asked for, where the record does not say).",
        "Σ wall_s × cores ÷ 3600",
        "mcore_s",
        3_600_000,
        bucket=("core_us", CORE_H_US),
    ),
    Metric(
        "gpu_h",
        "GPU hours",
        "GPU h",
        "Wall time of each attempt times the whole GPUs that its slot gave it.",
        "Σ wall_s × GPUs ÷ 3600",
        "gpu_s",
        3600,
        bucket=("gpu_ms", 3_600_000),
    ),
    Metric(
        "gpu_full_h",
        "Whole-GPU hours",
        "GPU h",
        "GPU hours in which a MIG slice counts as its share of the GPU's compute slices: `3g.20gb` is 3/7. A device "
        "whose model or profile is not known counts as one.",
        "Σ wall_s × GPUs × share ÷ 3600",
        "gpu_28_s",
        28 * 3600,
        fact="gpu",
    ),
    Metric(
        "gpu_model_coverage",
        "GPU model coverage",
        "%",
        "Share of GPU hours of which something says the model, and of a MIG slice its share. All others are counted as "
        "whole devices: an estimate.",
        "GPU hours of known model and share ÷ GPU hours of attempts with GPUs",
        "gpu_known_s",
        per="gpu_s",
        kind="ratio",
        fact="gpu",
    ),
    Metric(
        "wall_h",
        "Wall hours",
        "h",
        "Time that attempts held their slots, whatever their size.",
        "Σ wall_s ÷ 3600",
        "wall_s",
        3600,
        bucket=("wall_us", CORE_H_US),
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
        bucket=("memory_mib_s", 1024 * 3600),
    ),
    Metric(
        "cpu_overuse_h",
        "CPU hours beyond the allocation",
        "core h",
        "CPU time that attempts used beyond wall time times their cores. In no bucket: nobody allocated it.",
        "Σ max(0, CPU time − wall_s × cores) ÷ 3600, per attempt",
        "cpu_over_us",
        CORE_H_US,
    ),
    Metric(
        "memory_efficiency",
        "Memory efficiency",
        "%",
        "Peak memory per memory that the slot gave, weighted by wall time, over the attempts that measured their peak. "
        "A peak is not an average: less would have been enough only for those that never came near it.",
        "Σ wall_s × peak ÷ Σ wall_s × memory, attempts with a peak",
        "memory_used_mib_s",
        per="memory_measured_mib_s",
        kind="ratio",
    ),
    Metric(
        "memory_coverage",
        "Memory report coverage",
        "%",
        "Share of memory hours whose attempts measured their peak.",
        "memory hours measured ÷ memory hours",
        "memory_measured_mib_s",
        per="memory_mib_s",
        kind="ratio",
    ),
    Metric(
        "gpu_used_h",
        "GPU hours used",
        "GPU h",
        "Average number of busy GPUs times wall time, of the attempts whose GPUs were measured. Not measured is not 0.",
        "Σ wall_s × busy GPUs ÷ 3600, attempts with a report",
        "gpu_used_ms",
        3_600_000,
    ),
    Metric(
        "gpu_efficiency",
        "GPU efficiency",
        "%",
        "GPU hours used per GPU hours allocated, over the attempts whose GPUs were measured.",
        "GPU hours used ÷ GPU hours measured",
        "gpu_used_ms",
        1000,
        per="gpu_measured_s",
        kind="ratio",
    ),
    Metric(
        "gpu_coverage",
        "GPU report coverage",
        "%",
        "Share of GPU hours whose use was measured.",
        "GPU hours measured ÷ GPU hours",
        "gpu_measured_s",
        per="gpu_s",
        kind="ratio",
    ),
    Metric(
        "goodput_completed_h",
        "Goodput, completed",
        "core h",
        "What HTCondor calls good (CommittedTime): core hours of runs with which their job ran to completion, whatever "
        "its exit code, and of what a checkpoint saved for such a job. As ended it is CommittedTime × cores.",
        "Σ wall_s × cores ÷ 3600, runs that completed their job",
        _good("completed"),
        CORE_H_US,
        fact="waste",
    ),
    Metric(
        "goodput_succeeded_h",
        "Goodput, succeeded",
        "core h",
        "Core hours of runs that ended with the exit code that their job calls success, and of what a checkpoint saved "
        "for such a job. A failed exit code or a signal completes a job, and is no success.",
        "Σ wall_s × cores ÷ 3600, runs that succeeded",
        _good("succeeded"),
        CORE_H_US,
        fact="waste",
    ),
    Metric(
        "badput_h",
        "Badput",
        "core h",
        "Core hours that HTCondor does not call good: of runs that did not complete their job, and unattributed ones.",
        "core hours − goodput, completed",
        _good("NOT completed"),
        CORE_H_US,
        fact="waste",
    ),
    Metric(
        "wasted_h",
        "Wasted core hours",
        "core h",
        "Core hours in the buckets suspended, transfer_queue, transfer_in, transfer_out, lost, evicted, held, removed, "
        "signal, failed and idle. What was not measured or has no known cause is not in it.",
        "Σ core hours of those buckets",
        _good(f"bucket IN ({', '.join(repr(bucket.name) for bucket in BUCKETS if bucket.wasted)})"),
        CORE_H_US,
        fact="waste",
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
