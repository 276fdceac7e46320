"""The state of the data in one word, one sentence and its evidence: what the badge on every page says."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from pipeline.pools import is_simulated_pool
from pipeline.publish import Published

State = Literal["complete", "partial", "stale", "simulated"]


@dataclass(frozen=True)
class SourceState:
    """One row of the model `source_state`: what is known of one pool's records."""

    pool: str
    files: int
    open_files: int
    chain_breaks: int
    rejects: int
    lost_attempts: int
    attempts_without_cores: int
    residual_s: int
    negative_residuals: int
    first_day: date | None
    last_day: date | None
    newest_record_utc: int | None
    read_utc: int | None


@dataclass(frozen=True)
class DataState:
    """The badge: `state`, one sentence for people, and (label, value) pairs as evidence."""

    state: State
    sentence: str
    evidence: tuple[tuple[str, str], ...]


def data_state(sources: list[SourceState], published: Published, now: datetime, stale_after_h: int) -> DataState:
    """The state of those pools together: simulated before stale before partial before complete.

    *Complete* speaks of what was read: every record of every file is in the ledger, no chain of banners is broken.
    """
    if not sources:
        return DataState("partial", "No record of this pool was read yet.", ())
    gaps = [gap for source in sources for gap in _gaps(source)]
    newest = max((s.newest_record_utc for s in sources if s.newest_record_utc is not None), default=None)
    age_h = None if newest is None else (now.timestamp() - newest) / 3600
    evidence = _evidence(sources, published, newest)
    if any(is_simulated_pool(source.pool) for source in sources):
        return DataState("simulated", "These records are made up: no machine ran these jobs.", evidence)
    if age_h is None or age_h > stale_after_h:
        since = "no record has a time" if newest is None else f"the newest record is of {_when(newest)}"
        return DataState("stale", f"Nothing new for more than {stale_after_h} h: {since}.", evidence)
    if gaps:
        return DataState("partial", f"Not everything is in these numbers: {'; '.join(gaps)}.", evidence)
    files = sum(source.files for source in sources)
    return DataState("complete", f"Every record of the {files} files that were read is in these numbers.", evidence)


def _gaps(source: SourceState) -> list[str]:
    found = []
    if source.rejects:
        found.append(f"{source.rejects:,} records were rejected")
    if source.chain_breaks:
        found.append(f"{source.chain_breaks:,} breaks in the chain of history records")
    if source.lost_attempts:
        found.append(f"the end of {source.lost_attempts:,} attempts was never recorded")
    if source.attempts_without_cores:
        found.append(f"{source.attempts_without_cores:,} attempts do not say how many cores they had")
    return found


def _evidence(sources: list[SourceState], published: Published, newest: int | None) -> tuple[tuple[str, str], ...]:
    def total(name: str) -> str:
        return f"{sum(getattr(source, name) for source in sources):,}"

    return (
        ("Newest record", "unknown" if newest is None else _when(newest)),
        ("Files read", total("files")),
        ("Files with an unfinished record at their end", total("open_files")),
        ("Breaks in the chain of history records", total("chain_breaks")),
        ("Records rejected", total("rejects")),
        ("Attempts whose end was never recorded", total("lost_attempts")),
        ("Attempts without a number of cores", total("attempts_without_cores")),
        ("Wall time that no attempt explains", f"{total('residual_s')} s"),
        ("Jobs whose attempts add up to more than their wall time", total("negative_residuals")),
        ("Rules checked before publishing", f"{published.checks}, all held"),
        ("Published", published.built_utc.replace("T", " ").replace("+00:00", " UTC")),
        ("Version", published.version),
        ("Days begin at midnight in", published.zone),
    )


def _when(instant_utc: int) -> str:
    return datetime.fromtimestamp(instant_utc, UTC).strftime("%Y-%m-%d %H:%M UTC")
