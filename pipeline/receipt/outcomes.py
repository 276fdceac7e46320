"""Which rule decided how a run ended, of the record that it is counted from: see the model `attempt`."""

from collections.abc import Mapping
from typing import Any

from pipeline.receipt.parts import Said
from pipeline.receipt.sentences import say

Row = Mapping[str, Any]
REMOVED_WHILE_IDLE = 1


def why_ended(attempt: Row, record: Row) -> Said:
    """The rule and its sentence; `record` is the row that the attempt was made of (empty where it is not there)."""
    rule = _rule(attempt, record)
    reasons = (attempt["hold_reason"], attempt["vacate_reason"], *(record.get(name) for name in _REASONS))
    values = {
        "exit_code": record.get("exit_code"),
        "success_exit_code": _or(record.get("success_exit_code"), 0),
        "exit_signal": record.get("exit_signal"),
        "code": _or(record.get("vacate_code"), record.get("hold_code")),
        "reason": next((reason.strip().rstrip(".") for reason in reasons if reason and reason.strip()), None),
    }
    return Said(rule, say(rule, **values))


_REASONS = ("hold_reason", "vacate_reason", "remove_reason")


def _rule(attempt: Row, record: Row) -> str:
    outcome = attempt["outcome"]
    if outcome == "lost":
        return "ended.lost.no_end" if attempt["end_utc"] is None else "ended.lost.contact"
    if outcome == "evicted" and attempt["basis"] == "final" and record.get("last_status") == REMOVED_WHILE_IDLE:
        return "ended.evicted.before_removal"
    return f"ended.{outcome}"


def estimates(attempt: Row) -> tuple[Said, ...]:
    """What of a run is not measured but estimated."""
    rules = []
    if attempt["basis"] == "final":
        rules.append("estimate.final")
    if attempt["cores_basis"] in ("requested", "slot"):
        rules.append(f"estimate.cores.{attempt['cores_basis']}")
    if attempt["cores_milli"] is None and attempt["basis"] != "spawn":
        rules.append("estimate.cores.unknown")
    if attempt["outcome"] in ("evicted", "lost") and attempt["cpu_used_us"] is not None:
        rules.append("estimate.cpu.bound")
    return tuple(Said(rule, say(rule)) for rule in rules)


def _or(value: object, otherwise: object) -> object:
    return otherwise if value is None else value
