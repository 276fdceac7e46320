"""Lines -> every published number. Sums of whole numbers; one division, at the end; None is unknown."""

from collections.abc import Iterator

from tests.oracle.buckets import WASTED, Piece, total
from tests.oracle.lines import Line


def measures_of(lines: list[Line]) -> dict[str, float | None]:
    """Of whole lines: hours, what was measured, goodput, and distinct jobs and attempts."""
    ran = [(line.wall_s, line.size, line.cpu_us) for line in lines if line.wall_s is not None]
    sized = [(wall_s * size.mcores, cpu_us) for wall_s, size, cpu_us in ran if size.mcores is not None]
    wall_s = total(wall_s for wall_s, _, _ in ran)
    mcore_s = total(mcore_s for mcore_s, _ in sized)
    measured = [(mcore_s * 1000, cpu_us) for mcore_s, cpu_us in sized if cpu_us is not None]
    measured_us = total(core_us for core_us, _ in measured)
    mib_s = total(wall_s * size.memory_mib for wall_s, size, _ in ran if size.memory_mib is not None)
    return {
        "wall_s": wall_s,
        "wall_h": ratio(wall_s, 3600),
        "cpu_h": ratio(mcore_s, 3_600_000),
        "gpu_h": ratio(total(wall_s * size.gpus for wall_s, size, _ in ran), 3600),
        "cpu_used_h": ratio(total(line.cpu_us for line in lines), 3_600_000_000),
        "cpu_measured_h": ratio(measured_us, 3_600_000_000),
        "cpu_efficiency": ratio(total(cpu_us for _, cpu_us in measured), measured_us),
        "cpu_coverage": ratio(measured_us, (mcore_s or 0) * 1000),
        "cpu_overuse_h": ratio(total(max(0, cpu_us - core_us) for core_us, cpu_us in measured), 3_600_000_000),
        "memory_gib_h": ratio(mib_s, 1024 * 3600),
        "jobs": len({line.job for line in lines}),
        "attempts": len({(line.job, run) for line in lines for run in line.runs}),
        **dict(measured_memory(lines, mib_s)),
        **dict(measured_gpus(lines)),
        **dict(goodput([piece for line in lines for piece in line.pieces])),
    }


def measured_memory(lines: list[Line], mib_s: int | None) -> Iterator[tuple[str, float | None]]:
    """Peak memory x wall time, against what those attempts had that told a peak."""
    told = [
        (line.wall_s, peak, line.size.memory_mib)
        for line in lines
        for peak in line.peaks[:1]
        if line.wall_s is not None and peak is not None and line.size.memory_mib is not None
    ]
    measured = total(wall_s * had for wall_s, _, had in told)
    yield "memory_efficiency", ratio(total(wall_s * peak for wall_s, peak, _ in told), measured)
    yield "memory_coverage", ratio(measured, mib_s)


def measured_gpus(lines: list[Line]) -> Iterator[tuple[str, float | None]]:
    """Average use of GPUs x wall time, against the devices of those attempts that measured it."""
    ran = [(line.wall_s, line.size.gpus, line.peaks[1]) for line in lines if line.wall_s is not None]
    told = [(wall_s, gpus, used) for wall_s, gpus, used in ran if gpus and used is not None]
    measured = total(wall_s * gpus for wall_s, gpus, _ in told)
    used_ms = total(wall_s * used for wall_s, _, used in told)
    yield "gpu_used_h", ratio(used_ms, 3_600_000)
    yield "gpu_efficiency", ratio(used_ms, (measured or 0) * 1000)
    yield "gpu_coverage", ratio(measured, total(wall_s * gpus for wall_s, gpus, _ in ran))


def measures_of_buckets(lines: list[Line]) -> dict[str, float | None]:
    """Of pieces: the hours of each sheet, and goodput."""
    pieces = [piece for line in lines for piece in line.pieces]
    return {
        "wall_h": ratio(total(piece.wall_us for piece in pieces), 3_600_000_000),
        "cpu_h": ratio(total(piece.core_us for piece in pieces), 3_600_000_000),
        "gpu_h": ratio(total(piece.gpu_ms for piece in pieces), 3_600_000),
        "memory_gib_h": ratio(total(piece.memory_mib_s for piece in pieces), 1024 * 3600),
        **dict(goodput(pieces)),
    }


def goodput(pieces: list[Piece]) -> Iterator[tuple[str, float | None]]:
    """Core hours: good as HTCondor says, good by success code, not good, and in the buckets that are waste."""
    sized = [(piece.core_us, piece) for piece in pieces if piece.core_us is not None]
    yield "goodput_completed_h", hours(core_us * piece.completed for core_us, piece in sized)
    yield "goodput_succeeded_h", hours(core_us * piece.succeeded for core_us, piece in sized)
    yield "badput_h", hours(core_us * (not piece.completed) for core_us, piece in sized)
    yield "wasted_h", hours(core_us * (piece.bucket in WASTED) for core_us, piece in sized)


def hours(core_us: Iterator[int]) -> float | None:
    return ratio(total(core_us), 3_600_000_000)


def ratio(top: int | None, bottom: int | None) -> float | None:
    return top / bottom if top is not None and bottom else None
