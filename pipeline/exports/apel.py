"""APEL's messages: how records of `key: value` lines become files as its SSM takes them, and individual jobs.

Fields, their order and headers are as APEL's own loader has them, in version 0.3 (plain summaries: 0.2) and 0.4. APEL
has no word for time that was not measured: CpuDuration is 0 then, and how many runs that were is told. Processors are
whole there: see `Run.processors`. Names of strangers are made safe by `plain.apel_value`.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from pipeline.errors import SettingsError
from pipeline.exports.apel_models import JobMessage, Message
from pipeline.exports.names import Benchmarks, Names
from pipeline.exports.plain import apel_value
from pipeline.exports.record import Layout, Record, Singles
from pipeline.exports.runs import Run

Version = Literal["0.3", "0.4"]
Kind = Literal["apel-jobs", "apel-summary", "apel-normalised"]
PER_MESSAGE = 1000
"""Records of a message, as APEL's own client sends them."""
END = b"%%\n"
HEADERS: dict[tuple[Kind, Version], str] = {
    ("apel-jobs", "0.3"): "APEL-individual-job-message: v0.3",
    ("apel-jobs", "0.4"): "APEL-individual-job-message: v0.4",
    ("apel-summary", "0.3"): "APEL-summary-job-message: v0.2",
    ("apel-summary", "0.4"): "APEL-summary-job-message: v0.4",
    ("apel-normalised", "0.3"): "APEL-summary-job-message: v0.3",
    ("apel-normalised", "0.4"): "APEL-normalised-summary-message: v0.4",
}
_OF_NUMBERS = ("service_level", "normalised_wall_duration", "normalised_cpu_duration")
"""Values that are made here of numbers alone: they are written as they are."""


def jobs(names: Names, version: Version) -> Singles:
    """Individual job messages."""

    def made(run: Run) -> Record:
        body = lines(_job(names, version, run))
        return Record(run.id, run.pool, body, run.wall_s, run.booked_utc, unmeasured=int(run.is_unmeasured))

    return Singles(layout("apel-jobs", version), made)


def _job(names: Names, version: Version, run: Run) -> JobMessage:
    return JobMessage(
        site=names.apel_site(run.site),
        submit_host=run.ap,
        machine_name=run.ap,
        queue=run.resource,
        local_job_id=run.name,
        local_user_id=run.account,
        global_user_name=names.apel_user(run.user),
        vo=names.vo_of(run.project),
        wall_duration=run.wall_s,
        cpu_duration=seconds(0 if run.cpu_used_us is None else run.cpu_used_us),
        processors=run.processors,
        node_count=1,
        start_time=run.start_utc,
        end_time=run.end_utc,
        infrastructure_description=names.apel.infrastructure or None,
        infrastructure_type=names.apel.infrastructure_type,
        memory_real=None if run.memory_used_mib is None else run.memory_used_mib * 1024,
        **service_level(names.benchmarks(run.site), version),
    )


def service_level(benchmarks: Benchmarks, version: Version) -> dict[str, Any]:
    """The fields that say what a core does. Raises SettingsError for several benchmarks in version 0.3."""
    if version == "0.4":
        return {"service_level": listed(benchmarks)}
    name, factor = only(benchmarks)
    return {"service_level_type": name, "service_level": str(factor)}


def listed(values: dict[Any, Decimal]) -> str:
    """Numbers by benchmark, as version 0.4 writes them."""
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


def only(values: dict[Any, Decimal]) -> tuple[str, Decimal]:
    """The one benchmark that version 0.3 can tell. Raises SettingsError if there are several."""
    if len(values) > 1:
        hint = "Leave one of them, or send version 0.4, which tells all of them: --message 0.4."
        raise SettingsError(f"APEL's version 0.3 tells one benchmark, and there are {', '.join(values)}", hint)
    return next(iter(values.items()))


def seconds(micros: int) -> int:
    """Microseconds as whole seconds, halves up."""
    return (micros + 500_000) // 1_000_000


def lines(message: Message) -> bytes:
    """The record's lines, in APEL's order; what is not known has none."""
    told = []
    for name, field in type(message).model_fields.items():
        value = getattr(message, name)
        if value is not None:
            shown = str(value) if name in _OF_NUMBERS else apel_value(str(value))
            told.append(f"{field.alias}: {shown}\n")
    return "".join(told).encode("utf-8")


def layout(kind: Kind, version: Version) -> Layout:
    """How records of that kind become messages, and where their queue wants them."""
    return Layout(kind, PER_MESSAGE, _content(HEADERS[kind, version]), _place)


def _content(header: str) -> Callable[[Sequence[bytes]], bytes]:
    def content(bodies: Sequence[bytes]) -> bytes:
        return header.encode() + b"\n" + END.join(bodies) + END

    return content


def _place(digest: str, about_utc: int) -> str:
    """As a directory queue names its elements: a folder of 8 hexadecimal digits, a file of 14."""
    day = datetime.fromtimestamp(about_utc, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return f"{int(day.timestamp()):08x}/{digest[:14]}"
