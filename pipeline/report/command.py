"""The commands `htc-ledger report ...`: documents for people outside, and those that are sent by mail."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import BookingName, LakeOption, OnePoolOption, OutputOption, WhereOption, ZoneOption, days
from pipeline.report.mail_command import mail, sent
from pipeline.viewer import LOCAL

if TYPE_CHECKING:
    from pipeline.cube import Cube
    from pipeline.report.made import Asked, Kind
    from pipeline.report.template import Template
    from pipeline.settings import Settings


class Form(StrEnum):
    """Of the document."""

    pdf = "pdf"
    html = "html"


class AnnexFormat(StrEnum):
    """Of the annex's tables."""

    csv = "csv"
    parquet = "parquet"


FileOption = Annotated[Path, typer.Option("--output", "-o", help="File to write.")]
PeriodOption = Annotated[
    str | None,
    typer.Option("--period", help="2026-11, 2026-Q4, 2026, or FY2026: the fiscal year that ends in 2026."),
]
FromOption = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, instead of --period.")
]
ToOption = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, instead of --period.")]
FormOption = Annotated[Form, typer.Option("--format", help="pdf (PDF/UA-1) or html.")]
AnnexOption = Annotated[
    Path | None, typer.Option("--annex", help="Also write all rows: into this folder, or file if it ends in .zip.")
]
AnnexFormatOption = Annotated[AnnexFormat, typer.Option(help="Of the annex's tables.")]
TemplateOption = Annotated[
    Path | None, typer.Option("--template", help="TOML file (else the setting report_template).")
]
BookingOption = Annotated[BookingName, typer.Option(help="used or ended, as in `htc-ledger usage`.")]
AsClosedOption = Annotated[
    bool,
    typer.Option("--as-closed", help="Closed months with the numbers that they were closed with; restatements listed."),
]


@dataclass(frozen=True)
class Given:
    """What is asked, as the options say it."""

    period: str | None
    first: datetime | None
    last: datetime | None
    where: list[str] | None
    booking: BookingName
    pool: str | None
    zone: str | None
    as_closed: bool


@dataclass(frozen=True)
class Place:
    """What is written, and where."""

    output: Path
    form: Form
    annex: Path | None
    annex_form: AnnexFormat


def report_app() -> typer.Typer:
    """The group of commands `report`."""
    app = typer.Typer(help="Documents for people outside: PDF or HTML, and an annex; by mail.", no_args_is_help=True)
    for command in (facility, project, site, mail, sent, template):
        app.command()(command)
    return app


def facility(
    output: FileOption,
    period: PeriodOption = None,
    first: FromOption = None,
    last: ToOption = None,
    where: WhereOption = None,
    booking: BookingOption = BookingName.used,
    as_closed: AsClosedOption = False,
    format_: FormOption = Form.pdf,
    annex: AnnexOption = None,
    annex_format: AnnexFormatOption = AnnexFormat.csv,
    template_: TemplateOption = None,
    pool: OnePoolOption = None,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """What a facility delivered in a period, for those who fund it. The same data and template give the same bytes.

    Example: htc-ledger report facility --period FY2026 --output fy2026.pdf --annex fy2026.zip
    """
    given = Given(period, first, last, where, booking, pool, zone, as_closed)
    _write("facility", "", given, Place(output, format_, annex, annex_format), template_, lake)


def project(
    name: Annotated[str, typer.Argument(help="Project, as registered.")],
    output: FileOption,
    period: PeriodOption = None,
    first: FromOption = None,
    last: ToOption = None,
    where: WhereOption = None,
    booking: BookingOption = BookingName.used,
    as_closed: AsClosedOption = False,
    format_: FormOption = Form.pdf,
    annex: AnnexOption = None,
    annex_format: AnnexFormatOption = AnnexFormat.csv,
    template_: TemplateOption = None,
    pool: OnePoolOption = None,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """What a project used, beside the period before: waste and what to change, users, sites, grants. For its PI.

    Example: htc-ledger report project Heron_Catalysis --period 2026-11 --output heron.pdf
    """
    given = Given(period, first, last, where, booking, pool, zone, as_closed)
    _write("project", name, given, Place(output, format_, annex, annex_format), template_, lake)


def site(
    name: Annotated[str, typer.Argument(help="Site, as registered.")],
    output: FileOption,
    period: PeriodOption = None,
    first: FromOption = None,
    last: ToOption = None,
    where: WhereOption = None,
    booking: BookingOption = BookingName.used,
    as_closed: AsClosedOption = False,
    format_: FormOption = Form.pdf,
    annex: AnnexOption = None,
    annex_format: AnnexFormatOption = AnnexFormat.csv,
    template_: TemplateOption = None,
    pool: OnePoolOption = None,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """What a site delivered to whom, beside the period before: failures, capacity, downtimes, pledges.

    Example: htc-ledger report site Prairie --period 2026-Q4 --output prairie.pdf
    """
    given = Given(period, first, last, where, booking, pool, zone, as_closed)
    _write("site", name, given, Place(output, format_, annex, annex_format), template_, lake)


def template(output: OutputOption = None) -> None:
    """Write a commented template with every key at its default.

    Example: htc-ledger report template --output our-report.toml
    """
    from pipeline.answers import write
    from pipeline.report.template import as_toml

    write(as_toml().encode(), output, binary=False)


def _write(kind: "Kind", name: str, given: Given, place: Place, template_: Path | None, lake: Path | None) -> None:
    from pipeline import settings as configuration
    from pipeline.answers import write
    from pipeline.report.annex import files, write_annex
    from pipeline.report.made import made, written

    settings = configuration.load(lake=lake)
    look = _template(template_, settings)
    cube, asked = _asked(kind, name, given, settings)
    found = made(cube, LOCAL, asked, look)
    write(written(found.report, look, place.form.value), place.output, binary=True)
    if place.annex is not None:
        write_annex(files(found.facts, place.annex_form.value), place.annex)
    typer.echo(f"Wrote {place.output}" + (f" and {place.annex}." if place.annex else "."))


def _asked(kind: "Kind", name: str, given: Given, settings: "Settings") -> "tuple[Cube, Asked]":
    """The cube to ask, and what."""
    from pipeline.closing.as_closed import AsClosedCube
    from pipeline.cube import Cube
    from pipeline.errors import UsageError
    from pipeline.one_pool import one_pool
    from pipeline.query import where_of
    from pipeline.report.made import Asked
    from pipeline.report.period import chosen

    period = chosen(given.period, *days(given.first, given.last), settings.fiscal_year_month)
    where = where_of(given.where or ())
    if any(dimension == "pool" for dimension, _ in where):
        raise UsageError("a report is of one pool", "Name it with --pool.")
    live = Cube.open(settings.lake)
    cube = (AsClosedCube.of(live, period.last) if given.as_closed else live).in_zone(given.zone)
    asked = Asked(kind, name, one_pool(cube, LOCAL, given.pool), period, where, given.booking.value)
    return cube, asked


def _template(named: Path | None, settings: "Settings") -> "Template":
    from pipeline.report.template import load

    usual = Path(settings.report_template) if settings.report_template else None
    return load(named or usual)
