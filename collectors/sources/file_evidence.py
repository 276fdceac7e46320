"""Families of files as a poll found them, and what the lake knows of them -> statements in the table `coverage`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from collectors.coverage import Span, Watched, is_worth_writing, state_span
from collectors.intake import Intake
from collectors.report import storable
from collectors.runner import owner_of
from collectors.sources.family import Family, FamilyFile, Held
from collectors.sources.first_record import Began, first_written
from collectors.sources.judge import Judge, Known
from pipeline.errors import SourceError
from pipeline.lake import Lake
from pipeline.lake_errors import lake_errors
from pipeline.schema import COVERAGE, SOURCE_FILE

STREAMS = {"history": "history", "epoch history": "epochs", "startd history": "startd"}
"""What a file was recognised as -> the word for its records; of others nothing is stated."""
MISSED_S = 7 * 86_400
"""A family that is not there any more is an error for so long; then it is taken for given up."""


@dataclass(frozen=True)
class Stated:
    """The newest statement about a family."""

    pool: str
    ap: str | None
    span: Span
    held: Held


@dataclass(frozen=True)
class StreamFacts:
    """What the lake holds of a stream; `chain_breaks` only of what came since the last statement."""

    pool: str
    ap: str | None
    chain_breaks: int
    last_utc: int | None


class FileEvidence:
    """Statements about the families of one target."""

    def __init__(self, lake: Lake, target: str, intake: Intake, ap: str | None, proof_every_s: int) -> None:
        self._lake, self._target, self._intake, self._ap = lake, target, intake, ap
        self._proof_every_s = proof_every_s
        self._now_utc = intake.owner.read_utc
        self._owner = owner_of(intake)
        self._last = _newest_statements(lake, self._name(""))
        self._began: dict[str, Began | None] = {}

    def misses(self, families: Iterable[Family]) -> bool:
        """True if a file that was the newest at a statement is not among these: it may just be changing its name."""
        return any(self._misses(family) for family in families)

    def _misses(self, family: Family) -> bool:
        last = self._stated(family)
        if last is None or last.held.stream is None or any(file.read is None for file in family.files):
            return False
        return family.position(last.held.stream) is None

    def gone(self, families: Iterable[Family]) -> list[SourceError]:
        """Families that were there lately and of which no file is left."""
        there = {self._name(family.path) for family in families}
        found = []
        for name, last in self._last.items():
            if name not in there and last.held.owner == self._owner and self._age_s(last) < MISSED_S:
                path = name.removeprefix(self._name(""))
                found.append(SourceError(f"{path}: was there and is gone, with all its rotations", _GONE))
        return found

    def state(self, families: Iterable[Family]) -> list[Span]:
        """Put into the batch what can be stated; all rows that it speaks of have to be in the lake."""
        return [span for family in families for span in self._state(family)]

    def _state(self, family: Family) -> list[Span]:
        last = self._stated(family)
        stream = _word(family, last)
        if stream is None or not self._is_due(family, last):
            return []
        facts = self._facts(family, last)
        pool, ap = self._belongs_to(stream, facts, last)
        held = Held.of(self._owner, family.newest)
        who = f"{stream} of {ap}" if ap else f"{stream} in {storable(family.path)}"
        judge = Judge(who, stream, held.mark, self._known(facts))
        spans = judge.judge(family, *((last.span, last.held) if last else (None, None)))
        watched = Watched(pool, ap, self._name(family.path), stream)
        for span in spans:
            state_span(self._intake, watched, replace(span, evidence=storable(span.evidence)))
        return spans

    def _is_due(self, family: Family, last: Stated | None) -> bool:
        """False while all that could be said is what was said a moment ago."""
        if last is None or family.lost or self._misses(family):
            return True
        now = Held.of(self._owner, family.newest)
        same = now.stream == last.held.stream
        span = Span("proven", 0, self._now_utc, "", last.span.mark if same else "")
        return is_worth_writing(last.span, span, self._proof_every_s)

    def _belongs_to(self, stream: str, facts: dict[str, StreamFacts], last: Stated | None) -> tuple[str, str | None]:
        """Pool and access point of the family's records; runs of many access points are in a startd's files."""
        newest = facts[next(reversed(facts))] if facts else None
        if newest is None:
            return (last.pool, last.ap) if last else (self._owner[0], self._ap)
        return newest.pool, self._ap if stream == "startd" else newest.ap

    def _known(self, facts: Mapping[str, StreamFacts]) -> Known:
        return Known(
            self._now_utc,
            {name: fact.chain_breaks for name, fact in facts.items()},
            {name: fact.last_utc for name, fact in facts.items() if fact.last_utc is not None},
            self._begins,
        )

    def _begins(self, file: FamilyFile) -> Began | None:
        if file.path not in self._began:
            try:
                self._began[file.path] = first_written(self._intake, Path(file.path))
            except SourceError:  # renamed since it was read: this poll cannot tell, the next one can
                self._began[file.path] = None
        return self._began[file.path]

    def _facts(self, family: Family, last: Stated | None) -> dict[str, StreamFacts]:
        streams = [file.read.stream for file in family.files if file.read is not None and file.has_stream]
        return _stream_facts(self._lake, streams, None if last is None else last.held)

    def _stated(self, family: Family) -> Stated | None:
        """The newest statement; None if it was about records that were given to another owner."""
        last = self._last.get(self._name(family.path))
        return last if last is not None and last.held.owner == self._owner else None

    def _age_s(self, last: Stated) -> int:
        return self._now_utc - last.span.to_utc

    def _name(self, path: str) -> str:
        return f"{self._target}: {storable(path)}"


_GONE = (
    "Is its disk mounted, may this user list its folder? If the access point is no more, take it out of `paths`, or "
    "wait: after seven days this is no error any more."
)


def _word(family: Family, last: Stated | None) -> str | None:
    """The word for the family's records; None where nothing is stated about such."""
    newest = None if family.newest is None else family.newest.read
    stream = newest.stream if newest is not None else None if last is None else last.held.stream
    return None if stream is None else STREAMS.get(stream.rpartition(":")[0])


