"""Summaries as GRACC's summary index has them: JSON lines, one document for each day, VO, project, user, site, ... .

Sums are those of `htc-ledger usage` of the day, in GRACC's units; CPU time is user and system together. Njobs counts
runs on the day of their end. `SummaryId` is ours: a document that is put under it as its id replaces what was sent
before; a group that is no more is sent once with zeros. What nobody knows is `N/A`, as GRACC writes it, or left out.
"""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from pipeline.exports.asked import Window
from pipeline.exports.names import Names
from pipeline.exports.record import Layout, Record, Summaries, named
from pipeline.exports.runs import whole_cores
from pipeline.exports.summed import Group, Sums
from pipeline.exports.usage_xml import TOGETHER
from pipeline.exports.wire import STRICT, wire_name

PER_FILE = 5000
NOT_KNOWN = "N/A"

Name = Annotated[str, StringConstraints(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Hours = Annotated[float, Field(ge=0)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT00:00:00\.000Z$")]


class SummaryDocument(BaseModel):
    """The fields of a document, with their names and types. Durations in seconds; None is left out."""

    model_config = STRICT

    summary_id: Name
    end_time: Day
    vo_name: Name
    reportable_vo_name: Name
    project_name: Name
    common_name: Name
    dn: Name
    site_name: Name
    host_description: Name
    submit_host: Name
    probe_name: Name
    grid: Name
    resource_type: Name
    processors: Annotated[int, Field(ge=1)] | None
    gpus: Count | None
    count: Count
    njobs: Count
    wall_duration: Count
    cpu_duration: Annotated[float, Field(ge=0)] | None
    core_hours: Hours | None
    gpu_hours: Hours | None


def gracc(names: Names) -> Summaries:
    """The format."""

    def records(window: Window, groups: Iterable[Group]) -> list[Record]:
        found: dict[str, tuple[str, Sums]] = {}
        for group in groups:
            subject = json.dumps(_subject(names, window, group), sort_keys=True)
            sums = found[subject][1] if subject in found else Sums()
            found[subject] = (group.pool, sums.plus(group))
        return [_record(pool, about, _told(sums), sums, window.begin_utc) for about, (pool, sums) in found.items()]

    def withdrawn(pool: str, subject: str, window_utc: int) -> Record:
        return _record(pool, subject, NOTHING, Sums(), window_utc)

    layout = Layout("gracc", PER_FILE, _lines, named("gracc-summary", "jsonl"))
    return Summaries(layout, records, withdrawn, monthly=False)


NOTHING = {"count": 0, "njobs": 0, "wall_duration": 0, "cpu_duration": 0.0, "core_hours": 0.0, "gpu_hours": 0.0}


def _subject(names: Names, window: Window, group: Group) -> dict[str, Any]:
    """What GRACC tells summaries apart by."""
    vo = names.vo_of(group.project) or NOT_KNOWN
    return {
        "end_time": f"{window.first.isoformat()}T00:00:00.000Z",
        "vo_name": vo,
        "reportable_vo_name": vo,
        "project_name": group.project,
        "common_name": group.user,
        "dn": NOT_KNOWN,
        "site_name": group.site,
        "host_description": group.resource,
        "submit_host": group.ap,
        "probe_name": f"condor:{group.ap}",
        "grid": names.gratia.grid,
        "resource_type": names.gratia.resource_type,
        "processors": whole_cores(group.cores_milli),
        "gpus": group.gpus,
    }


def _record(pool: str, subject: str, told: dict[str, Any], sums: Sums, about_utc: int) -> Record:
    key = "htc-ledger:summary:" + sha256(subject.encode()).hexdigest()[:32]
    document = SummaryDocument(summary_id=key, **json.loads(subject), **told)
    return Record(key, pool, _written(document), document.wall_duration, about_utc, subject, sums.unmeasured)


def _told(sums: Sums) -> dict[str, Any]:
    return {
        "count": sums.runs,
        "njobs": sums.runs,
        "wall_duration": sums.wall_s,
        "cpu_duration": _per(sums.cpu_used_us, 1_000_000),
        "core_hours": _per(sums.mcore_s, 3_600_000),
        "gpu_hours": _per(sums.gpu_s, 3600),
    }


def _per(amount: int | None, unit: int) -> float | None:
    return None if amount is None else float(Decimal(amount) / unit)


_SPELLED = {"host_description": "Host_description"}


def _written(document: SummaryDocument) -> bytes:
    told: dict[str, Any] = {"type": "JobUsageRecord"}
    for name in type(document).model_fields:
        value = getattr(document, name)
        if value is not None:
            told[_SPELLED.get(name) or wire_name(name)] = value
    if document.cpu_duration is not None:
        whole = wire_name("cpu_duration")
        told |= {
            f"{whole}_user": document.cpu_duration,
            f"{whole}_user_description": TOGETHER,
            f"{whole}_system": 0.0,
        }
    return json.dumps(told, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def _lines(bodies: Sequence[bytes]) -> bytes:
    return b"".join(bodies)
