"""What a digest says: the cube, a reader and a period in; numbers, shares, advice and findings, ready to be shown, out.

Every number comes from a question that a page asks, too: usage, waste, advice, triage. A number that is not known is
None, and shown as a dash. `None` for a whole digest: nothing ran, so there is nothing to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pipeline.advice import wording
from pipeline.buckets import bucket
from pipeline.cube import Cube
from pipeline.desk.looking import Looked, looked_at
from pipeline.digest.period import Period
from pipeline.digest.readers import Reader
from pipeline.query import UsageQuery, Where, metric
from pipeline.triage.chosen import whole_days
from pipeline.viewer import LOCAL, Viewer
from pipeline.waste import waste_table

FIGURES = ("cpu_h", "gpu_h", "jobs", "attempts")
GOOD, WASTED = "goodput_succeeded_h", "wasted_h"
MOST_ROWS, MOST_ADVICE, MOST_FINDINGS = 5, 3, 10
LEAST_SHARE = 0.001
"""Of the hours, that a kind of waste has to have to be named."""


@dataclass(frozen=True)
class Figure:
    """A number of the period beside that of as many days before."""

    label: str
    unit: str
    now: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """Growth as a share; None where either is not known, or there was nothing before."""
        return None if self.now is None or not self.before else self.now / self.before - 1


@dataclass(frozen=True)
class Part:
    """Hours of a kind of waste, a project or a user, and their share of all hours; `doc` says what the kind is."""

    name: str
    hours: float
    share: float
    doc: str = ""


@dataclass(frozen=True)
class Hint:
    """A piece of advice."""

    title: str
    whose: str
    sentence: str
    lines: str
    saves: str
    risk: str


@dataclass(frozen=True)
class Digest:
    """All that a template shows.

    simulated   to be marked: the pool is made up, and its name does not say so
    state       how complete the data are, in a sentence
    good_share  core hours of runs that succeeded, of all core hours; and that of the days before
    split       hours by project, or by user of a project
    findings    of operators alone, without the muted ones, which are counted
    links       words and addresses; none where the dashboard's address is not set
    """

    reader: Reader
    pool: str
    simulated: bool
    period: Period
    state: str
    figures: tuple[Figure, ...]
    good_share: float | None
    good_share_before: float | None
    waste: tuple[Part, ...]
    split_by: str
    split: tuple[Part, ...]
    advice: tuple[Hint, ...]
    findings: tuple[Looked, ...]
    muted: int
    links: Mapping[str, str]


def digest(cube: Cube, pool: str, reader: Reader, period: Period, base_url: str, now: datetime) -> Digest | None:
    """The digest of a reader; None where nothing ran in the period. Raises LedgerError."""
    viewer, where = _asked_as(pool, reader)
    known = {info.name: info for info in cube.pools(viewer)}
    numbers = _numbers(cube, viewer, where, period)
    if pool not in known or numbers is None:
        return None
    now_values, before_values = numbers
    findings = _findings(cube, viewer, pool, period, now) if reader.kind == "operators" else []
    heard = [one for one in findings if not one.standing.muted]
    return Digest(
        reader=reader,
        pool=pool,
        simulated=known[pool].simulated and "simulated" not in pool,
        period=period,
        state=cube.state((pool,), viewer, now, first=period.first, last=period.last).sentence,
        figures=tuple(_figure(name, now_values, before_values) for name in FIGURES),
        good_share=_share(now_values[GOOD], now_values["cpu_h"]),
        good_share_before=_share(before_values[GOOD], before_values["cpu_h"]),
        waste=_waste(cube, viewer, where, period),
        split_by="user" if reader.kind == "project" else "project",
        split=_split(cube, viewer, where, period, "user" if reader.kind == "project" else "project"),
        advice=() if reader.kind == "operators" else _advice(cube, viewer, pool, where, period),
        findings=tuple(heard[:MOST_FINDINGS]),
        muted=len(findings) - len(heard),
        links=_links(base_url, pool, reader, period),
    )


def _asked_as(pool: str, reader: Reader) -> tuple[Viewer, Where]:
    """Who asks, and about what: a PI's digest is asked as somebody who sees that project alone."""
    of_pool = ("pool", (pool,))
    if reader.kind == "project":
        return Viewer(f"digest of {reader.name}", frozenset({reader.name})), (of_pool, ("project", (reader.name,)))
    return LOCAL, (of_pool,) if reader.kind == "operators" else (of_pool, ("user", (reader.name,)))


