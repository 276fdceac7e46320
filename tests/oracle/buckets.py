"""What became of a line's seconds: each of them in one bucket. In whole micro-, milli- and MiB-seconds."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.oracle.ads import Ad, Size
from tests.oracle.jobs import Attempt, Job
from tests.oracle.phases import phases

WASTED = (
    *("suspended", "transfer_queue", "transfer_in", "transfer_out"),
    *("lost", "evicted", "held", "removed", "signal", "failed", "idle"),
)
ENDED_BY_ITSELF = ("succeeded", "failed", "signal")


class Piece(NamedTuple):
    """Time in one bucket: wall and core microseconds, GPU milliseconds, MiB-seconds; None: nothing is known."""

    bucket: str
    completed: bool
    succeeded: bool
    wall_us: int | None
    core_us: int | None
    gpu_ms: int | None
    memory_mib_s: int | None


class Use(NamedTuple):
    """What was measured: CPU microseconds of these seconds, peak MiB, thousandths of GPUs."""

    cpu_us: int | None
    memory_mib: int | None
    gpu_milli: int | None


def of_attempt(job: Job, each: Attempt, last_run: int, first: int, last: int) -> list[Piece]:
    """The pieces of what an attempt ran in [first, last)."""
    outcome = each.labels["outcome"]
    ended = outcome in ENDED_BY_ITSELF and each.run == last_run
    completed = ended and not (job.final and job.final.value("JobStatus") == 3)
    if not each.wall_s:
        return rest_of(outcome, completed, each.wall_s, each.size, Use(each.cpu_us, *peaks(each.ad)))
    pieces = []
    for name, start, end in phases(each):
        seconds = max(0, min(end, last) - max(start, first))
        if name == "rest" and seconds:
            use = Use(cpu_between(each, start, end, first, last), *peaks(each.ad))
            pieces += rest_of(outcome, completed, seconds, each.size, use)
        elif name == "checkpointed" and seconds:
            kept = bool(job.final and job.final.value("JobStatus") == 4)
            good = kept and job.final is not None and job.final.exit_outcome() == "succeeded"
            pieces.append(piece(name, kept, good, seconds, each.size))
        elif seconds:
            pieces.append(piece(name, completed, outcome == "succeeded", seconds, each.size))
    return pieces


def cpu_between(each: Attempt, start: int, end: int, first: int, last: int) -> int | None:
    """CPU time of the rest [start, end), spread evenly over it: what falls into [first, last)."""
    if each.cpu_us is None or not each.size.mcores:
        return None
    most = min(each.cpu_us, (end - start) * each.size.mcores * 1000)
    before, after = (most * (min(max(moment, start), end) - start) // (end - start) for moment in (first, last))
    return after - before


def of_residual(seconds: int, size: Size) -> list[Piece]:
    return [piece("unattributed", False, False, seconds, size)]


def of_ended(final: Ad, wall_s: int | None) -> list[Piece]:
    """A final ad alone: the committed time ended as the job did, of the rest it tells nothing."""
    outcome, committed, size = final.job_outcome(), final.whole("CommittedTime"), final.size()
    if outcome not in ENDED_BY_ITSELF or committed is None or wall_s is None:
        bucket = outcome if outcome == "removed" else "unknown"
        return [piece(bucket, False, False, wall_s, size)]
    good = min(committed, wall_s)
    use = Use(final.micros("RemoteUserCpu", "RemoteSysCpu"), *peaks(final))
    pieces = rest_of(outcome, True, good, size, use) if good or not wall_s else []
    return pieces + ([piece("unattributed", False, False, wall_s - good, size)] if wall_s > good else [])


def rest_of(outcome: str, completed: bool, seconds: int | None, size: Size, use: Use) -> list[Piece]:
    """Time that no phase took goes by the end of the run; where it ended well: used, idle, not measured."""
    if outcome != "succeeded":
        return [piece("unknown" if outcome == "running" else outcome, completed, False, seconds, size)]
    whole = piece("", completed, True, seconds, size)
    used = used_of(use, seconds or 0, size)
    if all(part is None for part in used[1:]):
        return [whole._replace(bucket="not_measured")]
    idle = [None if part is None or all_ is None else all_ - part for all_, part in zip(whole[3:], used, strict=True)]
    open_ = [all_ if part is None else None for all_, part in zip(whole[3:], used, strict=True)]
    parts = [("used", used), ("idle", idle)]
    if used[1] is None or used[3] is None or (size.gpus and used[2] is None):
        parts.append(("not_measured", open_))
    return [Piece(name, completed, True, *amounts) for name, amounts in parts]


def used_of(use: Use, seconds: int, size: Size) -> list[int | None]:
    """Wall, cores, GPUs, memory that were used, none beyond what there was; wall time as the share of the cores."""
    wall = core = gpu = memory = None
    if use.cpu_us is not None and size.mcores:
        core = min(use.cpu_us, seconds * size.mcores * 1000)
        wall = core * 1000 // size.mcores
    if use.gpu_milli is not None and size.gpus:
        gpu = min(use.gpu_milli, size.gpus * 1000) * seconds
    if use.memory_mib is not None and size.memory_mib is not None:
        memory = min(use.memory_mib, size.memory_mib) * seconds
    return [wall, core, gpu, memory]


def piece(bucket: str, completed: bool, succeeded: bool, seconds: int | None, size: Size) -> Piece:
    def times(amount: int | None) -> int | None:
        return None if seconds is None or amount is None else seconds * amount

    mcores = None if size.mcores is None else size.mcores * 1000
    return Piece(
        bucket, completed, succeeded, times(1_000_000), times(mcores), times(size.gpus * 1000), times(size.memory_mib)
    )


def peaks(ad: Ad) -> tuple[int | None, int | None]:
    """Peak memory in MiB and average GPUs in thousandths, as far as they can be; a peak of 0 was not measured."""
    peak, resident = ad.whole("MemoryUsage"), ad.whole("ResidentSetSize")
    gpus = ad.whole("GPUsAverageUsage", scale=1000)
    if peak is None and resident is not None:
        peak = (resident + 1023) // 1024
    return (
        peak if peak is not None and 0 < peak <= 2**26 else None,
        gpus if gpus is not None and 0 <= gpus <= 10**7 else None,
    )


def total(numbers: Iterable[int | None]) -> int | None:
    """The sum of what is known; None if nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
