"""The live queue of one access point -> the table `queue_job`, in the place of what it held before.

Source: htcondor2.Schedd.query, in windows over the jobs' ids. No cursor: it is a picture of one moment, and what
running jobs have used by then is provisional. Clusters whose jobs are still to be made are no jobs.
"""

import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from collectors.batch import Batch, id_of
from collectors.classads.ad import WantedNames, parse_text
from collectors.classads.values import Reading, Value
from collectors.coverage import Span, Watched, is_worth_writing, last_span, state_span
from collectors.draft import Draft
from collectors.match_ad import match_ad
from collectors.ownership import ap_of
from collectors.sources.target import Polled, Target
from pipeline.errors import LakeRace
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.pools import pool_of
from pipeline.schema import QUEUE_JOB, QUEUE_LEFT
from pipeline.schema.pool_ads import REQUIREMENTS
from pipeline.settings import Settings
from pipeline.source_settings import ScheddsSource

RECORD_TYPE = "QUEUE"
LABEL = "queue, asked"
_NAMES = sorted({REQUIREMENTS, *(name for column in QUEUE_JOB.from_ads for name in column.attributes)})
_IDLE = 1
_TRIES = 20
_LONGEST_PAUSE_S = 0.5


@dataclass
class _Answer:
    keys: list[tuple[int, ...]] = field(default_factory=list)


def poll(target: Target, location: Any, lake: Lake, settings: Settings, now: datetime) -> Polled:
    """Take a picture of the queue of the schedd at `location`. Raises SourceError and LakeError."""
    from collectors.asking.intake import open_intake

    source, name, seen_utc = target.source, target.daemon or "", int(now.timestamp())
    assert isinstance(source, ScheddsSource)
    pool = pool_of(name, source.pool, settings.pool)
    begun = time.monotonic()
    picture = Picture(target, pool, seen_utc, at_ce=source.ce)
    for body in _jobs(name, location, source.page):
        picture.add(body)
    whole_utc = seen_utc + math.ceil(time.monotonic() - begun)
    rows = picture.batch.table(QUEUE_JOB)
    aps = sorted({name, *rows.column("ap").unique().to_pylist()})  # jobs from before a schedd was renamed have its old
    intake = open_intake(lake, settings, now, source.pool, at_ce=source.ce)
    for row in _left(lake, target.name, rows, pool, aps, whole_utc):
        intake.batch.add(QUEUE_LEFT, row)
    intake.flush()
    for ap in aps:
        _replace(lake, rows.filter(pc.equal(rows.column("ap"), ap)), pool, ap)
    watched = Watched(pool, name, target.name, target.stream)
    span = Span("proven", seen_utc, whole_utc, f"queue of {name}: every job of it was asked for", "")
    if is_worth_writing(last_span(lake, watched), span, settings.proof_every_s):
        state_span(intake, watched, span)
    intake.flush()
    tally = intake.report.of(LABEL)
    tally.files, tally.ads, tally.new = 1, picture.batch.rows, picture.batch.rows
    return Polled(intake.report)


class Picture:
    """The jobs of a queue as rows, each once."""

    def __init__(self, target: Target, pool: str, seen_utc: int, *, at_ce: bool) -> None:
        self.batch = Batch()
        self._reading = Reading(QUEUE_JOB)
        self._names = WantedNames(frozenset(_NAMES))
        self._same: dict[str, Value] = {
            "pool": pool,
            "record_type": RECORD_TYPE,
            "source": target.name,
            "offset_bytes": 0,
            "seen_utc": seen_utc,
            "read_utc": seen_utc,
            "at_ce": at_ce,
        }
        self._ap = target.daemon
        self._seen: set[Value] = set()

    def add(self, body: bytes) -> None:
        """Add a job's ad, in long form, unless it is there already."""
        ad = parse_text(body, self._names)
        row = Draft.of(self._reading, ad)
        job = row["global_job_id"]
        if row["proc"] is None or job in self._seen:
            return
        self._seen.add(job)
        for name, value in self._same.items():
            row[name] = value
        row["ap"] = ap_of(row.text("global_job_id")) or self._ap
        if row["status"] == _IDLE:
            row["match_ad"] = match_ad(ad, QUEUE_JOB, (REQUIREMENTS,))
        row["record_id"] = self._reading.record_id(row.values)
        self.batch.add(QUEUE_JOB, row.values)


def _jobs(name: str, location: Any, page: int) -> Iterator[bytes]:
    """The ads of all jobs, in long form; some of them more than once."""
    import htcondor2

    from collectors.asking.ad_text import long_form
    from collectors.asking.failures import asked
    from collectors.asking.terms import Term, within
    from collectors.asking.windows import Window, read_down

    axes = [QUEUE_JOB.column(column).attributes[0] for column in ("cluster", "proc")]
    terms = [Term(axis) for axis in axes]
    bodies: list[bytes] = []

    def ask(window: Window, most: int) -> _Answer:
        bodies.clear()
        constraint = within(terms, window.low, window.high) or "true"
        with asked(f"queue of {name}"):
            ads = htcondor2.Schedd(location).query(constraint, _NAMES, limit=most or -1)
        answer = _Answer()
        while ads:
            ad = ads.pop()
            answer.keys.append(tuple(number if isinstance(number := ad.get(axis), int) else 0 for axis in axes))
            bodies.append(long_form(ad))
        return answer

    for _ in read_down(ask, page, len(terms)):
        yield from bodies


def _left(lake: Lake, source: str, rows: pa.Table, pool: str, aps: list[str], now_utc: int) -> Iterator[list[Value]]:
    """Rows of `queue_left`: jobs of the picture before this one that are not in this one.

    They are in the lake before the picture is replaced: killed in between, the same rows come again.
    """
    files = list(lake.snapshot(QUEUE_JOB).files)
    if not files:
        return
    with lake_errors(f"table {QUEUE_JOB.name} cannot be read"), duckdb.connect() as con:
        con.register("now_there", rows)
        before = con.execute(
            """
            SELECT ap, cluster, proc, max(seen_utc) FROM read_parquet($files, union_by_name = true) AS before
            WHERE pool = $pool AND list_contains($aps, ap) AND seen_utc < $now_utc AND cluster IS NOT NULL
            AND NOT EXISTS (
                FROM now_there
                WHERE now_there.ap = before.ap AND now_there.cluster = before.cluster AND now_there.proc = before.proc
            )
            GROUP BY ALL
            """,
            {"files": files, "pool": pool, "aps": aps, "now_utc": now_utc},
        ).fetchall()
    for ap, cluster, proc, seen_utc in before:
        values: dict[str, Value] = {
            "pool": pool,
            "ap": ap,
            "cluster": cluster,
            "proc": proc,
            "seen_utc": seen_utc,
            "left_utc": now_utc,
            "source": source,
            "record_id": id_of(pool, ap, str(cluster), str(proc), str(seen_utc)),
            "read_utc": now_utc,
        }
        yield [values[column.name] for column in QUEUE_LEFT.columns]


def _replace(lake: Lake, rows: pa.Table, pool: str, ap: str) -> None:
    """Put the picture of one access point in the place of the one before."""
    for attempt in range(_TRIES):
        try:
            with lake.committing():
                lake.writer(QUEUE_JOB).replace(rows, pool, ap)
        except LakeRace:
            if attempt == _TRIES - 1:
                raise
            time.sleep(random.uniform(0, _LONGEST_PAUSE_S))
        else:
            return
