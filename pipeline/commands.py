"""Commands of the core: init, build, usage, status, lake."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import access_point_command, facility_command, pool_commands, waste_commands
from pipeline.advice import command as advice_commands
from pipeline.alerts.command import alerts_app
from pipeline.bridge import command as bridge_commands
from pipeline.campaigns import command as campaigns_command
from pipeline.closing import command as closing_commands
from pipeline.closing.command import AsClosed
from pipeline.desk.command import desk_app
from pipeline.digest.command import digest_app
from pipeline.elastic.command import elastic_app
from pipeline.explorer import command as explorer_commands
from pipeline.exports.command import exports_app
from pipeline.lake_command import lake_app
from pipeline.losses import command as losses_command
from pipeline.matching import command as matching_commands
from pipeline.metadata.command import metadata_app
from pipeline.options import (
    BookingName,
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OutputOption,
    ReportFormat,
    UrlOption,
    WhereOption,
    ZoneOption,
    cube_at,
    days,
    names,
    status_at,
)
from pipeline.receipt import command as receipt_commands
from pipeline.receipt import residuals_command
from pipeline.recover import command as recover_command
from pipeline.report.command import report_app
from pipeline.rights.command import rights_app
from pipeline.rights.token_command import tokens_app
from pipeline.terminal import plain_table, standard_output, visible
from pipeline.transfers import command as transfers_command
from pipeline.triage import command as classify_command
from pipeline.triage import triage_command

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console

    from pipeline.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    app.command()(init)
    app.command()(build)
    app.command()(usage)
    app.command()(status)
    pool_commands.add_to(app)
    waste_commands.add_to(app)
    facility_command.add_to(app)
    access_point_command.add_to(app)
    closing_commands.add_to(app)
    receipt_commands.add_to(app)
    residuals_command.add_to(app)
    bridge_commands.add_to(app)
    explorer_commands.add_to(app)
    matching_commands.add_to(app)
    advice_commands.add_to(app)
    transfers_command.add_to(app)
    classify_command.add_to(app)
    triage_command.add_to(app)
    losses_command.add_to(app)
    recover_command.add_to(app)
    campaigns_command.add_to(app)
    app.add_typer(alerts_app(), name="alerts")
    app.add_typer(desk_app(), name="desk")
    app.add_typer(digest_app(), name="digest")
    app.add_typer(elastic_app(), name="elastic")
    app.add_typer(exports_app(), name="exports")
    app.add_typer(lake_app(), name="lake")
    app.add_typer(metadata_app(), name="metadata")
    app.add_typer(report_app(), name="report")
    app.add_typer(rights_app(), name="rights")
    app.add_typer(tokens_app(), name="tokens")


def init(
    path: Annotated[Path, typer.Argument(help="File to write.")] = Path("ledger.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented ledger.toml with every setting and its default."""
    from pipeline.errors import SettingsError
    from pipeline.settings import as_toml

    if path.exists() and not force:
        raise SettingsError(f"{path} exists", "Name another file, or replace it with --force.")
    try:
        path.write_text(as_toml(), "utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error
    typer.echo(f"Wrote {path}. Uncomment what you want to change; `htc-ledger status` shows what is in force.")


def build(
    from_nothing: Annotated[
        bool, typer.Option("--from-nothing", help="Make all of it anew, instead of what new records can have changed.")
    ] = False,
    lake: LakeOption = None,
) -> None:
    """Make the ledger from the lake, check every rule, and publish the cube that is asked.

    Nothing is published if a rule is broken. Without new records it does nothing.
    """
    from pipeline import settings as configuration

    make_cube(configuration.load(lake=lake), from_nothing=from_nothing)


def make_cube(settings: "Settings", *, from_nothing: bool = False) -> None:
    """Publish a cube, and say on the terminal what came of it."""
    from pipeline.lake import Lake
    from pipeline.publish import publish

    console = _stderr()
    with console.status("reading the lake") as spinner:
        made, is_new = publish(
            Lake(settings.lake), settings, lambda step: spinner.update(step), from_nothing=from_nothing
        )
    if is_new:
        typer.echo(f"Published cube {made.version}: {made.checks} checks hold. See it: htc-ledger usage --by project")
        typer.echo(f"Made {made.made}.")
    else:
        typer.echo(f"Cube {made.version} is up to date: the lake has nothing new.")


def usage(
    by: Annotated[
        str,
        typer.Option(
            help="Dimensions, comma separated: pool,ap,day,month,project,site,resource,user,outcome,venue,bucket, and "
            "those of docs/definitions.md."
        ),
    ] = "project",
    metrics: Annotated[
        str, typer.Option(help="Metrics, comma separated; `--metrics help` lists them with their definitions.")
    ] = "cpu_h,gpu_h,jobs,attempts",
    first: FirstOption = None,
    last: LastOption = None,
    where: WhereOption = None,
    booking: Annotated[
        BookingName,
        typer.Option(help="used: each attempt on its days and site; ended: whole jobs on their end day and last site."),
    ] = BookingName.used,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    as_closed: AsClosed = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Usage by project, site, user, day, ...: the numbers of every page and report.

    Example: htc-ledger usage --by month,project --metrics cpu_h,cpu_efficiency --where "pool=sample" --format csv
    """
    from pipeline.query import UsageQuery, where_of
    from pipeline.viewer import LOCAL

    if metrics == "help":
        _list_metrics()
        return
    first_day, last_day = days(first, last)
    query = UsageQuery(
        by=names(by),
        metrics=names(metrics),
        first=first_day,
        last=last_day,
        where=where_of(where or ()),
        booking=booking.value,
    )
    cube = cube_at(lake, url, zone, as_closed)
    answer = cube.usage(query, LOCAL)
    if format_ is Format.table and output is None:
        _show(answer, query, cube.published.zone)
        if as_closed is not None:
            typer.echo(f"As it was closed: {cube.version}")
    else:
        from pipeline.answers import write_table

        write_table(answer, format_, output)


def status(
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="table for people (long lists are cut), json for programs.")
    ] = ReportFormat.table,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """What is in the lake, how new and how complete it is, how each source is doing, and the settings in force.

    Each source with its last success, what is wrong with it and what to do; days that are not complete and why; jobs
    without a final ad; rejected records; whether the lake can be written.
    """
    from datetime import UTC

    from pipeline.status import as_json, tables

    now = datetime.now(UTC)
    found = status_at(lake, url, zone, now)
    if format_ is ReportFormat.json:
        sys.stdout.write(as_json.as_json(found))
    else:
        tables.show(found, now, standard_output())


def _list_metrics() -> None:
    from rich.table import Table

    from pipeline.metrics import METRICS

    table = Table("metric", "unit", "definition", box=None, header_style="bold", pad_edge=False)
    for metric in METRICS:
        table.add_row(metric.name, metric.unit, metric.doc)
    standard_output().print(table)


def _show(answer: "pa.Table", query: Any, zone: str) -> None:
    from rich.text import Text

    measures = query.measures()
    table = plain_table()
    for group in query.dimensions():
        table.add_column(group.label, overflow="fold")
    for metric in measures:
        table.add_column(f"{metric.label}\n[dim]{metric.unit}[/dim]", justify="right", no_wrap=True)
    groups = len(query.by)
    for row in answer.to_pylist():
        cells = list(row.values())
        table.add_row(
            *(Text("—" if cell is None else visible(str(cell))) for cell in cells[:groups]),
            *(
                _number(cell, metric.unit, metric.decimals)
                for cell, metric in zip(cells[groups:], measures, strict=True)
            ),
        )
    console = standard_output()
    console.print(table)
    booked = "as used" if query.booking == "used" else "as ended"
    console.print(f"[dim]Booked {booked}; days begin at midnight {zone}.[/dim]")


def _number(value: float | None, unit: str, decimals: int) -> str:
    if value is None:
        return "—"
    shown = 100 * value if unit == "%" else value
    small = decimals and 0 < abs(shown) < 10
    return f"{shown:,.{3 if small else decimals}f}"


def _stderr() -> "Console":
    from rich.console import Console

    return Console(stderr=True)
