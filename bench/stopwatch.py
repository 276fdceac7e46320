"""CPU time of whole processes, taken in turn so that a drift of the machine meets both sides."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Contender:
    """A name for the table, and the command that is measured."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Timing:
    """Medians over the runs of one contender."""

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
            measured = _once(contender)
            if turn:
                seen[contender.name].append(measured)
    return [
        Timing(name, median(cpu for cpu, _ in found), median(peak for _, peak in found)) for name, found in seen.items()
    ]


def _once(contender: Contender) -> tuple[float, float]:
    process = subprocess.Popen(
        contender.command, env=os.environ | dict(contender.environment), stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(contender.command))
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
