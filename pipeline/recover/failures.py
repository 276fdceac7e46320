"""Why a job is without a success: its last failure, classified, and whether its user wanted it so. Pure."""

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


def failure(job: Row, codes: Mapping[int, Row]) -> Failure:
    """The last failure of a job that left the queue without a success. `codes` are by record id: see `questions`."""
    if job["status"] == REMOVED:
        return _removed(job, codes)
    if job["exit_by_signal"]:
        return _classified("", outcome="signal", number=(codes.get(job["record_id"]) or {}).get("exit_signal"))
    if job["exit_code"] is not None:
        return _classified("", outcome="failed", number=job["exit_code"])
    return _of_run(job, codes) or _told(UNKNOWN, "its final ad does not say how it ended")


def _removed(job: Row, codes: Mapping[int, Row]) -> Failure:
    """Removed by its user, or by a policy: then why its last run was held, if it was, else what the policy says."""
    reason = job["remove_reason"] or ""
    if _BY_USER.search(reason):
        return _told(_BY_USER_CLASS, reason or "removed", reason, is_users_wish=True)
    held = _of_run(job, codes) if job["last_outcome"] == "held" else None
    if held is not None and held.name != UNKNOWN:
        return held
    if not reason:
        return _told(_BY_USER_CLASS, "removed, and no reason is on record", is_users_wish=True)
    return _classified(reason)


def _of_run(job: Row, codes: Mapping[int, Row]) -> Failure | None:
    """What ended the last run, by its own record."""
    message = job["run_hold_reason"] or job["hold_reason"] or job["run_vacate_reason"]
    found = codes.get(job["run_record_id"]) or codes.get(job["record_id"]) or {}
    code, subcode = found.get("hold_code"), found.get("hold_subcode")
    if code is None:
        code, subcode = found.get("vacate_code"), found.get("vacate_subcode")
    if message is None and code is None:
        return None
    return _classified(message or "", code, subcode)


def _classified(
    message: str, code: int | None = None, subcode: int | None = None, outcome: str = "", number: int | None = None
) -> Failure:
    verdict = classify(message, code, subcode, outcome, number)
    return Failure(verdict.failure, verdict.label, verdict.blame, verdict.why, message)


def _told(name: str, why: str, message: str = "", *, is_users_wish: bool = False) -> Failure:
    known = taxonomy().classes[name]
    return Failure(name, known.label, known.blame, why, message, is_users_wish)