def _numbers(cube: Cube, viewer: Viewer, where: Where, period: Period) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The metrics of the period and of the days before; None where nothing ran in the period."""
    names = (*FIGURES, GOOD)
    now, before = (
        cube.usage(UsageQuery((), names, first, last, where), viewer).to_pylist()
        for first, last in ((period.first, period.last), period.before)
    )
    nothing = dict.fromkeys(names)
    if not now or not now[0]["attempts"]:
        return None
    return now[0], before[0] if before else nothing


def _figure(name: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> Figure:
    known = metric(name)
    return Figure(known.label, known.unit, now[name], before[name])


def _share(some: float | None, of: float | None) -> float | None:
    return None if some is None or not of else some / of


def _waste(cube: Cube, viewer: Viewer, where: Where, period: Period) -> tuple[Part, ...]:
    """Kinds of waste, most hours first."""
    whole = waste_table(cube, viewer, UsageQuery((), (), period.first, period.last, where), "cores").whole
    parts = [
        Part(bucket(name).label, hours, hours / whole.total_h, bucket(name).doc)
        for name, hours in whole.hours.items()
        if bucket(name).wasted and hours and whole.total_h and hours / whole.total_h >= LEAST_SHARE
    ]
    return tuple(sorted(parts, key=lambda part: -part.hours)[:MOST_ROWS])


def _split(cube: Cube, viewer: Viewer, where: Where, period: Period, by: str) -> tuple[Part, ...]:
    """Who or what used most of it."""
    rows = cube.usage(UsageQuery((by,), ("cpu_h",), period.first, period.last, where), viewer).to_pylist()
    total = sum(row["cpu_h"] for row in rows if row["cpu_h"])
    parts = [Part(row[by], row["cpu_h"], row["cpu_h"] / total) for row in rows if row["cpu_h"]]
    return tuple(sorted(parts, key=lambda part: (-part.hours, part.name))[:MOST_ROWS])


def _advice(cube: Cube, viewer: Viewer, pool: str, where: Where, period: Period) -> tuple[Hint, ...]:
    """The pieces of advice that would have saved most."""
    asked = UsageQuery((), (), period.first, period.last, tuple(one for one in where if one[0] != "pool"))
    return tuple(
        Hint(
            wording.TITLES[one.kind],
            f"{one.user}, {one.workflow if one.workflow is not None else 'smaller workflows'}",
            wording.sentence(one),
            wording.lines(one),
            f"{one.effect.hours:,.0f} {one.rule.unit}",
            wording.risk(one),
        )
        for one in cube.advice(asked, pool, viewer).advice[:MOST_ADVICE]
    )


def _findings(cube: Cube, viewer: Viewer, pool: str, period: Period, now: datetime) -> list[Looked]:
    """What stands out, alarms first, with what was said of it."""
    asked = whole_days(pool, period.first, period.last, cube.published.zone)
    return looked_at(cube.lake, pool, cube.findings(asked, viewer), int(now.timestamp()))


def _links(base_url: str, pool: str, reader: Reader, period: Period) -> dict[str, str]:
    if not base_url:
        return {}
    days = {"pool": pool, "from": period.first.isoformat(), "to": period.last.isoformat()}
    base = base_url.rstrip("/")
    if reader.kind == "operators":
        triage = {"pool": pool, "until": period.to_utc}
        return {
            "Triage": f"{base}/triage?{urlencode(triage)}",
            "Where hours went": f"{base}/efficiency?{urlencode(days)}",
            "Usage": f"{base}/usage?{urlencode(days)}",
        }
    named = urlencode({**days, reader.kind: reader.name})
    return {"Where hours went": f"{base}/efficiency?{named}", "Usage": f"{base}/usage?{named}"} | (
        {"Project": f"{base}/project?{named}"} if reader.kind == "project" else {}
    )
