"""APEL messages: a file -> records with the header that says what they are -> Usage.

A message begins with its name and version, its records are `Key: value` lines and end with `%%`. Individual records
tell of one job each; summaries add up the jobs that ended in a month, by site, user, host and a few more. Wall time is
a job's, whatever cores it had.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import BinaryIO

from collectors.classads.text import CHUNK, KEPT_OF_OVERSIZE, Oversize, Record
from collectors.imports.usage import OtherRecordError, UnusableRecordError, Usage
from collectors.imports.values import number, text, whole
from pipeline.schema.usage_formats import (
    APEL,
    APEL_KINDS,
    APEL_RECORD_ENDS,
    APEL_RECORD_KEYS,
    APEL_SUMMARY_KEYS,
)

FAMILY = "apel"
LARGEST = 1 << 20
_HEADER = b"APEL-"
_ENDS = APEL_RECORD_ENDS.encode()
_NO_HEADER = "it belongs to no message: a line such as `APEL-summary-job-message: v0.2` comes before records"


class ApelRecords:
    """Iterates over the records of a file, each with its message's first line before it."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file

    def __iter__(self) -> Iterator[Record | Oversize]:
        header, lines, size, start = b"", list[bytes](), 0, 0
        for offset, line in _lines(self._file):
            word = line.strip()
            if word.startswith(_HEADER) and not lines:
                header = word + b"\n"
            elif word == _ENDS:
                if lines:
                    yield _record(header, lines, size, start, offset + len(line))
                lines, size = [], 0
            elif word or lines:
                start = start if lines else offset
                if size < LARGEST or not lines:
                    lines.append(line[: LARGEST - size])
                size += len(line)
        if lines:
            yield _record(header, lines, size, start, start + size)


def parse(content: bytes) -> tuple[str, dict[str, str]]:
    """The message's name, and the record's keys. Raises UnusableRecordError."""
    try:
        lines = [line.strip() for line in content.decode("utf-8").splitlines()]
    except UnicodeDecodeError as error:
        raise UnusableRecordError("unreadable", f"not UTF-8 text: {error}") from error
    name = lines[0].partition(":")[0].strip() if lines and lines[0].startswith(_HEADER.decode()) else ""
    if not name:
        raise UnusableRecordError("unreadable", _NO_HEADER)
    told: dict[str, str] = {}
    for line in filter(None, lines[1:]):
        key, colon, value = line.partition(":")
        key = key.strip()
        if not colon:
            raise UnusableRecordError("unreadable", f"{line[:80]!r} is no `Key: value`")
        if key in told:
            raise UnusableRecordError("unreadable", f"it says {key[:80]} twice")
        told[key] = value.strip()
    return name, told


def usage_of(name: str, told: dict[str, str]) -> Usage:
    """What the record tells. Raises OtherRecordError if it is not of jobs, UnusableRecordError if it makes no sense."""
    kind, what = APEL_KINDS.get(name, ("other", "not known"))
    if kind == "other":
        raise OtherRecordError(f"{name[:80]} ({what})")
    if text(told, APEL.site) is None:
        raise UnusableRecordError("unreadable", f"it does not say its {APEL.site}")
    return _summary(told) if kind == "summary" else _individual(told)


def _individual(told: dict[str, str]) -> Usage:
    if text(told, APEL.local_job_id) is None:
        raise UnusableRecordError("no-record-id", f"nothing names the job: it has no {APEL.local_job_id}")
    begin, end, wall = _instant(told, APEL.start), _instant(told, APEL.end), number(told, APEL.wall)
    return _usage(told, APEL_RECORD_KEYS, begin, end, wall)


def _summary(told: dict[str, str]) -> Usage:
    begin, end = _month(told)
    jobs = whole(told, APEL.jobs)
    if jobs is None:
        raise UnusableRecordError("unreadable", f"a summary that does not say its {APEL.jobs}")
    if number(told, APEL.wall) is None:
        raise UnusableRecordError("no-usage", f"a summary that does not say its {APEL.wall}")
    return _usage(told, APEL_SUMMARY_KEYS, begin, end, number(told, APEL.wall), jobs)


def _usage(
    told: dict[str, str],
    keys: tuple[str, ...],
    begin: int | None,
    end: int | None,
    wall: Decimal | None,
    jobs: int | None = None,
) -> Usage:
    """`jobs`: of a summary."""
    vo = text(told, APEL.vo) or _vo_of_fqan(text(told, APEL.fqan))
    site, local_user = text(told, APEL.site), text(told, APEL.local_user)
    named = [f"{key}={value}" for key in keys if (value := text(told, key)) is not None]
    return Usage(
        format="apel",
        family=FAMILY,
        names=("job" if jobs is None else "month", *named),
        is_summary=jobs is not None,
        submit_host=text(told, APEL.submit_host),
        local_job_id=text(told, APEL.local_job_id),
        user=text(told, APEL.global_user) or (None if local_user is None else f"{local_user}@{site}"),
        project=vo,
        vo=vo,
        site=site,
        begin_utc=begin,
        end_utc=end,
        jobs=1 if jobs is None else jobs,
        cores=number(told, APEL.processors) or None,  # 0: the site does not count them
        wall=wall,
        cpu=number(told, APEL.cpu),
    )


def _vo_of_fqan(fqan: str | None) -> str | None:
    """`/atlas/Role=production/Capability=NULL` is of atlas."""
    if fqan is None or not fqan.startswith("/"):
        return None
    return fqan.split("/")[1].partition("=")[0].strip() or None


def _instant(told: dict[str, str], key: str) -> int | None:
    """Unix seconds; 0 and less mean: not known."""
    found = number(told, key)
    return int(found) if found is not None and found > 0 else None


def _month(told: dict[str, str]) -> tuple[int, int]:
    year, month = whole(told, APEL.year), whole(told, APEL.month)
    if year is None or month is None or not 1 <= month <= 12 or not 1970 <= year <= 9998:
        raise UnusableRecordError("no-time", f"a summary of no month: {APEL.year} {year}, {APEL.month} {month}")
    first = datetime(year, month, 1, tzinfo=UTC)
    next_ = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return int(first.timestamp()), int(next_.timestamp())


def _record(header: bytes, lines: list[bytes], size: int, start: int, end: int) -> Record | Oversize:
    content = header + b"".join(lines)
    if size <= LARGEST:
        return Record(start, end, content)
    cut = Record(start, end, content[:KEPT_OF_OVERSIZE])
    return Oversize(start, end, cut.digest, cut.content)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their places; one that is longer than any record is given in pieces."""
    held, offset = b"", 0
    while chunk := file.read(CHUNK):
        *whole_lines, held = (held + chunk).split(b"\n")
        for line in whole_lines:
            yield offset, line + b"\n"
            offset += len(line) + 1
        while len(held) > LARGEST:
            yield offset, held[:LARGEST]
            offset += LARGEST
            held = held[LARGEST:]
    if held:
        yield offset, held
