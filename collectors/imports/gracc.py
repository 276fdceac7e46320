"""A GRACC document, raw or summary, or a Gratia record with the same keys -> Usage.

Keys and their meaning: `pipeline/schema/usage_formats.py`. A raw document tells of one job; one with a number of jobs
and no record id is a sum over the jobs that ended on a day (UTC).
"""

import json
from decimal import Decimal
from typing import Any

from collectors.imports.usage import OtherRecordError, UnusableRecordError, Usage
from collectors.imports.values import Told, instant, number, seconds, text, whole
from pipeline.schema.usage_formats import (
    CONDOR_STATUS,
    GRACC,
    JOB_RECORDS,
    OTHER_RECORDS,
    OUTCOMES,
    PAYLOAD,
    SUMMARY_KEYS,
)

FAMILY = "gratia"
DAY_S = 86_400
HOUR_S = 3_600
NO_ID = "nothing names the record: no record id, and no job id with an end"
LARGEST = 1 << 20
_SOURCE = "_source"
_RESOURCE_GPUS = f"Resource_{GRACC.gpus}"


def parse(content: bytes) -> dict[str, Any]:
    """The document in one JSON object; of an answer of Elasticsearch what stands in its source."""
    if len(content) > LARGEST:
        raise UnusableRecordError("oversize", "larger than 1 MiB: no usage record is")
    try:
        found = json.loads(content, parse_float=Decimal, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        raise UnusableRecordError("unreadable", f"not valid JSON: {error}") from error
    if isinstance(found, dict) and isinstance(found.get(_SOURCE), dict):
        found = found[_SOURCE]
    if not isinstance(found, dict):
        raise UnusableRecordError("unreadable", "JSON, but no object: a document is {...}")
    return found


def usage_of(told: Told, format_: str = "gracc") -> Usage:
    """What the document tells. Raises OtherRecordError if that is not of jobs, UnusableRecordError if it makes no
    sense."""
    kind = text(told, GRACC.type)
    if kind in OTHER_RECORDS:
        raise OtherRecordError(f"{kind} ({OTHER_RECORDS[kind]})")
    if kind is not None and kind not in JOB_RECORDS:
        raise UnusableRecordError("no-usage", f"it is of type {kind[:80]!r}, which tells of no jobs that are known")
    jobs = whole(told, GRACC.jobs)
    jobs = whole(told, GRACC.count) if jobs is None else jobs
    named = text(told, GRACC.record_id, GRACC.global_job_id, GRACC.local_job_id) is not None
    return _usage(told, format_, 1 if jobs is None else jobs, is_day=jobs is not None and not named)


def _usage(told: Told, format_: str, jobs: int, *, is_day: bool) -> Usage:
    begin, end = instant(told, GRACC.start), instant(told, GRACC.end)
    if is_day and end is not None:
        begin, end = end // DAY_S * DAY_S, end // DAY_S * DAY_S + DAY_S
    vo = text(told, GRACC.reportable_vo, GRACC.vo)
    outcome, wall = text(told, GRACC.outcome), seconds(told, GRACC.wall)
    return Usage(
        format=format_,
        family=FAMILY,
        names=_summary_names(told) if is_day else _names(told),
        is_summary=is_day or jobs != 1,
        version_utc=instant(told, GRACC.created),
        submit_host=text(told, GRACC.submit_host, GRACC.machine),
        local_job_id=text(told, GRACC.local_job_id, GRACC.global_job_id),
        user=_user(told),
        project=text(told, GRACC.project) or vo,
        vo=vo,
        site=_site(told),
        resource=text(told, GRACC.host_description) if _is_payload(told) else None,
        begin_utc=begin,
        end_utc=end,
        jobs=jobs,
        exit_code=_exit_code(told),
        outcome=outcome if outcome in OUTCOMES else None,
        cores=_cores(told),
        wall=wall,
        core=_hours(told, GRACC.core_hours),
        cpu=_cpu(told),
        gpu=_gpu_time(told, wall),
    )


def _names(told: Told) -> tuple[str, ...]:
    record_id = text(told, GRACC.record_id)
    if record_id is not None:
        return (record_id,)
    job, end = text(told, GRACC.global_job_id, GRACC.local_job_id), text(told, GRACC.end)
    if job is None or end is None:
        raise UnusableRecordError("no-record-id", NO_ID)
    return "job", job, text(told, GRACC.probe, GRACC.machine, GRACC.site) or "", end


def _summary_names(told: Told) -> tuple[str, ...]:
    end = instant(told, GRACC.end)
    if end is None:
        raise UnusableRecordError("no-time", "a sum over jobs that does not say on which day they ended")
    parts = [f"{key}={value}" for key in SUMMARY_KEYS[1:] if (value := text(told, key)) is not None]
    return "day", str(end // DAY_S), *parts


def _user(told: Told) -> str | None:
    user = text(told, GRACC.global_user, GRACC.dn, GRACC.common_name)
    local = text(told, GRACC.local_user)
    if user is not None or local is None:
        return user
    return f"{local}@{text(told, GRACC.site, GRACC.machine) or 'unknown'}"


def _is_payload(told: Told) -> bool:
    return text(told, GRACC.resource_type) == PAYLOAD


def _site(told: Told) -> str | None:
    """Where the jobs ran: of payload of pilots their place, not that of the access point."""
    where = text(told, GRACC.payload_site)
    if where is None and _is_payload(told):
        where = text(told, GRACC.host_description)
    return where or text(told, GRACC.site)


def _cores(told: Told) -> Decimal | None:
    """Another ledger tells parts of a core, too. 0: not known."""
    milli = number(told, GRACC.cores_milli)
    return (number(told, GRACC.processors) if milli is None else milli / 1000) or None


def _exit_code(told: Told) -> int | None:
    if text(told, GRACC.exit_code) is not None:
        return whole(told, GRACC.exit_code)
    return whole(told, GRACC.status) if text(told, GRACC.status_description) == CONDOR_STATUS else None


def _cpu(told: Told) -> Decimal | None:
    """User and system time. GRACC's collector writes a total of 0 where the record told of none."""
    parts = [part for key in (GRACC.cpu_user, GRACC.cpu_system) if (part := seconds(told, key)) is not None]
    return sum(parts, Decimal(0)) if parts else seconds(told, GRACC.cpu) or None


def _gpu_time(told: Told, wall: Decimal | None) -> Decimal | None:
    hours = _hours(told, GRACC.gpu_hours)
    if hours is not None:
        return hours
    gpus = number(told, GRACC.gpus)
    gpus = number(told, _RESOURCE_GPUS) if gpus is None else gpus
    return None if gpus is None or wall is None else gpus * wall


def _hours(told: Told, key: str) -> Decimal | None:
    found = number(told, key)
    return None if found is None else found * HOUR_S


def _not_a_number(word: str) -> None:
    raise ValueError(f"{word} is no number")
