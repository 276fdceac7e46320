"""The two bookings of one job, and the steps from the one to the other: exact, in milli-core-seconds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.receipt.parts import Residual, Step, Totals
from pipeline.receipt.sentences import say

Row = Mapping[str, Any]


def totals(
    job: Row | None, ended: Row | None, attempts: Sequence[Row], charges: Sequence[Row], residual: Residual | None
) -> Totals:
    """What the job is as used and as ended; `job` and `ended` are None where no final ad is there."""
    used = sum(row["mcore_s"] for row in charges if row["mcore_s"] is not None)
    steps = _steps(job if ended is not None else None, attempts, used, residual)
    known = ended["mcore_s"] if ended is not None else None
    return Totals(
        used_wall_s=sum(row["wall_s"] for row in charges if row["wall_s"] is not None),
        used_mcore_s=used,
        used_gpu_s=sum(row["gpu_s"] for row in charges if row["gpu_s"] is not None),
        ended_wall_s=ended["wall_s"] if ended is not None else None,
        ended_mcore_s=known,
        ended_gpu_s=ended["gpu_s"] if ended is not None else None,
        ended_day=ended["day"] if ended is not None else None,
        steps=steps,
        unexplained_mcore_s=(known or 0) - used - sum(step.mcore_s for step in steps),
    )


def _steps(job: Row | None, attempts: Sequence[Row], used: int, residual: Residual | None) -> tuple[Step, ...]:
    if job is None or job["wall_s"] is None or job["cores_milli"] is None:
        rule = _without(job)
        return (Step(rule, say(f"step.{rule}"), -used),) if used else ()
    causes: Counter[str] = Counter()
    for each in attempts:
        if each["wall_s"] is None:
            continue
        if each["cores_milli"] is None:
            causes["cores_unknown"] += each["wall_s"] * job["cores_milli"]
        else:
            causes["cores"] += each["wall_s"] * (job["cores_milli"] - each["cores_milli"])
    steps = [Step(cause, say(f"step.{cause}"), amount) for cause, amount in causes.items() if amount]
    if residual is not None and residual.residual_s < 0:
        steps.append(Step(residual.cause.rule, residual.cause.text, residual.residual_s * job["cores_milli"]))
    return tuple(steps)


def _without(job: Row | None) -> str:
    if job is None:
        return "no_final_ad"
    return "wall_unknown" if job["wall_s"] is None else "cores_unknown"
