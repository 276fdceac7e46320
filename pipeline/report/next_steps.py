"""What to do next, as sentences: what follows from a short report's numbers, the most first. Pure."""

from pipeline.advice import wording as advised
from pipeline.calendar import day_of
from pipeline.course import Course
from pipeline.report.content import Block, Paragraph, Steps
from pipeline.report.cures import OF_PROJECT
from pipeline.report.part_brief import wasted
from pipeline.report.part_project import MOST_ADVICE, saves
from pipeline.report.project_facts import ProjectFacts
from pipeline.report.site_facts import SiteFacts
from pipeline.report.template import Template
from pipeline.report.wording import number, of_bucket, percent, ratio, shown

MOST = 6
_MEASURED_LITTLE = 0.5
_BEHIND = 0.9
_UNCLAIMED = 0.5
_MUCH = 0.2
_NOTHING = "Nothing stands out: go on as before."


def of_project(facts: ProjectFacts, template: Template) -> tuple[Block, ...]:
    """For a PI: the advice worth most, grants that run out, what is not registered or not measured."""
    best = {(one.kind, one.user): one for one in reversed(facts.advice.advice)}  # of each the one worth most
    said = [
        f"{advised.TITLES[one.kind]} in the jobs of {shown(one.user)}: worth {saves(one)} of these days."
        for one in facts.advice.advice
        if one is best[one.kind, one.user]
    ][:MOST_ADVICE]
    said += [] if said else _largest_waste(facts)
    said += [sentence for one in facts.sheet.allocations if (sentence := _grant(one))]
    if not any(one.pi != "unmapped" for one in facts.sheet.registrations):
        said.append("Have the project registered: then its hours are counted for its PI, institution and field.")
    covered = facts.totals["cpu_coverage"]
    if covered is not None and covered < _MEASURED_LITTLE:
        said.append(f"CPU time was reported on {percent(covered)} of the hours: what was idle is known of these alone.")
    return _steps(said)


def of_site(facts: SiteFacts, template: Template) -> tuple[Block, ...]:
    """For a site: hosts and causes to look at, pledges behind, slots that nobody claimed, downtimes to come."""
    trouble = facts.trouble
    said = [
        f"Take {shown(one.name)} out until somebody has looked at it: it fails jobs at once ({one.short:,} so far)."
        for one in trouble.hosts
        if one.is_black_hole
    ][:2]
    said += [
        f"Find out why {one.here:,} runs ended with “{shown(one.cause)}”: {percent(one.share_here)} of all here, "
        f"{'none' if one.only_here else percent(one.share_elsewhere)} elsewhere."
        for one in trouble.causes[:2]
    ]
    said += [sentence for one in facts.sheet.pledges if (sentence := _pledge(one))]
    claimed = ratio(facts.sheet.total("claimed_cpu_h"), facts.sheet.total("offered_cpu_h"))
    if claimed is not None and claimed < _UNCLAIMED:
        said.append(
            f"Of the core hours offered {percent(claimed)} were claimed: do its START expression, memory and disk fit "
            "the jobs that wait?"
        )
    if not any(facility != "unmapped" for facility, _ in facts.sheet.facilities):
        said.append("Have the site registered: then its hours are counted for its facility and institution.")
    if facts.coming:
        said.append(f"Downtimes announced for later: {len(facts.coming):,}, the first on {_day(facts)}.")
    return _steps(said)


def _largest_waste(facts: ProjectFacts) -> list[str]:
    """What can be done about it, where no line of a submit file mends it."""
    found = [one for one in wasted(facts) if one[2] >= _MUCH]
    return [f"{of_bucket(name)}: {percent(share)} of the hours. {OF_PROJECT[name]}" for name, _, share in found[:1]]


def _steps(said: list[str]) -> tuple[Block, ...]:
    return (Steps(tuple(said[:MOST])),) if said else (Paragraph(_NOTHING),)


def _grant(one: Course) -> str:
    named = shown(one.of.number or one.of.title or "The allocation")
    if one.left_h is not None and one.left_h <= 0:
        return f"{named} is spent: {number(one.given_h)} of {number(one.of.promised_h)} core hours. Ask for more."
    if one.lasts_until is not None and one.of.last is not None and one.lasts_until < one.of.last:
        return f"{named} is spent on {one.lasts_until} at the pace of its last days, and ends on {one.of.last}."
    return ""


def _pledge(one: Course) -> str:
    if one.of_due is None or one.of_due >= _BEHIND:
        return ""
    named = shown(one.of.number or one.of.title or "The pledge")
    of_due = f"{number(one.given_h)} of {number(one.due_h)} core hours due so far ({percent(one.of_due)})"
    return f"{named} is behind: {of_due}."


def _day(facts: SiteFacts) -> str:
    return day_of(facts.coming[0]["from_utc"], facts.published.zone).isoformat()
