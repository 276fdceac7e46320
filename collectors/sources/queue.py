"""The live queue of one access point -> the table `queue_job`, in the place of what it held before.

Source: htcondor2.Schedd.query, in pieces. No cursor: it is a picture of one moment, and what running jobs have used
by then is provisional.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collectors.batch import Batch
from collectors.classads.values import Reading, Value
from collectors.coverage import Span, Watched, is_worth_writing, last_span, state_span
from collectors.draft import Draft
from collectors.ownership import ap_of
from collectors.registry import file_form
from collectors.sources.target import Polled, Target
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.pools import pool_of
from pipeline.schema import QUEUE_JOB
from pipeline.settings import Settings
from pipeline.source_settings import ScheddsSource

RECORD_TYPE = "QUEUE"
_NAMES = sorted({name for column in QUEUE_JOB.from_ads for name in column.attributes})
_AXES = tuple(QUEUE_JOB.column(name).attributes[0] for name in ("cluster", "proc"))
_TRIES = 20


def poll(target: Target, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Take a picture of the queue. Raises SourceError and LakeError."""
    from collectors.asking.intake import open_intake

    source, seen_utc = target.source, int(now.timestamp())
    assert isinstance(source, ScheddsSource)
    pool = pool_of(target.daemon or "", source.pool, settings.pool)
    picture = Batch()
    reading = Reading(QUEUE_JOB)
    for ad in _jobs(target, source.page):
        picture.add(QUEUE_JOB, _row(ad, reading, target, pool, seen_utc, at_ce=source.ce))
    _replace(lake, picture, pool, target.daemon or "")
    intake = open_intake(lake, settings, now, source.pool, at_ce=source.ce)
    watched = Watched(pool, target.daemon, target.name, "queue")
    span = Span("proven", seen_utc, seen_utc, "the queue was asked", "")
    if is_worth_writing(last_span(lake, watched), span):
        state_span(intake, watched, span)
    intake.flush()
    tally = intake.report.of("queue, asked")
    tally.ads, tally.new = picture.rows, picture.rows
    return Polled(intake.report)


def _jobs(target: Target, page: int) -> Iterator[Any]:
    """Each job of the queue once."""
    import htcondor2

    from collectors.asking.daemons import location_of
    from collectors.asking.failures import asked
    from collectors.asking.windows import pieces

    schedd = htcondor2.Schedd(location_of(target.location or ""))

    def fetch(constraint: str, most: int) -> list[Any]:
        with asked(f"schedd {target.daemon}: queue"):
            return list(schedd.query(constraint or "true", _NAMES, limit=most or -1))

    seen: set[tuple[Any, ...]] = set()
    for piece in pieces(fetch, _AXES, page):
        for ad in piece:
            job = tuple(ad.get(name) for name in _AXES)
            if job not in seen:
                seen.add(job)
                yield ad


def _row(ad: Any, reading: Reading, target: Target, pool: str, seen_utc: int, *, at_ce: bool) -> list[Value]:
    from collectors.asking.ad_text import long_form

    row = Draft.of(reading, file_form("long").parse(long_form(ad)))
    row["pool"], row["ap"] = pool, ap_of(row.text("global_job_id")) or target.daemon
    row["seen_utc"] = row["read_utc"] = seen_utc
    row["record_type"], row["source"], row["offset_bytes"], row["at_ce"] = RECORD_TYPE, target.name, 0, at_ce
    row["record_id"] = reading.record_id(row.values)
    return row.values


def _replace(lake: Lake, picture: Batch, pool: str, ap: str) -> None:
    rows = picture.table(QUEUE_JOB)
    for attempt in range(_TRIES):
        try:
            with lake.committing():
                lake.writer(QUEUE_JOB).replace(rows, pool, ap)
        except LakeRace:
            if attempt == _TRIES - 1:
                raise
        else:
            return
