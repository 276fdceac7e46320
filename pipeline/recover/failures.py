"""Why a job is without a success: its last failure, and whether its user wanted it so. Pure.

Classes of runs are those of the model `failure`; what no run tells is classified here, by the same rules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.triage.classify import classify
from pipeline.triage.taxonomy import UNKNOWN, Blame, taxonomy

Row = Mapping[str, Any]
REMOVED = 3
_BY_USER = re.compile(r"\(by user \S+\)\s*$|via condor_rm", re.IGNORECASE)
_BY_USER_CLASS = "removed_user"


@dataclass(frozen=True)
class Failure:
    """A class of the taxonomy, whose it usually is, what told it, and the message."""

    name: str
    label: str
    blame: Blame
    why: str
    message: str = ""
    is_users_wish: bool = False


def failure(job: Row) -> Failure:
    """The last failure of a job that left the queue without a success: a row of `questions.jobs`."""
    if job["status"] == REMOVED:
        return _removed(job)
    return _of_run(job) or _of_end(job)


def _removed(job: Row) -> Failure:
    """Removed by its user, or by a policy: then why its last run was held, if it was, else what the policy says."""
    reason = job["remove_reason"] or ""
    if _BY_USER.search(reason):
        return _told(_BY_USER_CLASS, reason or "removed", reason, is_users_wish=True)
    held = _of_run(job) if job["last_outcome"] == "held" else None
    if held is not None and held.name != UNKNOWN:
        return held
    if not reason:
        return _told(_BY_USER_CLASS, "removed, and no reason is on record", is_users_wish=True)
    return _classified(reason)


def _of_run(job: Row) -> Failure | None:
    """How its last run failed, as the model `failure` has it; None where it did not, or there was none."""
    if job["run_failure"] is None:
        return None
    why = job["run_signature"] or "nothing tells how its last run ended"
    return _told(job["run_failure"], why, _message(job) or "")


def _message(job: Row) -> str | None:
    """What was said when its last run ended; nothing where its program ended by itself."""
    if job["last_outcome"] in ("failed", "signal"):
        return None
    hold = job["run_hold_reason"] or job["hold_reason"] if job["last_outcome"] == "held" else None
    said: str | None = hold or job["run_vacate_reason"]
    return said


def _of_end(job: Row) -> Failure:
    """What the final ad says, where no run does."""
    if job["exit_by_signal"]:
        return _classified("", outcome="signal")
    if job["exit_code"] is not None:
        return _classified("", outcome="failed", number=job["exit_code"])
    return _told(UNKNOWN, "its final ad does not say how it ended")


def _classified(message: str, outcome: str = "", number: int | None = None) -> Failure:
    verdict = classify(message, outcome=outcome, number=number)
    return Failure(verdict.failure, verdict.label, verdict.blame, verdict.why, message)


def _told(name: str, why: str, message: str = "", *, is_users_wish: bool = False) -> Failure:
    known = taxonomy().classes[name]
    return Failure(name, known.label, known.blame, why, message, is_users_wish)
