"""What is wrong at a site, from how runs ended there: causes and hosts that stand out, pilots, how it began.

Two shares are told apart only where there is enough of both and chance is no explanation: the difference is three
standard errors of a pooled proportion, and one share at least twice the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from pipeline.at_site import TROUBLE, AtSite
from pipeline.calendar import day_of
from pipeline.cube import Cube
from pipeline.viewer import Viewer

FEWEST_TROUBLED, FEWEST_RUNS, FEWEST_ELSEWHERE = 5, 30, 100
HOST_RUNS = 10
SIGMAS, TIMES = 3.0, 2.0
BLACK_HOLE = 0.5
RECENT_DAYS = 30
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cause:
    """Runs that ended for one cause, here and elsewhere; the shares are of all runs that ended there."""

    outcome: str
    cause: str
    here: int
    share_here: float
    share_elsewhere: float | None
    cpu_h: float | None

    @property
    def only_here(self) -> bool:
        return not self.share_elsewhere


@dataclass(frozen=True)
class Host:
    """A host whose runs came to trouble more often than those of the site's other hosts."""

    name: str
    runs: int
    troubled: int
    short: int
    share: float
    share_others: float
    troubled_cpu_h: float
    projects: int
    last_utc: int

    @property
    def is_black_hole(self) -> bool:
        """It takes jobs and fails them at once: such a host eats a queue."""
        return self.short >= BLACK_HOLE * self.runs


@dataclass(frozen=True)
class Beginning:
    """First signs of life of a site, in Unix seconds; None: none is known. `recent`: the first is of the last weeks."""

    first_pilot_utc: int | None
    first_slot_day: date | None
    first_run_utc: int | None
    first_success_utc: int | None
    runs: int
    succeeded: int
    slots_now: int
    ces: tuple[str, ...]
    recent: bool


@dataclass(frozen=True)
class SiteTrouble:
    """`causes` and `hosts`: what stands out, the worst first; enough: whether there were runs enough to tell."""

    causes: tuple[Cause, ...]
    hosts: tuple[Host, ...]
    runs: int
    host_count: int
    enough: bool
    pilots: Row
    beginning: Beginning


def site_trouble(cube: Cube, viewer: Viewer, asked: AtSite, first_day: date, newest_day: date) -> SiteTrouble:
    """What is wrong at that site on those days. The last two: of the pool's usage, to tell a new site by."""
    ends = cube.site_ends(asked, viewer).to_pylist()
    hosts = cube.site_hosts(asked, viewer).to_pylist()
    (pilots,) = cube.site_pilots(asked, viewer).to_pylist()
    (began,) = cube.site_beginnings(asked, viewer).to_pylist()
    here, elsewhere = (ends[0]["all_here"], ends[0]["all_elsewhere"]) if ends else (0, 0)
    return SiteTrouble(
        causes=standing_out(ends),
        hosts=worth_a_look(hosts),
        runs=here,
        host_count=len(hosts),
        enough=here >= FEWEST_RUNS and elsewhere >= FEWEST_ELSEWHERE,
        pilots=pilots,
        beginning=_beginning(began, asked.zone, first_day, newest_day),
    )


def standing_out(rows: Sequence[Row]) -> tuple[Cause, ...]:
    """Causes of trouble that are more frequent here than elsewhere, those that cost most runs first.

    Rows are those of `at_site.ends`. Empty, too, where there is too little to compare.
    """
    found = []
    for row in rows:
        here, everyone = row["all_here"], row["all_elsewhere"]
        if row["outcome"] not in TROUBLE or row["here"] < FEWEST_TROUBLED:
            continue
        if here < FEWEST_RUNS or everyone < FEWEST_ELSEWHERE:
            continue
        if stands_out(row["here"], here, row["elsewhere"], everyone):
            shares = row["here"] / here, row["elsewhere"] / everyone
            found.append(Cause(row["outcome"], row["cause"], row["here"], *shares, row["cpu_h_here"]))
    return tuple(sorted(found, key=lambda one: (-(one.here - (one.share_elsewhere or 0) * here), one.cause)))


def worth_a_look(rows: Sequence[Row]) -> tuple[Host, ...]:
    """Hosts in trouble more often than the site's others together, the worst first. Rows: `at_site.hosts`."""
    runs, troubled = sum(row["runs"] for row in rows), sum(row["troubled"] for row in rows)
    found = []
    for row in rows:
        others, others_troubled = runs - row["runs"], troubled - row["troubled"]
        if row["troubled"] < FEWEST_TROUBLED or row["runs"] < HOST_RUNS or others < FEWEST_RUNS:
            continue
        if stands_out(row["troubled"], row["runs"], others_troubled, others):
            found.append(_host(row, others_troubled / others))
    return tuple(sorted(found, key=lambda host: (-(host.share - host.share_others) * host.runs, host.name)))


def stands_out(some: int, of: int, others: int, of_others: int) -> bool:
    """Whether `some` of `of` is a larger share than `others` of `of_others`, by more than chance and at least twice."""
    share, other = some / of, others / of_others
    pooled = (some + others) / (of + of_others)
    error = sqrt(pooled * (1 - pooled) * (1 / of + 1 / of_others))
    return share >= TIMES * other and share - other > SIGMAS * error


def _host(row: Row, share_others: float) -> Host:
    return Host(
        name=row["host"],
        runs=row["runs"],
        troubled=row["troubled"],
        short=row["short"],
        share=row["troubled"] / row["runs"],
        share_others=share_others,
        troubled_cpu_h=row["troubled_cpu_h"],
        projects=row["projects"],
        last_utc=row["last_utc"],
    )


def _beginning(row: Row, zone: str, first_day: date, newest_day: date) -> Beginning:
    moments = [row[name] for name in ("first_pilot_utc", "first_run_utc") if row[name] is not None]
    signs = [day_of(moment, zone) for moment in moments]
    signs += [row["first_slot_day"]] if row["first_slot_day"] else []
    first = min(signs, default=None)
    return Beginning(
        first_pilot_utc=row["first_pilot_utc"],
        first_slot_day=row["first_slot_day"],
        first_run_utc=row["first_run_utc"],
        first_success_utc=row["first_success_utc"],
        runs=row["runs"],
        succeeded=row["succeeded"],
        slots_now=row["slots_now"],
        ces=tuple(row["ces"] or ()),
        # what was there when the pool's records begin may be of any age
        recent=first is None or ((newest_day - first).days < RECENT_DAYS and first > first_day),
    )
