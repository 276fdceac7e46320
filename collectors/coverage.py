"""Evidence of completeness over time: rows of the lake's table `coverage`.

A poll that can prove that nothing written since the last poll escaped it adds a `proven` span; one that finds that
something did adds a `gap`. The newest row's `mark` is where the next poll takes the proof up.
"""

from dataclasses import dataclass
from typing import Literal

import duckdb

from collectors.batch import id_of
from collectors.intake import Intake
from pipeline.lake import Lake
from pipeline.schema import COVERAGE
from pipeline.schema.record import OWNER

_POOL, _AP = (column.name for column in OWNER)


@dataclass(frozen=True)
class Watched:
    """A stream of records that is watched: the target's name, what it is of, and which records."""

    pool: str
    ap: str | None
    source: str
    stream: str


@dataclass(frozen=True)
class Span:
    """A statement about a time: all that was written then was read (proven), or some of it is lost (gap)."""

    state: Literal["proven", "gap"]
    from_utc: int
    to_utc: int
    evidence: str
    mark: str


def last_span(lake: Lake, watched: Watched) -> Span | None:
    """The newest statement about that stream; None if there is none."""
    files = list(lake.snapshot(COVERAGE).files)
    if not files:
        return None
    with duckdb.connect() as con:
        found = con.execute(
            """
            SELECT state, from_utc, to_utc, evidence, mark FROM read_parquet($files)
            WHERE pool = $pool AND source = $source AND stream = $stream
            ORDER BY to_utc DESC, read_utc DESC, state LIMIT 1
            """,
            {"files": files, "pool": watched.pool, "source": watched.source, "stream": watched.stream},
        ).fetchone()
    return None if found is None else Span(*found)


def state_span(intake: Intake, watched: Watched, span: Span) -> None:
    """Put a statement into the batch."""
    values = {
        _POOL: watched.pool,
        _AP: watched.ap,
        "source": watched.source,
        "stream": watched.stream,
        "state": span.state,
        "from_utc": span.from_utc,
        "to_utc": span.to_utc,
        "evidence": span.evidence,
        "mark": span.mark,
        "record_id": id_of(
            watched.pool, watched.source, watched.stream, span.state, str(span.from_utc), str(span.to_utc)
        ),
        "read_utc": intake.owner.read_utc,
    }
    intake.batch.add(COVERAGE, [values[column.name] for column in COVERAGE.columns])


def is_worth_writing(last: Span | None, span: Span, proof_every_s: int) -> bool:
    """False for a proof that only says again, less than so many seconds later, what the newest row says."""
    if last is None or span.state == "gap" or last.state == "gap":
        return True
    return span.mark != last.mark or span.to_utc - last.to_utc >= proof_every_s