def _newest_statements(lake: Lake, prefix: str) -> dict[str, Stated]:
    """The newest statement about each source whose name begins so."""
    files = list(lake.snapshot(COVERAGE).files)
    if not files:
        return {}
    with lake_errors(f"table {COVERAGE.name} cannot be read"), duckdb.connect() as con:
        found = con.execute(
            """
            SELECT source, pool, ap, state, from_utc, to_utc, evidence, mark
            FROM read_parquet($files)
            WHERE starts_with(source, $prefix)
            QUALIFY row_number() OVER (PARTITION BY source ORDER BY to_utc DESC, read_utc DESC, state) = 1
            """,
            {"files": files, "prefix": prefix},
        ).fetchall()
    return {
        source: Stated(pool, ap, Span(state, from_utc, to_utc, evidence, mark), held)
        for source, pool, ap, state, from_utc, to_utc, evidence, mark in found
        if (held := Held.from_mark(mark)) is not None
    }


def _stream_facts(lake: Lake, streams: Sequence[str], since: Held | None) -> dict[str, StreamFacts]:
    """What the lake holds of the streams, in their order."""
    files = list(lake.snapshot(SOURCE_FILE).files)
    if not files or not streams:
        return {}
    with lake_errors(f"table {SOURCE_FILE.name} cannot be read"), duckdb.connect() as con:
        found = con.execute(
            """
            SELECT
                source,
                arg_max(pool, read_bytes),
                arg_max(ap, read_bytes),
                coalesce(sum(chain_breaks) FILTER (source IS DISTINCT FROM $held OR read_bytes > $consumed), 0)::BIGINT,
                max(last_utc)
            FROM read_parquet($files)
            WHERE source IN (SELECT unnest($streams))
            GROUP BY source
            """,
            {
                "files": files,
                "streams": list(streams),
                "held": since.stream if since else None,
                "consumed": since.consumed if since else 0,
            },
        ).fetchall()
    by_name = {source: StreamFacts(pool, ap, breaks, last_utc) for source, pool, ap, breaks, last_utc in found}
    return {name: by_name[name] for name in streams if name in by_name}
