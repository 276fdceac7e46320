"""Evaluates what users wrote, in a process of its own: `python -m pipeline.matching.worker`.

One JSON document on standard input (slots, then groups of jobs), one line of JSON on standard output for each group, in
their order. An expression can end the process or take for ever: it has its CPU time, and its parent goes on without it.
"""

import json
import resource
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.matching.evaluation import Job, Request, Slots, judge
from pipeline.matching.sides import Side

CPU_S = 20
MEMORY_BYTES = 2 << 30
"""Of address space, so that no list that an expression makes fills the machine."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin)
    slots = slots_of(asked["slots"])
    for group in asked["groups"]:
        verdict = judge(job_of(group), slots)
        sys.stdout.write(json.dumps(asdict(verdict)) + "\n")
        sys.stdout.flush()


def slots_of(given: Sequence[Mapping[str, Any]]) -> list[Slots]:
    """Slots as JSON gives them; those that are alike when empty share their side."""
    wholes: dict[str, Side] = {}
    found = []
    for one in given:
        key = json.dumps([one["lines"], one["whole"]], sort_keys=True)
        whole = wholes.setdefault(key, _side(one["whole"], one["lines"]))
        now = _side(one["whole"] | one["now"], one["lines"])
        found.append(Slots(whole, now, one["is_free"], tuple(one["machines"]), one["count"]))
    return found


def job_of(given: Mapping[str, Any]) -> Job:
    """A group of jobs as JSON gives it."""
    requests = tuple(Request(one["label"], one["attribute"], one["amount"]) for one in given["requests"])
    return Job(_side(given["values"], given["lines"]), requests)


def _side(values: Mapping[str, Any], lines: str | None) -> Side:
    return Side({name.lower(): value for name, value in values.items()}, lines)


if __name__ == "__main__":
    main()
