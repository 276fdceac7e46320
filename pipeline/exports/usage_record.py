"""Usage records of Gratia and the OGF: a run in, one record out, as XML or as JSON.

XML as Gratia's probes write it (namespace `http://www.gridforum.org/2003/ur-wg`, records side by side in a
RecordEnvelope), checked against `usage_record.xsd`, which is ours: the OGF's own schema knows no VOs, sites or probes.
JSON as GRACC's collector makes it of that XML: a record a line, numbers of things as text, durations in seconds.
CPU time is user and system together, and is left out where nobody measured it. The time of making is that of the end:
the same run has the same bytes for ever. Processors are whole: see `Run.processors`.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from pipeline.exports.names import Names
from pipeline.exports.record import Layout, Record, Singles, named
from pipeline.exports.runs import Run
from pipeline.exports.usage_xml import RESOURCES, TOGETHER, element
from pipeline.exports.wire import STRICT, wire_name

Form = Literal["xml", "json"]
PER_BUNDLE = 5000
KIND = "JobUsageRecord"

Name = Annotated[str, StringConstraints(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]


class UsageRecord(BaseModel):
    """The fields of a usage record, with their names and types. Durations in seconds. None: not known, left out."""

    model_config = STRICT

    record_id: Name
    create_time: Moment
    global_job_id: Name
    local_job_id: Name
    local_user_id: Name
    global_username: Name
    vo_name: Name | None
    reportable_vo_name: Name | None
    common_name: Name
    status: Count
    wall_duration: Count
    cpu_duration: Annotated[Decimal, Field(ge=0)] | None
    node_count: Count
    processors: Annotated[int, Field(ge=1)] | None
    gpus: Count | None
    start_time: Moment
    end_time: Moment
    machine_name: Name
    host: Name | None
    site_name: Name
    submit_host: Name
    project_name: Name
    probe_name: Name
    grid: Name
    njobs: Count
    resource_type: Name
    outcome: Name
    cores_milli: Count | None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end_time < self.start_time:
            raise ValueError("it ends before it starts")
        return self


def usage_records(names: Names, form: Form) -> Singles:
    """The format."""
    written = element if form == "xml" else _json
    layout = Layout(f"gratia-{form}", PER_BUNDLE, _bundle if form == "xml" else _lines, named("gratia", _ENDINGS[form]))

    def made(run: Run) -> Record:
        body = written(usage_record(names, run))
        return Record(run.id, run.pool, body, run.wall_s, run.booked_utc, unmeasured=int(run.is_unmeasured))

    return Singles(layout, made)


def usage_record(names: Names, run: Run) -> UsageRecord:
    """The run as a usage record; a residual is no job, and has no CPU time of its own."""
    vo = names.vo_of(run.project)
    return UsageRecord(
        record_id=run.id,
        create_time=moment(run.end_utc),
        global_job_id=f"condor.{run.global_job_id or run.name}",
        local_job_id=run.name,
        local_user_id=run.account,
        global_username=run.user,
        vo_name=vo,
        reportable_vo_name=vo,
        common_name=run.user,
        status=int(run.outcome != "succeeded"),
        wall_duration=run.wall_s,
        cpu_duration=None if run.cpu_used_us is None else Decimal(run.cpu_used_us) / 1_000_000,
        node_count=1,
        processors=run.processors,
        gpus=run.gpus,
        start_time=moment(run.start_utc),
        end_time=moment(run.end_utc),
        machine_name=run.ap,
        host=run.machine or None,
        site_name=run.site,
        submit_host=run.ap,
        project_name=run.project,
        probe_name=f"condor:{run.ap}",
        grid=names.gratia.grid,
        njobs=int(run.kind != "residual"),
        resource_type=names.gratia.resource_type,
        outcome=run.outcome,
        cores_milli=run.cores_milli,
    )


def moment(utc: int) -> str:
    """Unix seconds as ISO 8601 text in UTC."""
    return datetime.fromtimestamp(utc, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plain_number(value: Decimal) -> int | float:
    """Seconds as JSON has them: whole ones without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


_AS_TEXT = ("status", "node_count", "processors", "gpus", "njobs")
_OWN = ("outcome", "cores_milli")
_ENDINGS: dict[Form, str] = {"xml": "xml", "json": "jsonl"}


def _json(record: UsageRecord) -> bytes:
    told: dict[str, Any] = {"type": KIND}
    for name in type(record).model_fields:
        value = getattr(record, name)
        if value is None:
            continue
        if name in _OWN:
            told[f"Resource_{RESOURCES[name]}"] = str(value)
        elif name == "cpu_duration":
            told |= _cpu(plain_number(value))
        else:
            told[wire_name(name)] = str(value) if name in _AS_TEXT else value
    return json.dumps(told, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def _cpu(spent_s: int | float) -> dict[str, Any]:
    whole = wire_name("cpu_duration")
    return {whole: spent_s, f"{whole}_user": spent_s, f"{whole}_user_description": TOGETHER, f"{whole}_system": 0}


def _bundle(bodies: Sequence[bytes]) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n<RecordEnvelope>\n' + b"".join(bodies) + b"</RecordEnvelope>\n"


def _lines(bodies: Sequence[bytes]) -> bytes:
    return b"".join(bodies)
