"""One poll of one history of one daemon: what is new -> lake rows, in pieces; and what is proven by it.

What is new comes first, so that a long backlog never holds it up; then what is left of the backlog, in windows, until
half of the poll's time is over: the rest is for the next poll. Killed at any moment it is simply done again.
"""

import time
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from collectors.asking.answers import Answer, take_all, take_new
from collectors.asking.asker import Asker
from collectors.asking.evidence import Bottom, Limit, Read, Stretch, bottom_of, joined, spans_of
from collectors.asking.intake import kind_of_stream, open_intake, open_stream
from collectors.asking.mark import Behind, Ground, Mark
from collectors.asking.pace import Pace, Progress
from collectors.asking.records import DEPTH, Records
from collectors.asking.windows import Piece, Window, first_guess, read_down
from collectors.coverage import Span, Watched, is_worth_writing, last_span
from collectors.sources.target import Polled
from pipeline.lake import Lake
from pipeline.pools import pool_of
from pipeline.settings import Settings

NEW, BACKLOG = "new", "backlog"
_TRIES = 2
"""A file that changes its name while it is looked for can make an answer fall short."""
_TOOL_PAGES = 10
"""The tool's answers are not held in memory: they can be longer."""


@dataclass(frozen=True)
class Question:
    """`ap` is the access point, None for an execution point; `page` records at most are asked for at once."""

    target: str
    ap: str | None
    pool: str | None
    page: int
    timeout_s: int
    at_ce: bool = False


