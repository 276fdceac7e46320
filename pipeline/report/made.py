"""The front door of reports: what is asked in; content, and the facts that it is made of, out. Then a form of it."""

from dataclasses import dataclass
from typing import Literal, get_args

from pipeline.cube import Cube, PoolInfo
from pipeline.errors import UsageError
from pipeline.query import Booking, Where
from pipeline.report.assemble import project_report, report, site_report
from pipeline.report.content import Report
from pipeline.report.facts import facts
from pipeline.report.ground import Ground, Question
from pipeline.report.page import page
from pipeline.report.pdf import pdf
from pipeline.report.period import Period
from pipeline.report.project_facts import project_facts
from pipeline.report.site_facts import site_facts
from pipeline.report.template import Template
from pipeline.viewer import Viewer

Kind = Literal["facility", "project", "site"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Form = Literal["pdf", "html"]
FORMS: dict[Form, str] = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
"""Forms, and their media types."""


@dataclass(frozen=True)
class Asked:
    """A report. `name`: the project or site; empty of a facility. `where`: further filters, without the pool."""

    kind: Kind
    name: str
    pool: PoolInfo
    period: Period
    where: Where = ()
    booking: Booking = "used"


@dataclass(frozen=True)
class Made:
    """What a reader sees, and what the annex is written from."""

    report: Report
    facts: Ground


def made(cube: Cube, viewer: Viewer, asked: Asked, template: Template) -> Made:
    """The report. Raises UsageError for days or names that nothing is known of, and LakeError."""
    question = Question(asked.pool, asked.period, asked.where, asked.booking)
    if bool(asked.name) == (asked.kind == "facility"):
        raise UsageError("a facility has no name here, projects and sites have one", f"Kinds: {', '.join(KINDS)}.")
    if asked.kind == "project":
        of_project = project_facts(cube, viewer, question, asked.name)
        return Made(project_report(of_project, template), of_project)
    if asked.kind == "site":
        of_site = site_facts(cube, viewer, question, asked.name)
        return Made(site_report(of_site, template), of_site)
    found = facts(cube, viewer, asked.pool, asked.period, template, asked.where, asked.booking)
    return Made(report(found, template), found)


def written(content: Report, template: Template, form: Form) -> bytes:
    """The document: equal contents, equal bytes. Raises SettingsError and UsageError as `pdf` and `page` do."""
    return pdf(content, template) if form == "pdf" else page(content, template)
