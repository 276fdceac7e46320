"""What jobs can ask for too much of: memory, cores, disk; each as columns of the model `listed_job`."""

from dataclasses import dataclass

from pipeline.errors import UsageError


@dataclass(frozen=True)
class Asked:
    """One thing that jobs ask for.

    asked, used   SQL over `listed_job`, in units of which `per_unit` are one of `unit`; null where not known
    """

    name: str
    label: str
    unit: str
    per_unit: int
    asked: str
    used: str
    doc: str


SIZES: tuple[Asked, ...] = (
    Asked(
        "memory",
        "Memory",
        "GiB",
        1024,
        "request_memory_mib",
        "memory_used_mib",
        "Peak memory of the job's last run, beside what it asked for.",
    ),
    Asked(
        "cores",
        "Cores",
        "cores",
        1000,
        "nullif(cores_milli, 0)",
        "cpu_measured_us // nullif(mcore_measured_s * 1000 // nullif(cores_milli, 0), 0)",
        "Cores that were busy on average, over all runs that reported their CPU time, beside those of its slot.",
    ),
    Asked(
        "disk",
        "Disk",
        "GiB",
        1024 * 1024,
        "request_disk_kib",
        "disk_used_kib",
        "Peak scratch disk of the job's last run, beside what it asked for.",
    ),
)


def size(name: str) -> Asked:
    """What jobs ask for, by name; UsageError if there is no such thing."""
    for known in SIZES:
        if known.name == name:
            return known
    raise UsageError(f"jobs do not ask for {name!r}", f"Known: {', '.join(known.name for known in SIZES)}.")
