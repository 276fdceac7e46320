"""One poll of one history of one daemon: what is new -> lake rows, in pieces; and what is proven by it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from collectors.asking import tool
from collectors.asking.answer import Answer
from collectors.asking.history import LIMIT, History
from collectors.asking.intake import open_intake
from collectors.asking.mark import Mark
from collectors.asking.windows import pieces
from collectors.classads.text import Oversize, Record
from collectors.coverage import Span, Watched, is_worth_writing, last_span, state_span
from collectors.intake import StreamIntake, StreamKind
from collectors.registry import file_form
from collectors.sources.target import Polled
from pipeline.lake import Lake
from pipeline.pools import pool_of
from pipeline.settings import Settings

LABELS = {"history": "history, asked", "epochs": "epoch history, asked", "startd": "startd history, asked"}
FOUND = "the answer joined the records that were known before"
FIRST = "all that the daemon had, when it was first asked"


@dataclass(frozen=True)
class Question:
    """Who is asked for what. `ap` is None for an execution point; `tool` reaches further back where it is installed."""

    target: str
    daemon: str
    ap: str | None
    pool: str | None
    at_ce: bool
    page: int
    collector: str | None = None
    tool: str | None = None


class HistoryPoll:
    """Reads what is new into the lake. Killed at any moment it is simply done again: records are known by their id."""

    def __init__(self, question: Question, history: History, lake: Lake, settings: Settings, now: datetime) -> None:
        self._question, self._history = question, history
        self._now = int(now.timestamp())
        pool = pool_of(question.ap or "", question.pool, settings.pool)
        self._watched = Watched(pool, question.ap, question.target, history.kind)
        self._last = last_span(lake, self._watched)
        self._mark = Mark.read(self._last.mark if self._last else None)
        self._intake = open_intake(lake, settings, now, question.pool, at_ce=question.at_ce)
        self._answer = self._new_answer(f"{history.kind} of {question.daemon} in {pool}")

    def go(self) -> Polled:
        """Ask, take in, state what is proven. Raises SourceError and LakeError."""
        stop = self._mark.stop
        since = "" if stop is None else self._history.since(stop)
        for piece in pieces(
            lambda c, most: self._history.fetch(c, most, since), self._history.asked.axes, self._question.page
        ):
            self._answer.take(piece)
        limit = self._history.limit()
        is_whole = self._is_whole(limit)
        if not is_whole and self._question.tool and tool.is_installed(self._question.tool):
            self._answer.take_records(self._all_of_it(since))
            is_whole = True if not self._mark.keys else self._answer.joins(self._mark)
        for span in self._spans(limit, is_whole=is_whole):
            if is_worth_writing(self._last, span):
                state_span(self._intake, self._watched, span)
        self._intake.flush()
        return Polled(self._intake.report)

    def _is_whole(self, limit: int | None) -> bool:
        """Whether nothing is missing: it joins what is known, or has fewer records than the daemon would look at."""
        if self._mark.keys:
            return self._answer.joins(self._mark)
        return limit is None or len(self._answer) < limit

    def _all_of_it(self, since: str) -> Iterator[Record | Oversize]:
        asked = self._question
        return tool.ask(asked.tool or "", asked.daemon, asked.collector, since, epochs=self._history.kind == "epochs")

    def _spans(self, limit: int | None, *, is_whole: bool) -> list[Span]:
        """What can be said now: one proof, after a gap if something is missing before it."""
        mark = self._mark.moved(self._answer.newest).written()
        oldest = self._answer.oldest_utc or self._now
        since = self._last.to_utc if self._last else min(oldest, self._now)
        proof = Span("proven", since, max(since, self._now), FOUND if self._last else FIRST, mark)
        if is_whole:
            return [proof]
        until = min(max(since, oldest), self._now) if self._last else oldest
        begin = since if self._last else oldest - 1
        gap = Span("gap", begin, until, self._why(limit, oldest), mark)
        return [gap, replace(proof, from_utc=until)]

    def _why(self, limit: int | None, oldest: int) -> str:
        before = f"{datetime.fromtimestamp(oldest, UTC):%Y-%m-%d %H:%M} UTC"
        if limit is not None and len(self._answer) >= limit:
            return (
                f"{self._question.daemon} lets only the newest {limit:,} records be looked at ({LIMIT}), what is older "
                f"than {before} was not seen: raise it there, install HTCondor's tools here, or read its files once"
            )
        return (
            f"the records of {self._question.daemon} that were known are not in its history any more, what was written "
            f"before {before} and not read is lost: poll more often, or let it keep more (MAX_HISTORY_ROTATIONS)"
        )

    def _new_answer(self, name: str) -> Answer:
        question = self._question
        kind = StreamKind(LABELS[self._history.kind], "long", file_form("long").parse, append_only=False)
        aps = frozenset() if question.ap is None else frozenset((question.ap,))
        known = self._intake.marks.get(name)
        number = 0 if known is None else known.consumed
        stream = StreamIntake(self._intake, kind, self._history.whom, name, number, number, lambda: aps)
        return Answer(self._history, self._intake, stream, number)
