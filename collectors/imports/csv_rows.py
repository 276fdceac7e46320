"""A table of one's own -> Usage, row by row, as its mapping says. All of it is right, or nothing of it is read.

The first pass finds what is wrong, by line and column, and rows with the same key, of which only one would count; the
second gives the rows.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from collectors.batch import id_of
from collectors.imports.csv_table import NOTHING, CsvTable
from collectors.imports.mapping import DURATIONS, MEMORY, NUMBERS, TEXTS, Mapping
from collectors.imports.usage import UnusableRecordError, Usage
from collectors.imports.values import decimal_of, unix_s, unreadable
from collectors.opening import Opened, reading
from pipeline.errors import SourceError
from pipeline.schema.usage_formats import NOT_KNOWN

MOST_SAID = 5
_SECONDS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
_MIB = {"MiB": 1, "GiB": 1024}

Refuses = Callable[[Usage], str | None]
"""Why a row cannot be; None where it can."""


@dataclass(frozen=True)
class TableRow:
    """A row: its line in the file, where that begins, and what it tells."""

    line: int
    offset: int
    usage: Usage


def read_table(file: Opened, mapping: Mapping, refuses: Refuses) -> Iterator[TableRow]:
    """The rows. Raises SourceError, with the first lines and columns that are wrong, before the first is given."""
    _check(file, mapping, refuses)
    with reading(file.path):
        for line, offset, cells in CsvTable(file, mapping):
            yield TableRow(line, offset, _usage(cells, mapping))


def _check(file: Opened, mapping: Mapping, refuses: Refuses) -> None:
    wrong: list[str] = []
    ids, lines = array("q"), array("q")
    with reading(file.path):
        for line, _, cells in CsvTable(file, mapping):
            try:
                usage = _usage(cells, mapping)
                refused = refuses(usage)
            except UnusableRecordError as error:
                refused = str(error)
            if refused is not None:
                wrong.append(f"line {line}: {refused}")
            elif not wrong:
                ids.append(id_of(*usage.names))
                lines.append(line)
            if len(wrong) >= MOST_SAID:
                break
    wrong = wrong or _twice(ids, lines)
    if wrong:
        raise SourceError(f"{file.path}: {'; '.join(wrong)}", NOTHING)


def _twice(ids: "array[int]", lines: "array[int]") -> list[str]:
    """Rows with one key: they would replace each other."""
    found = pa.array(ids, pa.int64())
    first = pc.index_in(found, value_set=found).to_numpy()
    again = (place for place, earlier in enumerate(first) if place != earlier)
    return [
        f"line {lines[place]}: has the same key as line {lines[int(first[place])]}: of such rows only one would count, "
        "name columns that tell them apart in `key`"
        for place, _ in zip(again, range(MOST_SAID), strict=False)
    ]


class _Cells:
    """One row: what is told of a field, by column or constant. Errors name the column."""

    def __init__(self, cells: dict[str, str], mapping: Mapping) -> None:
        self._cells, self._mapping = cells, mapping

    def text(self, name: str) -> str | None:
        found = self._cell(name).strip()
        return None if found in NOT_KNOWN else found

    def number(self, name: str) -> Decimal | None:
        found = self.text(name)
        if found is None:
            return None
        if name in self._mapping.columns:
            found = found.replace(self._mapping.decimal, ".")
        return decimal_of(found, self._label(name))

    def whole(self, name: str) -> int | None:
        found = self.number(name)
        if found is not None and found != found.to_integral_value():
            raise unreadable(self._label(name), self.text(name), "no whole number")
        return None if found is None else int(found)

    def seconds(self, name: str) -> Decimal | None:
        unit = self._unit(name, "s")
        written = self.text(name)
        if unit == "hms" and written is not None:
            return _clock(written, self._label(name))
        found = self.number(name)
        return None if found is None else found * _SECONDS[unit]

    def memory(self) -> Decimal | None:
        found = self.number(MEMORY)
        return None if found is None else found * _MIB[self._unit(MEMORY, "MiB")]

    def moment(self, name: str) -> datetime | None:
        """With the offset that is written, else in the mapping's zone."""
        written = self.text(name)
        if written is None:
            return None
        given = self._mapping.columns.get(name)
        try:
            if given is not None and given.format == "unix":
                return datetime.fromtimestamp(float(written), UTC)
            if given is not None and given.format is not None:
                found = datetime.strptime(written, given.format)  # noqa: DTZ007 - its zone comes next
            else:
                found = datetime.fromisoformat(written)
        except (ValueError, OverflowError, OSError):
            shape = "ISO 8601" if given is None or given.format is None else given.format
            raise unreadable(self._label(name), written, f"no time in the format {shape}") from None
        return found if found.tzinfo is not None else found.replace(tzinfo=self._mapping.zone)

    def instant(self, name: str) -> int | None:
        found = self.moment(name)
        return None if found is None else unix_s(found, UTC, self._label(name))

    def key(self) -> tuple[str, ...]:
        return tuple(self._cells[name].strip() for name in self._mapping.key)

    def _cell(self, name: str) -> str:
        given = self._mapping.columns.get(name)
        return str(self._mapping.constants.get(name, "")) if given is None else self._cells[given.column]

    def _label(self, name: str) -> str:
        given = self._mapping.columns.get(name)
        return f"constant {name}" if given is None else f"column {given.column!r}"

    def _unit(self, name: str, default: str) -> str:
        given = self._mapping.columns.get(name)
        return (given.unit if given is not None else None) or default


