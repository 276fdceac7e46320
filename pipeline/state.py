"""The state of the data in one word, one sentence and its evidence: what the badge on every page says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from pipeline.pools import is_simulated_pool
from pipeline.publish import Published

State = Literal["complete", "partial", "unknown", "stale", "simulated"]


@dataclass(frozen=True)
class SourceState:
    """One row of the model `source_state`: what is known of one pool's records, of all days."""

    pool: str
    files: int
    open_files: int
    chain_breaks: int
    rejects: int
    lost_attempts: int
    attempts_without_cores: int
    residual_s: int
    negative_residuals: int
    summary_wall_s: int
    streams: int
    missing_jobs: int
    open_jobs: int
    absent_clusters: int
    first_day: date | None
    last_day: date | None
    first_covered_day: date | None
    newest_record_utc: int | None
    proven_utc: int | None
    queue_utc: int | None
    read_utc: int | None

    @property
    def is_polled(self) -> bool:
        """True where records come by polls that prove what they read; false where files were only ingested."""
        return self.streams > 0


@dataclass(frozen=True)
class CoveredDays:
    """What is known of the asked days of one pool, of the streams that usage is made of (see `completeness`).

    Days are counted once, by the worst of their streams. `worst` is the evidence of the newest day with a loss,
    else of the newest day that is not proven.
    """

    pool: str
    days: int
    partial_days: int
    unknown_days: int
    gaps: int
    chain_breaks: int
    rejects: int
    missing_jobs: int
    worst_day: date | None
    worst_stream: str | None
    worst_evidence: str | None


@dataclass(frozen=True)
class DataState:
    """The badge: `state`, one sentence for people, and (label, value) pairs as evidence."""

    state: State
    sentence: str
    evidence: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """The state as a short sentence, without its full stop."""
        return "Completeness is not proven" if self.state == "unknown" else f"Data are {self.state}"


@dataclass(frozen=True)
class Asked:
    """What is asked about: some pools, and of them the days from `first` to `last` (None: all there are)."""

    sources: list[SourceState]
    covered: list[CoveredDays]
    first: date | None = None
    last: date | None = None


def data_state(asked: Asked, published: Published, now: datetime, stale_after_h: int) -> DataState:
    """The state of those pools and days together: simulated before stale before partial before unknown before complete.

    Of polled pools *complete* means proven: every record that was written on those days was read. Of pools whose files
    were only ingested it speaks of what was read: every record of every file is in the ledger, no chain of banners is
    broken, and no job is without its end.
    """
    sources = asked.sources
    if not sources:
        return DataState("partial", "No record of this pool was read yet.", ())
    newest = _newest(sources)
    evidence = _evidence(asked, published, newest)
    if any(is_simulated_pool(source.pool) for source in sources):
        return DataState("simulated", "These records are made up: no machine ran these jobs.", evidence)
    if newest is None or (now.timestamp() - newest) / 3600 > stale_after_h:
        since = "no record has a time" if newest is None else f"the newest record or proof is of {_when(newest)}"
        return DataState("stale", f"Nothing new for more than {stale_after_h} h: {since}.", evidence)
    lost = [loss for source in sources for loss in _losses(source)] + [
        loss for days in asked.covered for loss in _lost_on(days)
    ]
    if lost:
        return DataState("partial", f"Not everything is in these numbers: {'; '.join(lost)}.", evidence)
    unproven = next((found for source in sources if (found := _unproven(source, asked)) is not None), None)
    if unproven is not None:
        return DataState("unknown", unproven, evidence)
    return DataState("complete", _complete(sources), evidence)


def _newest(sources: list[SourceState]) -> int | None:
    """The newest moment that anything is known of: a pool in which nothing happens is not stale while it is polled."""
    known = (moment for source in sources for moment in (source.newest_record_utc, source.proven_utc))
    return max((moment for moment in known if moment is not None), default=None)


def _losses(source: SourceState) -> list[str]:
    found = []
    if source.lost_attempts:
        found.append(f"the end of {source.lost_attempts:,} attempts was never recorded")
    if source.attempts_without_cores:
        found.append(f"{source.attempts_without_cores:,} attempts do not say how many cores they had")
    return found


