"""The text for a grant report: what a project used in a period, under which award. Pure: values in, plain text out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import format as fmt
from dashboard.format import Number
from dashboard.labels import short, visible
from dashboard.periods import Period
from pipeline.active import Active
from pipeline.course import Commitment, Course
from pipeline.project_sheet import Registration

MOST_SITES = 8
BOOKED = {"used": "as used (each attempt on the days on which it ran)", "ended": "as ended (each job on its end day)"}


@dataclass(frozen=True)
class Report:
    """Everything that the text says. `sites`: those that ran the project, the largest first."""

    project: str
    pool: str
    simulated: bool
    period: Period
    zone: str
    booking: str
    totals: Mapping[str, Number]
    users: Active
    sites: Sequence[str]
    registrations: Sequence[Registration]
    allocations: Sequence[Course]
    awards: Sequence[Commitment]
    completeness: str


def grant_text(of: Report) -> str:
    """Plain text with short lines of facts, then an acknowledgement; nothing in it that is not known."""
    days = fmt.span(of.period.first, of.period.last)
    lines = [f"Computing used by project {_name(of.project)}, {days}".replace(fmt.GAP, " ")]
    if of.simulated:
        lines.append("SIMULATED DATA: no such computing took place.")
    lines += ["", *_whose(of.registrations), f"Period: {days} (days of {of.zone}), booked {BOOKED[of.booking]}."]
    lines += [_used(of), *_where(of), *_allocated(of), *_awarded(of)]
    lines += [f"State of the records: {visible(of.completeness)}", "", "Acknowledgement:", _acknowledgement(of)]
    return "\n".join(lines).replace(fmt.GAP, " ")


def _name(text: str, limit: int = 120) -> str:
    return visible(short(text, limit))


def _whose(found: Sequence[Registration]) -> list[str]:
    lines = []
    for one in found:
        parts = [("PI", one.pi), ("institution", one.institution), ("field of science", one.field_of_science)]
        known = [f"{word} {_name(text)}" for word, text in parts if text != "unmapped"]
        if known:
            lines.append(f"Registered: {', '.join(known)}.")
    return lines


def _used(of: Report) -> str:
    totals = of.totals
    gpus = f" and {fmt.number(totals['gpu_h'])} GPU hours" if totals["gpu_h"] else ""
    counts = f"{totals['jobs']:,} jobs" if totals["jobs"] != 1 else "1 job"
    people = fmt.count(of.users.count, "user", "users")
    good = ""
    if totals["goodput_succeeded_h"] is not None and totals["cpu_h"]:
        good = f" {fmt.percent(totals['goodput_succeeded_h'] / totals['cpu_h'])} of the core hours ended in success."
    return f"Used: {fmt.number(totals['cpu_h'])} core hours{gpus}, in {counts} of {people}.{good}"


def _where(of: Report) -> list[str]:
    if not of.sites:
        return []
    named = ", ".join(_name(site, 60) for site in of.sites[:MOST_SITES])
    rest = len(of.sites) - MOST_SITES
    more = f" and {rest} more" if rest > 0 else ""
    return [f"Ran at {fmt.count(len(of.sites), 'site', 'sites')}: {named}{more}."]


def _allocated(of: Report) -> list[str]:
    lines = []
    for one in of.allocations:
        if one.of.promised_h is None or one.given_h is None:
            continue
        share = f" ({fmt.percent(one.of_promise)})"
        granted = f"{fmt.number(one.of.promised_h, 0)} core hours granted"
        used = f"{fmt.number(one.given_h)}{share} used by {fmt.day(one.through)}"
        lines.append(f"Allocation {_name(one.of.number)}: {granted}, {used}.")
    return lines


def _awarded(of: Report) -> list[str]:
    return [f"Award {_name(one.number)}{f': {_name(one.title)}' if one.title else ''}." for one in of.awards]


def _acknowledgement(of: Report) -> str:
    gpus = f" and {fmt.number(of.totals['gpu_h'])} GPU hours" if of.totals["gpu_h"] else ""
    awards = [_name(one.number) for one in of.awards]
    tail = f" It was supported by {'award' if len(awards) == 1 else 'awards'} {', '.join(awards)}." if awards else ""
    return (
        f"This work used {fmt.number(of.totals['cpu_h'])} core hours{gpus} of the HTCondor pool {_name(of.pool)}.{tail}"
    )
