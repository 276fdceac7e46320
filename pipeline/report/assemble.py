"""A report's content: cover and parts, in the template's order. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from pipeline.report import next_steps, part_brief, part_delivered, part_method, part_project, part_quality, part_site
from pipeline.report.content import Block, Cover, Paragraph, Report, Section
from pipeline.report.facts import Facts
from pipeline.report.ground import Ground
from pipeline.report.part_closed import brief_restatements, restatements
from pipeline.report.period import words
from pipeline.report.project_facts import ProjectFacts
from pipeline.report.site_facts import SiteFacts
from pipeline.report.template import Template
from pipeline.report.wording import labelled, name_of, shown
from pipeline.terminal import visible

F = TypeVar("F", bound=Ground)
Name = TypeVar("Name", bound=str)
Make = Callable[[F, Template], tuple[Block, ...]]
Parts = Mapping[str, tuple[str, Make[F]]]
"""Each part's title and how it is made; a template names those that it wants."""
MOST_NAMES = 5
PARTS: Parts[Facts] = {
    "summary": ("In short", part_delivered.summary),
    "delivered": ("Delivered to whom and where", part_delivered.delivered),
    "people": ("People, projects and institutions", part_delivered.people),
    "trend": ("Month by month", part_delivered.trend),
    "comparison": ("Beside the year before", part_delivered.comparison),
    "commitments": ("Promises and awards", part_quality.commitments),
    "efficiency": ("Efficiency", part_quality.efficiency),
    "capacity": ("Capacity", part_quality.capacity),
    "bridge": ("Beside figures published elsewhere", part_quality.bridge),
    "method": ("Method and definitions", part_method.method),
    "completeness": ("Completeness, and what is not known", part_method.completeness),
    "restatements": ("Closed months and restatements", restatements),
    "provenance": ("Data version", part_method.provenance),
}
PROJECT_PARTS: Parts[ProjectFacts] = {
    "summary": ("In short", part_project.summary),
    "next": ("What to do next", next_steps.of_project),
    "trend": ("Month by month", part_brief.brief_trend),
    "waste": ("What became of the hours", part_project.waste),
    "advice": ("What to change in submit files", part_project.advice),
    "users": ("Users", part_project.users),
    "sites": ("Where it ran", part_project.sites),
    "grants": ("Allocations and awards", part_project.grants),
    "completeness": ("Completeness", part_brief.brief_completeness),
    "restatements": ("Closed months and restatements", brief_restatements),
    "provenance": ("Data", part_brief.brief_provenance),
}
SITE_PARTS: Parts[SiteFacts] = {
    "summary": ("In short", part_site.summary),
    "next": ("What to do next", next_steps.of_site),
    "delivered": ("Delivered to whom", part_site.delivered),
    "trend": ("Month by month", part_brief.brief_trend),
    "failures": ("What failed here", part_site.failures),
    "capacity": ("Capacity", part_site.capacity),
    "downtimes": ("Downtimes", part_site.downtimes),
    "pledges": ("Pledges", part_site.pledges),
    "waste": ("What became of the hours", part_site.waste),
    "completeness": ("Completeness", part_brief.brief_completeness),
    "restatements": ("Closed months and restatements", brief_restatements),
    "provenance": ("Data", part_brief.brief_provenance),
}


def report(facts: Facts, template: Template) -> Report:
    """What a reader of that template sees of a facility."""
    pool = shown(facts.pool.name)
    lines = (words((facts.period.first, facts.period.last)), f"Pool: {pool}", f"Data version {facts.published.version}")
    cover = _cover(facts, template, template.title, lines)
    return Report(cover, tuple(_sections(PARTS, template.parts, template.texts, facts, template)))


def project_report(facts: ProjectFacts, template: Template) -> Report:
    """What a PI sees of a project."""
    own = template.project
    title = f"{own.title} {name_of(facts.project)}"
    cover = _cover(facts, template, title, (*part_project.about(facts), _days_and_pool(facts)), is_brief=True)
    return Report(cover, tuple(_sections(PROJECT_PARTS, own.parts, own.texts, facts, template)))


def site_report(facts: SiteFacts, template: Template) -> Report:
    """What the owners of a site see of it."""
    own = template.site
    title = f"{own.title} {name_of(facts.site)}"
    cover = _cover(facts, template, title, (*part_site.about(facts), _days_and_pool(facts)), is_brief=True)
    return Report(cover, tuple(_sections(SITE_PARTS, own.parts, own.texts, facts, template)))


def _sections(
    parts: Parts[F], chosen: Sequence[Name], texts: Mapping[Name, str], facts: F, template: Template
) -> Iterator[Section]:
    for name in chosen:
        title, make = parts[name]
        own = (one_line(text) for text in texts.get(name, "").split("\n\n"))
        blocks = (*(Paragraph(text) for text in own if text), *make(facts, template))
        if blocks:
            yield Section(title, blocks)


def _cover(facts: Ground, template: Template, title: str, lines: Sequence[str], *, is_brief: bool = False) -> Cover:
    return Cover(
        facility=one_line(template.facility) or shown(facts.pool.name),
        title=one_line(title),
        period=facts.period.words,
        lines=(*lines, *filter(None, [one_line(template.contact)])),
        marks=tuple(_marks(facts)),
        is_brief=is_brief,
    )


def _days_and_pool(facts: Ground) -> str:
    return f"{words((facts.period.first, facts.period.last))} · pool {shown(facts.pool.name)}"


def _marks(facts: Ground) -> Iterator[str]:
    """What must not be overlooked."""
    if facts.pool.simulated:
        yield "Simulated pool: these records are made up, no machine ran these jobs."
    if facts.days != (facts.period.first, facts.period.last):
        yield f"Known are {words(facts.days)} only."
    narrowed = _narrowed(facts)
    if narrowed:
        yield f"Only: {'; '.join(narrowed)}."
    if not facts.sees_all and not isinstance(facts, ProjectFacts):
        yield "Only of the projects that its reader may see."
    if facts.booking == "ended":
        yield "Booked as ended: whole jobs on the day and at the site where they ended."
    if facts.restated is not None:
        yield "As closed: closed months have the numbers that they were closed with."


def _narrowed(facts: Ground) -> list[str]:
    """The filters besides what the report is of."""
    own = {ProjectFacts: "project", SiteFacts: "site"}.get(type(facts), "")
    said = []
    for name, values in facts.where:
        if name != own:
            more = f" and {len(values) - MOST_NAMES:,} more" if len(values) > MOST_NAMES else ""
            said.append(f"{labelled(name).lower()} {', '.join(map(name_of, values[:MOST_NAMES]))}{more}")
    return said


def one_line(text: str) -> str:
    """A facility's own text, its lines joined, with nothing in it that a reader cannot see."""
    return visible(" ".join(text.split()))
