"""What the rules say of a cube: each finding that a rule is about, for each who is told, and whether it is told now.

In: the cube, the rules, the moment. Out: `Due`s, those of one rule in the order of their findings. Nothing is sent.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.alerts.destination import Destination, destination
from pipeline.alerts.downtimes import Downtime, announced, is_quiet
from pipeline.alerts.rule import AlertRule
from pipeline.cube import Cube
from pipeline.desk.act import Act
from pipeline.desk.journal import acts
from pipeline.desk.standing import in_force, standing
from pipeline.errors import LedgerError, UsageError
from pipeline.mail.message import identity
from pipeline.mail.sent import DONE, Step, steps
from pipeline.one_pool import one_pool
from pipeline.triage.chosen import HOUR_S, newest_hours, up_to
from pipeline.triage.finding import Asked, Finding
from pipeline.triage.sources import first_of_all, stopped
from pipeline.viewer import LOCAL, Viewer

SOURCE = "alert"


@dataclass(frozen=True)
class Due:
    """A finding for one who is told.

    state   due; or why it is not told: muted, downtime, told (before), waits (for the next check: too many at once)
    reason  a sentence; empty where it is due
    turn    how often it was told before
    """

    rule: AlertRule
    asked: Asked
    finding: Finding
    to: Destination
    state: str
    reason: str = ""
    turn: int = 0

    @property
    def id(self) -> str:
        """The same for the same message, tried however often."""
        return identity(SOURCE, self.asked.pool, self.rule.name, self.to.shown, self.finding.key, str(self.turn))

    @property
    def cause(self) -> str:
        """What fails how, wherever: what was told of some places is known again at others."""
        found = self.finding
        return json.dumps([found.kind, found.failure, found.signature, found.dimension])


@dataclass(frozen=True)
class Moment:
    """When it is asked: now, or (`until_utc`) about the past; and after how many hours records are too old to alert."""

    now: datetime
    until_utc: int | None = None
    stale_after_h: int = 24


@dataclass(frozen=True)
class Found:
    """What rules are about, and the rules that could not be asked: name and why."""

    due: tuple[Due, ...]
    troubles: tuple[tuple[str, LedgerError], ...] = ()


def due(cube: Cube, rules: Sequence[AlertRule], moment: Moment) -> Found:
    """Everything that the rules are about. One that cannot be asked (its pool is not there, its records are too old,
    its webhook is not set) keeps none of the others."""
    known = _Known(
        in_force(acts(cube.lake), int(moment.now.timestamp())),
        [step for step in steps(cube.lake, SOURCE) if step.state == DONE],
    )
    found: list[Due] = []
    troubles: list[tuple[str, LedgerError]] = []
    for rule in rules:
        try:
            asked, findings, stale = _seen(cube, rule, moment)
            found += _of_rule(cube, rule, moment, known, asked, findings)
            troubles += [(rule.name, stale)] if stale else []
        except LedgerError as error:
            troubles.append((rule.name, error))
    return Found(tuple(found), tuple(troubles))


@dataclass(frozen=True)
class _Known:
    """Acts in force, and what was told before."""

    held: Sequence[Act]
    told: Sequence[Step]


def _of_rule(
    cube: Cube, rule: AlertRule, moment: Moment, known: _Known, asked: Asked, findings: Sequence[Finding]
) -> list[Due]:
    readers = [destination(given) for given in rule.to]
    wanted = [one for one in findings if rule.wants(one)]
    viewer = _viewer(rule)
    downtimes = announced(cube, viewer, asked) if wanted else []
    found = []
    for one in wanted:
        kept = _kept_silent(cube, viewer, asked, one, known.held, downtimes)
        for reader in readers:
            this = Due(rule, asked, one, reader, *(kept or ("due",)))
            found.append(this if kept else _unless_told(this, known.told, int(moment.now.timestamp())))
    return _not_too_many(found, rule.most)


def _kept_silent(
    cube: Cube, viewer: Viewer, asked: Asked, one: Finding, held: Sequence[Act], downtimes: Sequence[Downtime]
) -> tuple[str, str] | None:
    """State and reason of a finding that nobody is told; None where somebody is."""
    muted = standing(held, asked.pool, one).muted
    if muted:
        return "muted", f"{muted.by} muted it"
    quiet = is_quiet(cube, viewer, asked, one, downtimes)
    return ("downtime", f"site {quiet.site} announced a downtime") if quiet else None


def _viewer(rule: AlertRule) -> Viewer:
    """Who a rule of a project asks as: it sees that project alone."""
    return Viewer(f"alert {rule.name}", frozenset({rule.project})) if rule.project else LOCAL


def _seen(cube: Cube, rule: AlertRule, moment: Moment) -> tuple[Asked, tuple[Finding, ...], LedgerError | None]:
    """The window and what stands out in it. Where the newest run is too old, only sources that stopped; and why."""
    viewer = _viewer(rule)
    pool = one_pool(cube, LOCAL, rule.pool or None).name
    if moment.until_utc is not None:
        asked = up_to(pool, moment.until_utc, rule.hours)
        return asked, cube.findings(asked, viewer), None
    asked = newest_hours(cube, LOCAL, pool, moment.now, rule.hours)
    silent = () if rule.project else stopped(cube, viewer, pool, moment.now)
    age_h = (int(moment.now.timestamp()) - asked.to_utc) / HOUR_S
    if age_h <= moment.stale_after_h:
        return asked, first_of_all(silent, cube.findings(asked, viewer)), None
    hint = "Is the collector running? Runs of the past alert nobody; --until MOMENT looks at them."
    return asked, silent, UsageError(f"the newest run of pool {pool!r} ended {age_h:,.0f} hours ago", hint)


def _unless_told(this: Due, told: Sequence[Step], now_utc: int) -> Due:
    mine = [
        step
        for step in told
        if (step.pool, step.rule, step.recipient) == (this.asked.pool, this.rule.name, this.to.shown)
        and json.loads(step.content)["cause"] == this.cause
    ]
    turn = sum(1 for step in mine if step.about == this.finding.key)
    again_s = this.rule.again_after_h * HOUR_S
    known = [step for step in mine if not again_s or step.at_utc > now_utc - again_s]
    places = {place for step in known for place in json.loads(step.content)["places"]}
    if known and set(this.finding.values) <= places:
        return replace(this, state="told", reason="it was told before", turn=turn)
    return replace(this, turn=turn)


def _not_too_many(found: Sequence[Due], most: int) -> list[Due]:
    counted: dict[str, int] = {}
    kept = []
    for one in found:
        if one.state == "due":
            counted[one.to.shown] = counted.get(one.to.shown, 0) + 1
            if counted[one.to.shown] > most:
                one = replace(one, state="waits", reason=f"more than {most} at once: it is told by the next check")
        kept.append(one)
    return kept
