"""Parts of a report to a PI: in short, waste by cause, advice, users and sites, grants. Pure."""

from pipeline.advice import wording as advised
from pipeline.advice.advise import Advice
from pipeline.course import Course
from pipeline.report.content import Block, Card, Paragraph, Table, Tile, Tiles
from pipeline.report.cures import OF_PROJECT
from pipeline.report.hours_blocks import bucket_chart, group_blocks
from pipeline.report.part_brief import LEAST_SHARE, compared, hour_tiles, than, wasted
from pipeline.report.period import words
from pipeline.report.project_facts import ProjectFacts
from pipeline.report.template import Template
from pipeline.report.wording import count, name_of, number, of_bucket, percent, shown

MOST_ADVICE = 3


def summary(facts: ProjectFacts, template: Template) -> tuple[Block, ...]:
    """The numbers that a PI asks for, beside the period before."""
    tiles = Tiles(
        (
            *hour_tiles(facts, facts.before),
            Tile("Users", number(facts.who["user"]), than(facts.who["user"], facts.before, "user")),
        )
    )
    if not facts.totals["jobs"]:
        return tiles, Paragraph("No run of the project was charged on these days.")
    when = f"On {words(facts.days)}" if facts.days[0] == facts.days[1] else f"From {words(facts.days)}"
    since = (facts.pool.first_day or facts.days[0]).isoformat()
    text = (
        f"{when} {count(facts.who['user'], 'user', 'users')} of the project ran {number(facts.totals['jobs'])} jobs at "
        f"{count(facts.who['site'], 'site', 'sites')}. {compared(facts.before, since)}"
    )
    return tiles, Paragraph(text)


def waste(facts: ProjectFacts, template: Template) -> tuple[Block, ...]:
    """What became of the hours, and what can be done about each kind of waste."""
    lines = tuple(
        (of_bucket(name), number(hours), percent(share), OF_PROJECT[name]) for name, hours, share in wasted(facts)
    )
    if not lines:
        return (*bucket_chart(facts, LEAST_SHARE), Paragraph("Nothing that is known to be waste stands out."))
    heads = ("Wasted on", "Core hours", "Share", "What to change")
    return (*bucket_chart(facts, LEAST_SHARE), Table("Waste by cause", heads, lines, (False, True, True, False)))


def advice(facts: ProjectFacts, template: Template) -> tuple[Block, ...]:
    """The changes to submit files that would have saved most."""
    sheet = facts.advice
    if not sheet.runs:
        return (Paragraph("No run ended on these days."),)
    if not sheet.advice:
        return (Paragraph("No change of a submit file would have saved enough to speak of, as far as was measured."),)
    cards = tuple(_card(one) for one in sheet.advice[:MOST_ADVICE])
    left = len(sheet.advice) - len(cards)
    more = f"The annex, and the page Project, have {left:,} more. " if left else ""
    return (*cards, Paragraph(f"{more}{advised.counted(sheet.exchange)}"))


def users(facts: ProjectFacts, template: Template) -> tuple[Block, ...]:
    """Those with most core hours."""
    return group_blocks(facts, "user", template.project.top) if facts.totals["jobs"] else ()


def sites(facts: ProjectFacts, template: Template) -> tuple[Block, ...]:
    """Where it ran."""
    return group_blocks(facts, "site", template.project.top) if facts.totals["jobs"] else ()


def grants(facts: ProjectFacts, template: Template) -> tuple[Block, ...]:
    """Allocations with what is left of them, and awards."""
    allocations, awards = facts.sheet.allocations, facts.sheet.awards
    blocks: list[Block] = []
    if allocations:
        lines = tuple(_allocation(one) for one in allocations)
        heads = ("Allocation", "Days", "Granted h", "Used so far", "Left", "Lasts until")
        blocks.append(Table("Allocations", heads, lines, (False, False, True, True, True, True)))
    if awards:
        rows = tuple((shown(one.number or "—"), shown(one.title or "—"), _days(one.first, one.last)) for one in awards)
        blocks.append(Table("Awards", ("Award", "Title", "Days"), rows, (False, False, False)))
    return tuple(blocks) or (Paragraph("No allocation or award of these days is registered."),)


def about(facts: ProjectFacts) -> tuple[str, ...]:
    """Lines for the head: whose the project is, as registered."""
    told = [one for one in facts.sheet.registrations if one.institution != "unmapped" or one.pi != "unmapped"]
    if not told:
        return ("Not registered: whose it is, nobody has said.",)
    return tuple(
        f"PI: {name_of(one.pi)} · {name_of(one.institution)} · {name_of(one.field_of_science)}" for one in told[:3]
    )


def saves(one: Advice) -> str:
    """“1,234 core hours”"""
    return f"{one.effect.hours:,.0f} {one.rule.unit}"


def _card(one: Advice) -> Card:
    whose = f"{one.user}, {one.workflow if one.workflow is not None else 'smaller workflows'}"
    return Card(
        title=f"{advised.TITLES[one.kind]}: {saves(one)} less",
        text=shown(f"{whose}: {advised.sentence(one)}"),
        lines=advised.lines(one),
        note=shown(f"{advised.risk(one)} {advised.tested(one)}"),
    )


def _allocation(one: Course) -> tuple[str, ...]:
    named = " ".join(part for part in (one.of.number, one.of.title) if part) or "—"
    lasts = "—" if one.lasts_until is None else one.lasts_until.isoformat()
    hours = (number(one.of.promised_h), number(one.given_h), number(one.left_h))
    return shown(named), _days(one.of.first, one.of.last), *hours, lasts


def _days(first: object, last: object) -> str:
    return f"{first or '…'} to {last or '…'}"