def _lost_on(days: CoveredDays) -> list[str]:
    """What is lost on the asked days, and of the newest of them how that is known."""
    counts = (
        (days.gaps, "a gap in what was read", "{} gaps in what was read"),
        (days.missing_jobs, "a job left the queue without a final ad", "{} jobs left the queue without a final ad"),
        (days.rejects, "a record was rejected", "{} records were rejected"),
        (days.chain_breaks, "a break in the chain of history records", "{} breaks in the chain of history records"),
    )
    found = [one if count == 1 else many.format(f"{count:,}") for count, one, many in counts if count]
    if found and days.worst_evidence:
        found[-1] += f" (newest: {days.worst_day}, {days.worst_stream}: {days.worst_evidence.rstrip('.')})"
    return found


def _unproven(source: SourceState, asked: Asked) -> str | None:
    """Why a pool without a known loss is not complete; None if it is."""
    if not source.is_polled:
        if not source.open_jobs:
            return None
        jobs = "a job has" if source.open_jobs == 1 else f"{source.open_jobs:,} jobs have"
        return (
            f"Every record of the {source.files:,} files that were read is in these numbers, "
            f"but {jobs} no end in them: still in the queue, or in files that were not read."
        )
    days = next((one for one in asked.covered if one.pool == source.pool), None)
    begin = max(filter(None, (asked.first, source.first_day)), default=None)
    if days is not None and days.unknown_days:
        return (
            f"On {days.unknown_days:,} of {days.days:,} days it is not proven that every record was read "
            f"(newest: {days.worst_day}, {days.worst_stream}: {(days.worst_evidence or '').rstrip('.')})."
        )
    if days is None or (begin and source.first_covered_day and begin < source.first_covered_day):
        since = "" if source.first_covered_day is None else f" before {source.first_covered_day}"
        return f"Nothing proves that every record{since} was read: collection began later."
    return None


def _complete(sources: list[SourceState]) -> str:
    if all(source.is_polled for source in sources):
        return "Every record that was written on these days was read: each source proves it."
    files = sum(source.files for source in sources)
    return f"Every record of the {files:,} files that were read is in these numbers; of other files nothing is known."


def _evidence(asked: Asked, published: Published, newest: int | None) -> tuple[tuple[str, str], ...]:
    sources = asked.sources

    def total(name: str) -> str:
        return f"{sum(getattr(source, name) for source in sources):,}"

    def on_days(name: str) -> str:
        return f"{sum(getattr(days, name) for days in asked.covered):,}"

    polled = any(source.is_polled for source in sources)
    return (
        ("Newest record or proof", "unknown" if newest is None else _when(newest)),
        *((("Polled streams of history", total("streams")),) if polled else ()),
        *((("Days with a loss, of those asked for", on_days("partial_days")),) if polled else ()),
        *((("Days not proven", on_days("unknown_days")),) if polled else ()),
        ("Files read", total("files")),
        ("Files with an unfinished record at their end", total("open_files")),
        ("Breaks in the chain of history records", total("chain_breaks")),
        ("Records rejected", total("rejects")),
        ("Jobs that left the queue without a final ad", total("missing_jobs")),
        ("Jobs without an end, in the queue or lost", total("open_jobs")),
        ("Cluster ids that no record names", total("absent_clusters")),
        ("Attempts whose end was never recorded", total("lost_attempts")),
        ("Attempts without a number of cores", total("attempts_without_cores")),
        ("Wall time that no attempt explains", f"{total('residual_s')} s"),
        ("Jobs whose attempts add up to more than their wall time", total("negative_residuals")),
        *(
            (("Wall time of imported summaries, spread evenly over their days", f"{total('summary_wall_s')} s"),)
            if any(source.summary_wall_s for source in sources)
            else ()
        ),
        ("Rules checked before publishing", f"{published.checks}, all held"),
        ("Published", published.built_utc.replace("T", " ").replace("+00:00", " UTC")),
        ("Version", published.version),
        ("Days begin at midnight in", published.zone),
    )


def _when(instant_utc: int) -> str:
    return datetime.fromtimestamp(instant_utc, UTC).strftime("%Y-%m-%d %H:%M UTC")
