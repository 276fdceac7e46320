"""CPU time and memory of whole commands, taken in turn so that a drift of the machine meets both sides.

A command's helpers count too: a process that it leaves behind is handed to this one, which waits for it.
"""

import ctypes
import os
import resource
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Contender:
    """A name for the table, and the command that is measured."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Timing:
    """Medians over the runs of one contender; the memory is that of its largest process."""

    name: str
    cpu_s: float
    peak_mib: float


def race(contenders: Sequence[Contender], runs: int) -> list[Timing]:
    """Run the contenders A B A B ..., `runs` times each after one warm-up, and return their medians.

    Raises CalledProcessError if one of them fails: a failed run has no time.
    """
    seen: dict[str, list[tuple[float, float]]] = {contender.name: [] for contender in contenders}
    for turn in range(runs + 1):
        for contender in contenders:
            measured = once(contender)
            if turn:
                seen[contender.name].append(measured)
    return [
        Timing(name, median(cpu for cpu, _ in found), median(peak for _, peak in found)) for name, found in seen.items()
    ]


def once(contender: Contender) -> tuple[float, float]:
    """Run it once: CPU seconds of all its processes, and the peak memory of the largest in MiB."""
    _take_orphans()
    before = _children()
    process = subprocess.Popen(
        contender.command, env=os.environ | dict(contender.environment), stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(contender.command))
    left = _left_behind(before)
    cpu = sum(one.ru_utime + one.ru_stime for one in (used, *left))
    return cpu, max(one.ru_maxrss for one in (used, *left)) / 1024


def _take_orphans() -> None:
    """From now on, children of our children that outlive their parent are ours."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this process cannot take orphans")


def _left_behind(before: set[int]) -> list[resource.struct_rusage]:
    """What those processes used that outlived the command; children from before it are left alone."""
    return [os.wait4(pid, 0)[2] for pid in _children() - before]


def _children() -> set[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    return {int(pid) for pid in listed.split()}
