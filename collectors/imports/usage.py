"""What one usage record tells, whatever its format, and the row of `usage_record` that it becomes.

Rounded once, here: times to whole seconds, amounts to the units of the lake. What is not told is None.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from collectors.batch import id_of
from collectors.bounds import Limits, broken_bound
from collectors.rows import Reject, Row
from pipeline.bounds import LONGEST_S
from pipeline.errors import SettingsError
from pipeline.pools import is_simulated_pool, pool_of
from pipeline.schema import USAGE_RECORD
from pipeline.schema.record import OWNER
from pipeline.schema.usage_record import AMOUNT, AP, IDENTITY, RECORD, SUMMARY, WHOSE

NO_TIME = "it says neither when its jobs ended nor, with their wall time, when they began: nothing can be charged"
NO_AMOUNT = "it tells of no wall time, and not of both its begin and its end"
_POOL, _AP = (column.name for column in OWNER)
_HASHED = tuple(column.name for column in (*IDENTITY, *WHOSE, *AMOUNT) if column.name != "turn")
_NUMBERS = 1 << 31
_SEPARATOR = "\x1f"

Value = str | int | bool | None


class UnusableRecordError(ValueError):
    """A record that does not become a row: the rule that refuses it, and a sentence that says why."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


class OtherRecordError(ValueError):
    """A record that tells of no jobs; the text says of what kind it is."""


@dataclass(frozen=True)
class Usage:
    """One record, or one sum over several jobs.

    family      formats that name records alike: a record has one key in all of them
    names       what names the record there
    wall        wall time of all jobs, in seconds; cpu: CPU time; core, gpu: wall time times cores, times GPUs;
                memory: wall time times memory provisioned, in MiB seconds
    """

    format: str
    family: str
    names: tuple[str, ...]
    is_summary: bool = False
    version_utc: int | None = None
    submit_host: str | None = None
    local_job_id: str | None = None
    user: str | None = None
    project: str | None = None
    vo: str | None = None
    site: str | None = None
    resource: str | None = None
    begin_utc: int | None = None
    end_utc: int | None = None
    jobs: int = 1
    exit_code: int | None = None
    outcome: str | None = None
    cores: Decimal | None = None
    wall: Decimal | None = None
    core: Decimal | None = None
    cpu: Decimal | None = None
    gpu: Decimal | None = None
    memory: Decimal | None = None


@dataclass(frozen=True)
class Importer:
    """Who imports: under which pool, when, from which stream and which file of the import; `pilots`: all are pilots.

    version: what tells states of a summary without a date apart; empty: the stream.
    """

    pool: str
    source: str
    read_utc: int
    turn: int = 0
    pilots: bool = False
    version: str = ""


def row_of(usage: Usage, importer: Importer, limits: Limits, offset: int) -> Row | Reject:
    """The record's row, or why there is none; `offset`: where it begins in its file."""
    pool = _pool(usage, importer)
    if isinstance(pool, Reject):
        return pool
    try:
        values = _values(_with_times(usage, importer.read_utc)) | {_POOL: pool, "turn": importer.turn}
    except UnusableRecordError as error:
        return Reject(error.rule, str(error), pool)
    broken = broken_bound(USAGE_RECORD, _Told(values), limits) or _too_long(usage, values)
    if broken:
        return Reject(*broken, pool)
    values |= {
        "record_id": _record_id(usage, values, importer),
        "source": importer.source,
        "offset_bytes": offset,
        "read_utc": importer.read_utc,
        "at_ce": importer.pilots,
    }
    return Row(USAGE_RECORD, [values.get(column.name) for column in USAGE_RECORD.columns], _whole(values["end_utc"]))


@dataclass(frozen=True)
class _Told:
    """Values as bounds look at them."""

    values: dict[str, Value]

    def get(self, name: str) -> Value:
        return self.values.get(name)


