"""The commands `report mail` and `report sent`: reports to those who subscribed, and what became of them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import Format, FormatOption, LakeOption, OutputOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.report.mailing import Outcome


def mail(
    period: Annotated[
        str | None,
        typer.Option("--period", help="That one, whatever day it is, as far as it is known. Default: those due."),
    ] = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="That subscription alone; repeat it.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also those that may have gone out.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    lake: LakeOption = None,
) -> None:
    """Send the reports of report_subscriptions that are due, each once to each reader; for a timer, once a day.

    The exit code is 1 if one failed; the others are sent.
    """
    from pipeline import settings as configuration
    from pipeline.cube import Cube
    from pipeline.errors import UsageError
    from pipeline.mail.once import FAILED
    from pipeline.report.mailing import Errand, mail_reports
    from pipeline.report.period import Period
    from pipeline.report.subscriptions import subscriptions

    settings = configuration.load(lake=lake)
    to = subscriptions(settings.report_subscriptions)
    unknown = sorted({*(only or ())} - {one.name for one in to})
    if unknown:
        raise UsageError(f"there is no subscription {unknown[0]!r}", f"Known: {', '.join(one.name for one in to)}.")
    asked = None if period is None else Period.parse(period, settings.fiscal_year_month)
    chosen = [one for one in to if not only or one.name in only]
    errand = Errand(datetime.now(UTC), asked, again, dry_run)
    outcomes = mail_reports(Cube.open(settings.lake), settings, chosen, errand)
    _tell(outcomes)
    if any(one.state in FAILED for one in outcomes):
        raise typer.Exit(1)


def sent(format_: FormatOption = Format.table, output: OutputOption = None, lake: LakeOption = None) -> None:
    """Reports that were sent to whom, step by step, the newest last: begun, sent or refused."""
    import pyarrow as pa

    from pipeline import settings as configuration
    from pipeline.answers import with_times, write_table
    from pipeline.lake import Lake
    from pipeline.mail.sent import steps
    from pipeline.report.mailing import SOURCE
    from pipeline.show_table import show_table

    opened = Lake(configuration.load(lake=lake).lake)
    opened.require()
    names = ("at_utc", "period", "rule", "about", "recipient", "state", "said")
    schema = pa.schema([(name, pa.int64() if name == "at_utc" else pa.string()) for name in names])
    rows = [{name: getattr(step, name) for name in names} for step in steps(opened, SOURCE)]
    table = pa.Table.from_pylist(rows, schema=schema)
    if format_ is Format.table and output is None:
        show_table(with_times(table))
    else:
        write_table(table, format_, output)


def _tell(outcomes: "Sequence[Outcome]") -> None:
    from pipeline.mail.once import FAILED
    from pipeline.terminal import visible

    for one in outcomes:
        detail = f": {one.detail}" if one.detail else ""
        said = f"{one.state}: {one.delivery.address} ({one.delivery.of.name}){detail}"
        typer.echo(visible(said), err=one.state in FAILED)
    typer.echo(f"{sum(one.state == 'sent' for one in outcomes)} sent of {len(outcomes)}.")
