"""What an answer proves: spans of time of which every record was read, and spans of which some were not. Pure.

A daemon stops at the first of: the end of its files, the record that the question names, the number of ads that is
asked for, and HISTORY_HELPER_MAX_HISTORY ads looked at. Only the last is not told to who asks. So an answer is whole
if it joins what was known, or, where nothing was, if it has fewer records than that limit.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from collectors.asking.mark import Mark
from collectors.coverage import Span

LIMIT = "HISTORY_HELPER_MAX_HISTORY"
DAY_S = 86_400
_ROUND = 100
"""Limits are set by people: a multiple of this."""

Bottom = Literal["whole", "hidden", "gone"]
"""How the lower end of what was read looks: joined to what is known, or all there is; cut by the limit; lost."""


@dataclass(frozen=True)
class Read:
    """What was read of a stretch: how many records, whether each answer joined what was known (`had_ground`: whether
    anything was), when the oldest of them was written, and by HTCondor's tool or not."""

    records: int
    reached: bool
    had_ground: bool
    oldest_utc: int | None
    by_tool: bool = False


@dataclass(frozen=True)
class Limit:
    """The daemon's limit. `told`: it says what it is; `records` None or 0: there is none."""

    told: bool
    records: int | None = None

    def hides(self, records: int, *, had_ground: bool) -> bool:
        """Whether there may be more behind that many records.

        Where the daemon does not tell its limit: an answer that ought to have joined what was known, or a round
        number of records.
        """
        if self.told:
            return bool(self.records) and records >= (self.records or 0)
        return had_ground or (records > 0 and records % _ROUND == 0)


def bottom_of(read: Read, limit: Limit) -> Bottom:
    """How the lower end of what was read looks."""
    if read.had_ground and read.reached:
        return "whole"
    if not read.by_tool and limit.hides(read.records, had_ground=read.had_ground):
        return "hidden"
    return "gone" if read.had_ground else "whole"


@dataclass(frozen=True)
class Stretch:
    """What was to be read: whose records, and from (None: from the beginning) when to when."""

    whose: str
    from_utc: int | None
    to_utc: int


def joined(whose: str, from_utc: int, to_utc: int, mark: Mark) -> Span:
    """The statement about the newest stretch while others below it are still to be read."""
    text = f"{whose}: what was written since then was read"
    return Span("proven", min(from_utc, to_utc), to_utc, text, mark.written())


def spans_of(stretch: Stretch, read: Read, bottom: Bottom, limit: Limit, mark: Mark) -> list[Span]:
    """The statements about that stretch: one proof, after a gap where something is missing before it."""
    written = mark.written()
    begin = stretch.to_utc if read.oldest_utc is None else min(read.oldest_utc, stretch.to_utc)
    from_utc = stretch.from_utc
    if bottom == "whole":
        since = begin if from_utc is None else min(from_utc, stretch.to_utc)
        return [Span("proven", since, stretch.to_utc, _whole(stretch, read), written)]
    since = begin - DAY_S if from_utc is None else min(from_utc, stretch.to_utc)
    if begin <= since:  # records that were written long after their time: no telling where the hole is
        begin = stretch.to_utc
    gap = Span("gap", since, begin, _missing(stretch, bottom, limit, begin), written)
    if begin == stretch.to_utc:
        return [gap]
    return [gap, joined(stretch.whose, begin, stretch.to_utc, mark)]


def _whole(stretch: Stretch, read: Read) -> str:
    by = ", with HTCondor's own tool" if read.by_tool else ""
    if read.had_ground:
        return f"{stretch.whose}: the answer reached records that were known before, so nothing between is missing{by}"
    before = "when it was first asked" if stretch.from_utc is None else "where nothing was before"
    return f"{stretch.whose}: all {read.records:,} records that there were {before} were read{by}"


def _missing(stretch: Stretch, bottom: Bottom, limit: Limit, begin: int) -> str:
    before = f"{datetime.fromtimestamp(begin, UTC):%Y-%m-%d %H:%M} UTC"
    if bottom == "gone":
        return (
            f"{stretch.whose}: the records that were known are not there any more, what was written before {before} "
            "and not read is lost: poll more often, or let it keep more (MAX_HISTORY_LOG, MAX_HISTORY_ROTATIONS)"
        )
    newest = f"only the newest {limit.records:,} records" if limit.records else "only a limited number of records"
    return (
        f"{stretch.whose}: {newest} can be asked for ({LIMIT}), older ones than {before} were not seen: raise it "
        "there, install HTCondor's tools here, or read its files once"
    )