def key_of(usage: Usage) -> tuple[str, int]:
    """Key of a record, and the number in it: equal for all versions of it."""
    number = id_of(usage.family, *usage.names) % _NUMBERS
    return f"{usage.family}#{number}.0#{_SEPARATOR.join(usage.names)}", number


def _pool(usage: Usage, importer: Importer) -> str | Reject:
    """The pool as it was named; jobs of a made-up access point stay in a made-up pool."""
    if is_simulated_pool(importer.pool):
        return importer.pool
    try:
        return pool_of(usage.submit_host or "", importer.pool, importer.pool)
    except SettingsError as error:
        return Reject("no-owner", error.what, importer.pool)


def _with_times(usage: Usage, read_utc: int) -> Usage:
    """The record with begin, end and wall time: two of them tell the third."""
    begin, end, wall = usage.begin_utc, usage.end_utc, usage.wall
    if wall is None and (begin is None or end is None):
        raise UnusableRecordError("no-usage", NO_AMOUNT)
    if end is None and begin is None:
        raise UnusableRecordError("no-time", NO_TIME)
    if begin is None and end is not None and wall is not None:
        begin = end - round(wall)
    if end is None and begin is not None and wall is not None:
        end = begin + round(wall)
    if wall is None and begin is not None and end is not None:
        wall = Decimal(end - begin)
    if usage.is_summary and begin is not None and end is not None:
        end = max(begin, min(end, read_utc))  # of a month that is not over: up to now
    return replace(usage, begin_utc=begin, end_utc=end, wall=wall)


def _values(usage: Usage) -> dict[str, Value]:
    key, number = key_of(usage)
    wall = _rounded(usage.wall)
    cores = _rounded(usage.cores, 1000)
    return {
        _AP: AP,
        "record_type": SUMMARY if usage.is_summary else RECORD,
        "global_job_id": key,
        "cluster": number,
        "proc": 0,
        "format": usage.format,
        "version_utc": usage.version_utc,
        "submit_host": usage.submit_host,
        "local_job_id": usage.local_job_id,
        "user": usage.user,
        "project": usage.project,
        "vo": usage.vo,
        "site": usage.site,
        "resource": usage.resource,
        "begin_utc": usage.begin_utc,
        "end_utc": usage.end_utc,
        "jobs": usage.jobs,
        "exit_code": usage.exit_code,
        "outcome": usage.outcome,
        "cores_milli": cores,
        "wall_s": wall,
        "mcore_s": _core_time(usage, wall, cores),
        "cpu_used_us": _rounded(usage.cpu, 1_000_000),
        "gpu_s": _rounded(usage.gpu),
        "memory_mib_s": _rounded(usage.memory),
    }


def _core_time(usage: Usage, wall: int | None, cores: int | None) -> int | None:
    """Of one job its wall time times its cores, exactly; of a sum what it says, if it says it."""
    told = _rounded(usage.core, 1000)
    product = None if wall is None or cores is None else wall * cores
    first, second = (told, product) if usage.is_summary else (product, told)
    return first if first is not None else second


def _too_long(usage: Usage, values: dict[str, Value]) -> tuple[str, str] | None:
    wall = _whole(values["wall_s"])
    if usage.is_summary or wall is None or wall <= LONGEST_S:
        return None
    return "wall-bound", f"wall_s is {wall} s: no job ran for longer than ten years"


def _record_id(usage: Usage, values: dict[str, Value], importer: Importer) -> int:
    """Equal for equal records. One that has no version is told apart by its file: an older state can be stated anew."""
    parts = [f"{name}={values[name]}" for name in _HASHED if values[name] is not None]
    if importer.pilots:
        parts.append("pilots")
    if usage.version_utc is None and usage.is_summary:
        parts.append(importer.version or importer.source)
    return id_of(USAGE_RECORD.name, f"pool={values[_POOL]}", *parts)


def _rounded(amount: Decimal | None, scale: int = 1) -> int | None:
    return None if amount is None else round(amount * scale)


def _whole(value: Value) -> int | None:
    return value if isinstance(value, int) else None
