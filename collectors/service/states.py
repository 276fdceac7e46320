"""Health of one thing after it was tried: the state before and an outcome in, the state now out. Pure functions."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from collectors.service.errand import Done, Failed, Outcome
from collectors.sources.target import Polled, Target
from pipeline.health import Health
from pipeline.settings import Settings
from pipeline.source_settings import Source

LONGEST_TEXT = 2000
"""Of an error and a hint: they quote strangers."""
FORGOTTEN_AFTER_S = 30 * 86_400
"""How long something that is gone is called failing."""


@dataclass(frozen=True)
class Subject:
    """What a Health is about: see there."""

    name: str
    source: str
    kind: str
    pool: str
    ap: str | None
    stream: str
    interval_s: int


def of_target(target: Target, settings: Settings) -> Subject:
    """One thing that is polled."""
    source = target.source
    ap = target.daemon or getattr(source, "ap", None)
    return Subject(
        target.name, source.name, source.kind, source.pool or settings.pool, ap, target.stream, source.interval_s
    )


def of_search(source: Source, settings: Settings) -> Subject:
    """Finding what a source has to poll."""
    pool = source.pool or settings.pool
    return Subject(search_name(source), source.name, source.kind, pool, None, "discovery", source.interval_s)


def search_name(source: Source) -> str:
    """What finding the source's targets is called."""
    return f"{source.name}: discovery"


def trouble(outcome: Outcome[object]) -> tuple[str, str] | None:
    """What is wrong, and what to do: of an outcome that failed, or of a poll that could not read all it found."""
    if isinstance(outcome, Failed):
        return outcome.what, outcome.hint
    if isinstance(outcome.value, Polled) and (unread := outcome.value.report.unread):
        what, hint = unread[0]
        return (what if len(unread) == 1 else f"{what}, and {len(unread) - 1:,} more could not be read"), hint
    return None


def counts(outcome: Outcome[object]) -> tuple[int, int]:
    """New rows and rejects that a poll brought; none where it failed: what it brought is not told."""
    if isinstance(outcome, Done) and isinstance(outcome.value, Polled):
        tallies = outcome.value.report.kinds.values()
        return sum(tally.new for tally in tallies), sum(tally.rejects for tally in tallies)
    return 0, 0


def after(before: Health | None, subject: Subject, outcome: Outcome[object], now_utc: int) -> Health:
    """The state now. It is *failing* also where a part could not be read, though the rest is in the lake."""
    wrong = trouble(outcome)
    new_rows, rejects = counts(outcome)
    same = before is not None and (before.state == "ok") == (wrong is None)
    return Health(
        name=subject.name,
        source=subject.source,
        kind=subject.kind,
        pool=subject.pool,
        ap=subject.ap,
        stream=subject.stream,
        state="ok" if wrong is None else "failing",
        since_utc=before.since_utc if before is not None and same else now_utc,
        tried_utc=now_utc,
        ok_utc=now_utc if wrong is None else before.ok_utc if before is not None else None,
        failures=0 if wrong is None else 1 + (before.failures if before is not None else 0),
        error=None if wrong is None else wrong[0][:LONGEST_TEXT],
        hint=None if wrong is None else wrong[1][:LONGEST_TEXT],
        new_rows=new_rows,
        rejects=rejects,
        interval_s=subject.interval_s,
        seconds=round(outcome.seconds, 3),
    )


def gone(before: Health, now_utc: int) -> Health:
    """The state of something that was polled and is not found any more."""
    read = "was never read" if before.ok_utc is None else f"was last read {_when(before.ok_utc)}"
    return replace(
        before,
        state="failing",
        since_utc=before.since_utc if before.state == "failing" else now_utc,
        tried_utc=now_utc,
        failures=before.failures + 1,
        error=f"{before.ap or before.name} is not seen by the collector daemon any more; it {read}",
        hint="Does its daemon run and report to the collector daemon, and does `constraint` still let it pass? "
        f"If it is gone for good it is forgotten after {FORGOTTEN_AFTER_S // 86_400} days.",
        new_rows=0,
        rejects=0,
    )


def is_to_be_forgotten(health: Health, now_utc: int) -> bool:
    """True for something that is gone, and has been failing for long."""
    return health.state == "failing" and now_utc - health.since_utc > FORGOTTEN_AFTER_S


def _when(instant_utc: int) -> str:
    return datetime.fromtimestamp(instant_utc, UTC).strftime("%Y-%m-%d %H:%M UTC")
