"""When the first record of a file was written: from when on what is in the file can be called whole.

A banner with a time says it. Else it is told by the latest time among the first records: a job's record can be
written long after the job ended (leave_in_queue), never before, so that one old time does not reach back too far.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from collectors.bounds import OLDEST_UTC
from collectors.classads.ad import UnreadableAd
from collectors.classads.banner import parse_banner
from collectors.classads.text import Oversize, Record
from collectors.intake import Intake
from collectors.opening import opened, reading
from collectors.recognise import recognise_opened
from collectors.registry import FileForm, file_form
from collectors.rows import Origin

LOOKED_AT = 20


@dataclass(frozen=True)
class Began:
    """Unix seconds; `is_exact` where the first record itself says when it was written."""

    utc: int
    is_exact: bool


def first_written(intake: Intake, path: Path) -> Began | None:
    """When the file's first record was written; None if nothing says it. Raises SourceError if it cannot be read."""
    with opened(path) as file:
        form = file_form(recognise_opened(file).form)
        with reading(path):
            return _began(intake, form, islice(form.open(file.file, 0, blake2b(digest_size=16)), LOOKED_AT))


def _began(intake: Intake, form: FileForm, records: Iterable[Record | Oversize]) -> Began | None:
    latest: int | None = None
    for number, record in enumerate(records):
        if isinstance(record, Oversize):
            continue
        exact = _written_utc(record)
        told = _time_utc(intake, form, record) if exact is None else exact
        if told is None or not OLDEST_UTC <= told <= intake.owner.read_utc:
            continue
        if exact is not None and number == 0:
            return Began(exact, is_exact=True)
        latest = told if latest is None else max(latest, told)
    return None if latest is None else Began(latest, is_exact=False)


def _written_utc(record: Record) -> int | None:
    banner = None if record.banner is None else parse_banner(record.banner)
    return None if banner is None else banner.current_utc


def _time_utc(intake: Intake, form: FileForm, record: Record) -> int | None:
    owner = intake.owner
    origin = Origin("", owner.ap, owner.pool, owner.default_pool, owner.read_utc, frozenset, owner.at_ce)
    banner = None if record.banner is None else parse_banner(record.banner)
    try:
        rows = intake.maker.rows(form.parse(record.body), banner, origin, record.start)
    except UnreadableAd:
        return None
    return rows[0].time_utc if isinstance(rows, list) else None
