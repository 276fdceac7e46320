"""Verdicts from the process that evaluates ClassAds, whatever becomes of it.

A group whose expressions end that process, or use up its time, has no verdict; those after it get another process.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import LedgerError
from pipeline.matching.evaluation import Condition, Verdict

MODULE = "pipeline.matching.worker"
WALL_S = 60
MOST_DEATHS = 3
"""Groups that may end the process; what comes after the last of them is not evaluated."""
_ROOT = Path(__file__).parents[2]
_NEEDS = "No module named 'classad2'"


def verdicts(slots: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]]) -> list[Verdict | None]:
    """One verdict a group, in their order; None where it could not be evaluated.

    Raises LedgerError where HTCondor's library is not installed.
    """
    found: list[Verdict | None] = []
    deaths = 0
    while len(found) < len(groups) and deaths < MOST_DEATHS:
        lines, is_whole = _run({"slots": slots, "groups": groups[len(found) :]})
        found += [_verdict(line) for line in lines]
        if not is_whole and len(found) < len(groups):
            found.append(None)
            deaths += 1
    return [*found, *([None] * (len(groups) - len(found)))]


def _run(asked: Mapping[str, Any]) -> tuple[list[str], bool]:
    """The lines that the process wrote, and whether it came to its end."""
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with process:
        try:
            out, err = process.communicate(json.dumps(asked), timeout=WALL_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
    if _NEEDS in err:
        raise LedgerError("ClassAds cannot be evaluated here", "Install the package `htcondor` (Linux).")
    return [line for line in out.split("\n")[:-1] if line], process.returncode == 0


def _verdict(line: str) -> Verdict:
    said = json.loads(line)
    conditions = tuple(
        Condition(**one | {name: tuple(one[name]) for name in ("not_collected", "nowhere", "clauses")})
        for one in said["conditions"]
    )
    return Verdict(**said | {"conditions": conditions})