class HistoryPoll:
    """One poll. Raises SourceError if the daemon does not answer as it should, LakeError."""

    def __init__(self, question: Question, asker: Asker, lake: Lake, settings: Settings, now: datetime) -> None:
        self._asker, self._now = asker, int(now.timestamp())
        self._proof_every_s = settings.proof_every_s
        self._end = time.monotonic() + question.timeout_s / 2
        pool = pool_of(question.ap or "", question.pool, settings.pool)
        self._watched = Watched(pool, question.ap, question.target, asker.history.kind)
        self._last = last_span(lake, self._watched)
        self._mark = (Mark.read(self._last.mark) if self._last else None) or Mark()
        self._pace = Pace.load(lake.root, question.target, question.page)
        self._records = Records(asker.history)
        self._intake = open_intake(lake, settings, now, question.pool, at_ce=question.at_ce)
        kind = kind_of_stream(asker.history.label, "banners", self._records.parse)
        name = f"{asker.whose} in {pool}"
        self._taking = open_stream(lake, self._intake, kind, asker.whose, name, question.ap)
        self._intake.report.of(asker.history.label).files += 1

    def go(self) -> Polled:
        """Ask, take in, state what is proven."""
        begin = self._read_new()
        went_on = False
        while self._mark.behind and time.monotonic() < self._end:
            self._read_behind(self._mark.behind[0], begin)
            went_on = True
        self._pace.close()
        return Polled(self._intake.report, more=went_on and bool(self._mark.behind))

    @cached_property
    def _limit(self) -> Limit:
        return self._asker.limit()

    def _read_new(self) -> int:
        """Read what one answer holds of what is new, state what that proves, and return since when it is proven."""
        ground, size = self._mark.ground, self._pace.size(NEW)
        self._pace.asks(NEW)
        for _ in range(_TRIES):
            bodies = self._asker.ask(Window(), ground, size, by_tool=False)
            answer = take_new(bodies, self._records, self._taking, ground)
            read = Read(len(answer), answer.joins(ground), bool(ground.known), answer.oldest_utc)
            if len(answer) >= size or self._bottom_of(read) != "gone":
                break
        self._pace.answered()
        self._mark = replace(self._mark, ground=ground.after(answer.newest, joined=read.reached))
        if len(answer) >= size and not read.reached:
            return self._leave_the_rest(ground, answer)
        return self._conclude(Behind(ground, self._last.to_utc if self._last else None, self._now), read)

    def _leave_the_rest(self, ground: Ground, answer: Answer) -> int:
        """There is more than one answer holds: what is behind it is read in windows."""
        begin = self._begin(answer.oldest_utc)
        behind = Behind(ground, self._last.to_utc if self._last else None, begin)
        self._mark = self._mark.with_behind(behind)
        if self._mark.behind == (behind,):
            self._pace.came_to(_name_of(behind), Progress(low=first_guess(answer.keys)))
        self._commit([self._of_the_new(begin)])
        return begin

    def _begin(self, oldest_utc: int | None) -> int:
        """Since when an answer holds all; now, if its records were written long after their time and tell nothing."""
        begin = min(self._now if oldest_utc is None else oldest_utc, self._now)
        return self._now if self._last is not None and begin <= self._last.to_utc else begin

    def _conclude(self, stretch: Behind, read: Read) -> int:
        """State what came of the newest stretch, which was read in one answer; return since when it is proven."""
        bottom = self._bottom_of(read)
        begin = self._begin(read.oldest_utc)
        if bottom == "hidden" and self._asker.tool is not None:
            self._mark = self._mark.with_behind(replace(stretch, to_utc=begin, by_tool=True))
            self._commit([self._of_the_new(begin)])
            return begin
        to_utc = self._now - self._mark.left
        told = Stretch(self._asker.whose, stretch.from_utc, max(to_utc, stretch.from_utc or 0))
        spans = spans_of(told, read, bottom, self._limit_of(bottom), self._mark)
        self._commit(spans)
        return spans[-1].from_utc

    def _read_behind(self, behind: Behind, begin: int) -> None:
        """Read a stretch of the backlog, window by window, until its end or that of the time."""
        name = _name_of(behind)
        progress = self._pace.resume(name)
        size = self._pace.size(BACKLOG) * (_TOOL_PAGES if behind.by_tool else 1)
        for piece in read_down(
            lambda window, most: self._ask_behind(behind, window, most), size, DEPTH, progress.high, progress.low
        ):
            self._taking.flush()
            progress = _further(progress, piece, behind)
            self._pace.came_to(name, progress)
            if piece.rest is None:
                self._finish(behind, progress, begin)
            elif time.monotonic() >= self._end:
                return

    def _ask_behind(self, behind: Behind, window: Window, most: int) -> Answer:
        self._pace.asks(BACKLOG)
        bodies = self._asker.ask(window, behind.ground, most, by_tool=behind.by_tool)
        answer = take_all(bodies, self._records, self._taking)
        self._pace.answered()
        return answer

    def _finish(self, behind: Behind, progress: Progress, begin: int) -> None:
        """State what came of a stretch of the backlog; where the daemon hid some of it the tool reads it again."""
        by_tool = behind.by_tool and self._asker.tool is not None
        read = Read(progress.records, progress.reached, bool(behind.ground.known), progress.oldest_utc, by_tool)
        bottom = self._bottom_of(read)
        if bottom == "hidden" and self._asker.tool is not None:
            self._mark = self._mark.without(behind, replace(behind, by_tool=True))
            self._commit([self._of_the_new(begin)])
            return
        self._mark = self._mark.without(behind)
        stretch = Stretch(self._asker.whose, behind.from_utc, behind.to_utc)
        self._commit([*spans_of(stretch, read, bottom, self._limit_of(bottom), self._mark), self._of_the_new(begin)])

    def _bottom_of(self, read: Read) -> Bottom:
        """How the lower end looks; the daemon is asked for its limit only where that matters."""
        if read.by_tool or (read.had_ground and read.reached):
            return bottom_of(read, Limit(told=True))
        found = bottom_of(read, self._limit)
        # where nothing was known before and the limit is not told, the tool alone can tell that this is all
        is_blind = found == "whole" and read.records > 0 and not self._limit.told
        return "hidden" if is_blind and self._asker.tool is not None else found

    def _limit_of(self, bottom: Bottom) -> Limit:
        return self._limit if bottom == "hidden" else Limit(told=True)

    def _of_the_new(self, begin: int) -> Span:
        """The statement about what is new. Each of a poll ends later than the one before: so its mark is in force."""
        return joined(self._asker.whose, begin, self._now - self._mark.left, self._mark)

    def _commit(self, spans: list[Span]) -> None:
        for span in spans:
            if is_worth_writing(self._last, span, self._proof_every_s):
                self._taking.state(self._watched, span)
            if span.state == "gap":
                self._intake.report.note(span.evidence)
        self._taking.flush()


def _further(progress: Progress, piece: Piece[Answer], behind: Behind) -> Progress:
    answer = piece.answer
    return Progress(
        high=piece.rest,
        low=piece.guess,
        records=progress.records + sum(map(piece.window.holds, answer.keys)),
        reached=progress.reached and (not behind.ground.known or answer.joins(behind.ground)),
        oldest_utc=progress.oldest_utc if answer.oldest_utc is None else answer.oldest_utc,
    )


def _name_of(behind: Behind) -> str:
    return repr(behind)
