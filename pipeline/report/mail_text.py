"""The mail around a report: its numbers in short and what to do next, as text and as HTML. Pure.

Everything that is put in is escaped in HTML; it was made visible when the report was made.
"""

from functools import cache
from itertools import chain
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.report.content import Report, Steps, Tiles
from pipeline.report.ground import Ground
from pipeline.report.project_facts import ProjectFacts
from pipeline.report.site_facts import SiteFacts


def text(report: Report, link: str) -> str:
    """The mail as plain text; `link` leads to the page, none if it is empty."""
    return _environment(escaping=False).get_template("mail.txt").render(_given(report, link))


def html(report: Report, link: str) -> str:
    """The same as a page that a mail program shows; it loads nothing from anywhere."""
    return _environment(escaping=True).get_template("mail.html").render(_given(report, link))


def link(base_url: str, facts: Ground) -> str:
    """The page that shows the same; empty where the dashboard's address is not set."""
    if not base_url:
        return ""
    asked = {"pool": facts.pool.name, "from": facts.period.first.isoformat(), "to": facts.period.last.isoformat()}
    page = "facility"
    if isinstance(facts, ProjectFacts):
        page, asked["project"] = "project", facts.project
    elif isinstance(facts, SiteFacts):
        page, asked["site"] = "site", facts.site
    return f"{base_url.rstrip('/')}/{page}?{urlencode(asked)}"


def _given(report: Report, link: str) -> dict[str, object]:
    blocks = list(chain.from_iterable(section.blocks for section in report.sections))
    tiles = chain.from_iterable(block.tiles for block in blocks if isinstance(block, Tiles))
    steps = chain.from_iterable(block.steps for block in blocks if isinstance(block, Steps))
    return {"report": report, "tiles": list(tiles), "steps": list(steps), "link": link}


@cache
def _environment(*, escaping: bool) -> Environment:
    return Environment(
        loader=PackageLoader("pipeline.report", ""),
        autoescape=escaping,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