def _usage(cells: dict[str, str], mapping: Mapping) -> Usage:
    """What a row tells. Raises UnusableRecordError, which names the column."""
    row = _Cells(cells, mapping)
    begin, end = _span(row, mapping)
    told = {name: row.text(name) for name in TEXTS}
    amounts = {name: row.seconds(name) for name in DURATIONS} | {name: row.number(name) for name in NUMBERS}
    jobs, wall, memory = row.whole("jobs"), amounts["wall"], row.memory()
    if wall is None and begin is not None and end is not None and mapping.period is None:
        wall = Decimal(end - begin)
    gpu = amounts["gpu_time"]
    if gpu is None and wall is not None and amounts["gpus"] is not None:
        gpu = wall * amounts["gpus"]
    return Usage(
        format="csv",
        family="csv",
        names=row.key() or _names(told, begin, end),
        is_summary=mapping.period is not None or jobs not in (None, 1),
        version_utc=row.instant("version"),
        submit_host=told["submit_host"],
        local_job_id=told["local_job_id"],
        user=told["user"],
        project=told["project"],
        vo=told["vo"],
        site=told["site"],
        resource=told["resource"],
        begin_utc=begin,
        end_utc=end,
        jobs=1 if jobs is None else jobs,
        exit_code=row.whole("exit_code"),
        cores=amounts["cores"] or None,
        wall=wall,
        core=amounts["core_time"],
        cpu=amounts["cpu"],
        gpu=gpu,
        memory=None if memory is None or wall is None else memory * wall,
    )


def _names(told: dict[str, str | None], begin: int | None, end: int | None) -> tuple[str, ...]:
    """What names a row where the mapping does not say it: all of its texts, and its time."""
    texts = [f"{name}={value}" for name, value in told.items() if value is not None]
    return *texts, f"begin={begin}", f"end={end}"


def _span(row: _Cells, mapping: Mapping) -> tuple[int | None, int | None]:
    """Begin and end; of a period its first moment and that of the next one, in the mapping's zone."""
    begin = row.moment("begin")
    if mapping.period is None:
        return row.instant("begin"), row.instant("end")
    if begin is None:
        raise UnusableRecordError("no-time", f"says not of which {mapping.period} it is")
    first = begin.astimezone(mapping.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if mapping.period == "month":
        first = first.replace(day=1)
        next_ = (first + timedelta(days=32)).replace(day=1)
    else:
        next_ = first + timedelta(days=1)  # the same hour of the next day, however long this one is
    return unix_s(first, mapping.zone, "begin"), unix_s(next_, mapping.zone, "begin")


def _clock(written: str, label: str) -> Decimal:
    """Seconds of `12:34:56`, `1-12:34:56` (a day and a half), `34:56`."""
    days, dash, clock = written.rpartition("-")
    parts = clock.split(":")
    if len(parts) not in (2, 3) or (dash and not days):
        raise unreadable(label, written, "no time as [D-]HH:MM:SS or MM:SS")
    total = Decimal(0)
    for part in parts:
        total = total * 60 + decimal_of(part, label)
    return total + (decimal_of(days, label) * 86_400 if dash else 0)
