"""A report as one HTML file that loads nothing from anywhere; every text in it is escaped."""

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.report.content import Report
from pipeline.report.template import Template, logo_of

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


def page(report: Report, template: Template) -> bytes:
    """The file. Raises SettingsError for a logo that cannot be used."""
    logo = logo_of(template)
    picture = f"data:{_TYPES[logo[0]]};base64,{b64encode(logo[1]).decode()}" if logo else ""
    words = template.logo_text or f"Logo of {report.cover.facility}"
    made = _environment().get_template("report.html")
    said = made.render(report=report, colour=template.colour, logo=picture, logo_text=words)
    return said.encode("utf-8", "backslashreplace")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("pipeline.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
