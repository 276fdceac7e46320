"""A report's content: cover and parts, in the template's order. Pure."""

from collections.abc import Callable, Mapping

from pipeline.report import part_delivered, part_method, part_quality
from pipeline.report.content import Block, Cover, Paragraph, Report, Section
from pipeline.report.facts import Facts
from pipeline.report.period import words
from pipeline.report.template import Template
from pipeline.report.wording import shown
from pipeline.terminal import visible

Make = Callable[[Facts, Template], tuple[Block, ...]]
PARTS: Mapping[str, tuple[str, Make]] = {
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
    "restatements": ("Closed months and restatements", part_method.restatements),
    "provenance": ("Data version", part_method.provenance),
}
"""Each part's title and how it is made; a template names those that it wants."""


def report(facts: Facts, template: Template) -> Report:
    """What a reader of that template sees of those facts."""
    sections = []
    for name in template.parts:
        title, make = PARTS[name]
        own = (one_line(text) for text in template.texts.get(name, "").split("\n\n"))
        sections.append(Section(title, (*(Paragraph(text) for text in own if text), *make(facts, template))))
    return Report(_cover(facts, template), tuple(sections))


def _cover(facts: Facts, template: Template) -> Cover:
    pool = shown(facts.pool.name)
    lines = [words((facts.period.first, facts.period.last)), f"Pool: {pool}", f"Data version {facts.published.version}"]
    marks = []
    if facts.pool.simulated:
        marks.append("Simulated pool: these records are made up, no machine ran these jobs.")
    if facts.days != (facts.period.first, facts.period.last):
        marks.append(f"Known are {words(facts.days)} only.")
    return Cover(
        facility=one_line(template.facility) or pool,
        title=one_line(template.title),
        period=facts.period.words,
        lines=(*lines, *filter(None, [one_line(template.contact)])),
        marks=tuple(marks),
    )


def one_line(text: str) -> str:
    """A facility's own text, its lines joined, with nothing in it that a reader cannot see."""
    return visible(" ".join(text.split()))
