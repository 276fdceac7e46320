"""One simulated pool, asked what is broken in it: a seed and faults in; what was planted, what was found, out.

Fifteen days: one until the pool is full, a week to compare with, and the week that is looked at, in which every fault
begins. Nothing of the answer but place, class and time is compared with the truth; nobody reads the sentences.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from time import process_time

from collectors.simulate.faults import Truth
from collectors.simulate.plan import DAY_S, FAULTS, Plan
from collectors.simulate.plant import truths
from collectors.simulate.population import populate
from collectors.simulate.straight_records import write_records
from pipeline.advice.advise import QUANTILES, Advice
from pipeline.cube import Cube
from pipeline.lake import Lake
from pipeline.publish import publish
from pipeline.query import UsageQuery
from pipeline.settings import Settings
from pipeline.triage.finding import Finding
from pipeline.triage.findings import Asked, findings
from pipeline.viewer import LOCAL

DAYS, JOBS = 15, 32_000
WEEK_S = 7 * DAY_S
NEAR_H = 12.0
"""Hours by which a beginning may be off and be right."""
OVER_ASKED = "over_requested_memory"
TIMES_LESS = 3.0
"""How much less than was asked for advice must say, to have seen that far too much was."""


@dataclass(frozen=True)
class Told:
    """A planted fault, and what was said of it.

    place     an alarm names the place
    named     that alarm names the class, too
    off_h     hours from the beginning to the one told; None where none is told
    failed    runs that failed so, as told
    """

    fault: str
    place: bool
    named: bool
    off_h: float | None
    failed: int

    @property
    def timed(self) -> bool:
        return self.off_h is not None and abs(self.off_h) <= NEAR_H


@dataclass(frozen=True)
class Week:
    """One simulated week.

    right   alarms that name a fault rightly
    wrong   the sentences of those that do not
    others  users who were newly advised to ask for far less memory, and had not begun to ask for more
    cpu_s   to build the ledger and to ask
    """

    seed: int
    planted: str
    told: tuple[Told, ...]
    right: int
    wrong: tuple[str, ...]
    others: int
    cpu_s: float


def scenarios(seed: int) -> dict[str, tuple[str, ...]]:
    """What a seed is tried with: nothing, all at once, and one alone, another one for each seed."""
    alone = FAULTS[seed % len(FAULTS)]
    return {"none": (), "all": FAULTS, alone: (alone,)}


def tried(plan: Plan, planted: str, folder: Path) -> Week:
    """Make the pool, build its ledger, ask what is broken and whose requests grew, and compare that with the truth.

    A folder with the pool's records in it is not made anew.
    """
    if not Lake(folder).exists:
        _write(plan, folder)
    begun = process_time()
    publish(Lake(folder), Settings(lake=folder), lambda step: None)
    cube = Cube.open(folder)
    found = findings(cube, LOCAL, Asked.before(plan.pool, plan.end_utc, WEEK_S, WEEK_S))
    week = compared(planted, plan.seed, truths(plan, populate(plan)), found, newly_over_asking(cube, plan))
    return replace(week, cpu_s=round(process_time() - begun, 1))


def _write(plan: Plan, folder: Path) -> None:
    """Make the pool's lake, whole or not at all: what was cut short is begun anew."""
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    if unfinished.exists():
        rmtree(unfinished)
    write_records(plan, Lake(unfinished))
    unfinished.rename(folder)


def compared(
    planted: str, seed: int, truth: Sequence[Truth], found: Sequence[Finding], asking: Collection[str]
) -> Week:
    """The week as the findings have it that are alarms, and the users who newly ask for too much."""
    alarms = [one for one in found if one.alarm]
    told = tuple(_of_request(one, asking) if one.fault == OVER_ASKED else told_of(one, alarms) for one in truth)
    wrong = tuple(one.sentence for one in alarms if not any(is_named(one, other) for other in truth))
    strangers = set(asking) - {one.value for one in truth if one.fault == OVER_ASKED}
    return Week(seed, planted, told, len(alarms) - len(wrong), wrong, len(strangers), 0.0)


def plan_of(seed: int, faults: tuple[str, ...]) -> Plan:
    """The pool of a seed with those faults."""
    return Plan(seed=seed, days=DAYS, jobs=JOBS, faults=faults, label="planted")


def told_of(truth: Truth, found: Sequence[Finding]) -> Told:
    """What the alarms say of a fault: of those at its place the one that names it best."""
    there = [one for one in found if is_there(one, truth)]
    if not there:
        return Told(truth.fault, place=False, named=False, off_h=None, failed=0)
    best = max(there, key=lambda one: (is_named(one, truth), one.since_utc is not None, one.failed))
    off_h = None if best.since_utc is None else (best.since_utc - truth.from_utc) / 3600
    return Told(truth.fault, True, is_named(best, truth), off_h, best.failed)


def is_there(found: Finding, truth: Truth) -> bool:
    """It names the place of the fault, and nothing beside it."""
    return found.dimension == truth.dimension and found.values == (truth.value,)


def is_named(found: Finding, truth: Truth) -> bool:
    """It names the place, and what happens there."""
    of_kind = found.kind == "black_hole" and truth.fault == "black_hole"
    return is_there(found, truth) and (of_kind or found.failure in truth.classes)


def newly_over_asking(cube: Cube, plan: Plan) -> set[str]:
    """Users to whom advice says this week, and did not say the week before, to ask for far less memory."""
    week = _over_asking(cube, plan, 1, 7)
    return week - _over_asking(cube, plan, 8, 14)


def _over_asking(cube: Cube, plan: Plan, from_day: int, until_day: int) -> set[str]:
    """The same of the days so many before the plan's end, the last day being 1."""
    days = (plan.end - timedelta(days=until_day - 1), plan.end - timedelta(days=from_day - 1))
    sheet = cube.advice(UsageQuery((), (), *days), plan.pool, LOCAL)
    return {one.user for one in sheet.advice if one.kind == "memory" and _is_far_less(one)}


def _is_far_less(advice: Advice) -> bool:
    often_asked = advice.asked[QUANTILES.index(0.9)] if advice.asked else 0.0
    return often_asked >= TIMES_LESS * advice.proposal.value


def _of_request(truth: Truth, asking: Collection[str]) -> Told:
    found = truth.value in asking
    return Told(truth.fault, place=found, named=found, off_h=None, failed=0)
