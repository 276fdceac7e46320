"""Each thing that is polled, as people are told of it: from its `Health`, and from how long ago that was written."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pipeline.health import Health, read_health
from pipeline.lake_errors import lake_errors

Word = Literal["ok", "failing", "overdue"]
LEAST_OVERDUE_S = 900
"""A poll that is late by less than this is not worth a word."""
NOT_POLLED = "No poll for {} although one is due every {}: whether its records still come is not known."
START_IT = "Is the service running? `systemctl status htc-ledger-collect`, or run `htc-ledger collect` once by hand."


@dataclass(frozen=True)
class SourceStatus:
    """One target. Times are Unix seconds; `error` and `hint` are None where it is ok.

    state   ok; failing: the last poll failed; overdue: it went well, but no poll came since for too long
    """

    name: str
    source: str
    kind: str
    pool: str
    ap: str | None
    stream: str
    state: Word
    since_utc: int
    tried_utc: int
    ok_utc: int | None
    failures: int
    error: str | None
    hint: str | None
    interval_s: int


def source_states(lake_root: Path, now: datetime) -> list[SourceStatus]:
    """Every target that was ever polled: those in trouble first, then by name. Raises LakeError."""
    with lake_errors(f"what is known of the sources in {lake_root} cannot be read"):
        found = [state_of(health, now) for health in read_health(lake_root)]
    return sorted(found, key=lambda source: (source.state == "ok", source.name))


def state_of(health: Health, now: datetime) -> SourceStatus:
    """What people are told of a target."""
    word: Word = health.state
    since, error, hint = health.since_utc, health.error, health.hint
    silent_s = int(now.timestamp()) - health.tried_utc
    # the chores of the lake itself come when there is something to do
    if word == "ok" and health.kind != "lake" and silent_s > max(3 * health.interval_s, LEAST_OVERDUE_S):
        word, since = "overdue", health.tried_utc
        error, hint = NOT_POLLED.format(duration(silent_s), duration(health.interval_s)), START_IT
    return SourceStatus(
        name=health.name,
        source=health.source,
        kind=health.kind,
        pool=health.pool,
        ap=health.ap,
        stream=health.stream,
        state=word,
        since_utc=since,
        tried_utc=health.tried_utc,
        ok_utc=health.ok_utc,
        failures=health.failures,
        error=error,
        hint=hint,
        interval_s=health.interval_s,
    )


def duration(seconds: int) -> str:
    """`45 s`, `12 min`, `3 h`, `4 days`: rounded down, in the largest unit that it has two of."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:,} {unit}"
    return f"{seconds:,} s"
