"""The commands `htc-ledger report ...`: documents for people outside."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import LakeOption, OnePoolOption, OutputOption, ZoneOption, days

if TYPE_CHECKING:
    from pipeline.report.content import Report
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


PeriodOption = Annotated[
    str | None,
    typer.Option("--period", help="2026-11, 2026-Q4, 2026, or FY2026: the fiscal year that ends in 2026."),
]
FromOption = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, instead of --period.")
]
ToOption = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, instead of --period.")]
AnnexOption = Annotated[
    Path | None, typer.Option("--annex", help="Also write all rows: into this folder, or file if it ends in .zip.")
]
TemplateOption = Annotated[
    Path | None, typer.Option("--template", help="TOML file (else the setting report_template).")
]


def report_app() -> typer.Typer:
    """The group of commands `report`."""
    app = typer.Typer(help="Documents for people outside: PDF or HTML, and an annex.", no_args_is_help=True)
    app.command()(facility)
    app.command()(template)
    return app


def facility(
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    period: PeriodOption = None,
    first: FromOption = None,
    last: ToOption = None,
    format_: Annotated[Form, typer.Option("--format", help="pdf (PDF/UA-1) or html.")] = Form.pdf,
    annex: AnnexOption = None,
    annex_format: Annotated[AnnexFormat, typer.Option(help="Of the annex's tables.")] = AnnexFormat.csv,
    template_: TemplateOption = None,
    pool: OnePoolOption = None,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """What a facility delivered in a period, for those who fund it. The same data and template give the same bytes.

    Example: htc-ledger report facility --period FY2026 --output fy2026.pdf --annex fy2026.zip
    """
    from pipeline import settings as configuration
    from pipeline.answers import write
    from pipeline.cube import Cube
    from pipeline.one_pool import one_pool
    from pipeline.report.annex import files, write_annex
    from pipeline.report.assemble import report
    from pipeline.report.facts import facts
    from pipeline.report.period import chosen
    from pipeline.viewer import LOCAL

    settings = configuration.load(lake=lake)
    asked, look = chosen(period, *days(first, last), settings.fiscal_year_month), _template(template_, settings)
    cube = Cube.open(settings.lake, zone)
    found = facts(cube, LOCAL, one_pool(cube, LOCAL, pool), asked, look)
    write(_written(report(found, look), look, format_), output, binary=True)
    if annex is not None:
        write_annex(files(found, annex_format.value), annex)
    typer.echo(f"Wrote {output}" + (f" and {annex}." if annex else "."))


def template(output: OutputOption = None) -> None:
    """Write a commented template with every key at its default.

    Example: htc-ledger report template --output our-report.toml
    """
    from pipeline.answers import write
    from pipeline.report.template import as_toml

    write(as_toml().encode(), output, binary=False)


def _template(named: Path | None, settings: "Settings") -> "Template":
    from pipeline.report.template import load

    usual = Path(settings.report_template) if settings.report_template else None
    return load(named or usual)


def _written(content: "Report", look: "Template", form: Form) -> bytes:
    from pipeline.report.page import page
    from pipeline.report.pdf import pdf

    return pdf(content, look) if form is Form.pdf else page(content, look)
