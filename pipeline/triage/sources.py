"""Sources that stopped: what the collectors wrote of each beside the lake in; findings of kind `quiet` out.

They are of now, not of a window: who looks at a time that is over leaves them out. No number is known of what did not
come, so their numbers are 0.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.status.sources import SourceStatus
from pipeline.triage import sentences
from pipeline.triage.finding import Finding
from pipeline.triage.sheet import Evidence, Sheet

if TYPE_CHECKING:
    from pipeline.cube import Cube
    from pipeline.viewer import Viewer

SOURCE = "source"
"""Dimension of what is not of one access point."""


def stopped(cube: "Cube", viewer: "Viewer", pool: str, now: datetime) -> tuple[Finding, ...]:
    """The sources of a pool that fail or are overdue now. Raises LakeError. None where the viewer sees no such pool."""
    if pool not in {known.name for known in cube.pools(viewer)}:
        return ()
    return of_sources(cube.sources(viewer, now), pool, cube.published.zone)


def first_of_all(silent: Sequence[Finding], found: Iterable[Finding]) -> tuple[Finding, ...]:
    """They, then the others; an access point whose runs stopped because nothing is collected from it is told once."""
    told = {one.key for one in silent}
    return (*silent, *(one for one in found if one.key not in told))


def on_sheet(silent: Sequence[Finding], sheet: Sheet) -> Sheet:
    """The sheet with them before its findings."""
    told = {one.key for one in silent}
    others = (one for one in sheet.evidence if one.finding.key not in told)
    return replace(sheet, evidence=(*(Evidence(one, (), ()) for one in silent), *others))


def of_sources(states: Sequence[SourceStatus], pool: str, zone: str) -> tuple[Finding, ...]:
    """One for each source and access point of the pool that is in trouble, the one that has been so longest first."""
    groups: dict[tuple[str, str | None], list[SourceStatus]] = defaultdict(list)
    for state in states:
        if state.pool == pool and state.kind != "lake" and state.state != "ok":
            groups[state.source, state.ap].append(state)
    found = [_finding(group, zone) for group in groups.values()]
    return tuple(sorted(found, key=lambda one: (one.since_utc, one.sentence)))


def _finding(group: Sequence[SourceStatus], zone: str) -> Finding:
    first = min(group, key=lambda state: (state.since_utc, state.name))
    place = (SOURCE, first.source) if first.ap is None else ("access point", first.ap)
    return Finding(
        kind="quiet",
        failure="",
        signature="",
        dimension=place[0],
        value=place[1],
        values=(place[1],),
        within="",
        failed=0,
        tried=0,
        failed_elsewhere=0,
        tried_elsewhere=0,
        failed_before=0,
        tried_before=0,
        effect=1.0,
        effect_low=0.0,
        effect_high=float("inf"),
        p=0.0,
        hours=0.0,
        jobs=0,
        since_utc=first.since_utc,
        new=False,
        alarm=True,
        blame="service",
        action=first.hint or "The page Data health tells what is known of it.",
        sentence=_sentence(group, first, zone),
    )


def _sentence(group: Sequence[SourceStatus], first: SourceStatus, zone: str) -> str:
    """“Collection from access point ap2 has failed since Tuesday 14:00 (17 November), history and queue: …”"""
    whose = f"of source {first.source}" if first.ap is None else f"from access point {first.ap}"
    streams = sorted({state.stream for state in group})
    named = " and ".join([", ".join(streams[:-1]), streams[-1]] if len(streams) > 1 else streams)
    why = (first.error or "why is not known").rstrip(".")
    return f"Collection {whose} has failed since {sentences.moment(first.since_utc, zone)}, {named}: {why}."
