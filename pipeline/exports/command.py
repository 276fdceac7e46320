"""The commands `htc-ledger exports ...`: usage as other accounting systems take it, and what they got."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.exports.options import Options
from pipeline.options import (
    BookingName,
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OutputOption,
    ZoneOption,
)

if TYPE_CHECKING:
    from pipeline.exports.names import Names
    from pipeline.exports.record import Exported


class Records(StrEnum):
    """What APEL gets."""

    normalised = "normalised"
    summary = "summary"
    jobs = "jobs"


class Message(StrEnum):
    """Versions of APEL's messages."""

    v03 = "0.3"
    v04 = "0.4"


class Form(StrEnum):
    """Of usage records."""

    xml = "xml"
    json = "json"


class VenueName(StrEnum):
    """Where runs ran."""

    pool = "pool"
    pilot = "pilot"


OutOption = Annotated[Path, typer.Option("--out", help="Folder to write to; on one file system as a whole.")]
MonthOption = Annotated[str | None, typer.Option("--month", help="2026-10, instead of --from and --to.")]
PoolsOption = Annotated[
    list[str] | None, typer.Option("--pool", help="Only this pool; may be repeated. Default: all real ones.")
]
BookingOption = Annotated[
    BookingName, typer.Option(help="used: each attempt, by its end; ended: whole jobs, as GRACC and most others count.")
]
VenueOption = Annotated[VenueName, typer.Option(help="pool: payload; pilot: what ran at a CE.")]
TargetOption = Annotated[
    str | None, typer.Option("--target", help="Who gets it, for `exports sent`. Default: the folder.")
]
AgainOption = Annotated[bool, typer.Option("--again", help="Also what was sent before.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only tell what is due.")]


def exports_app() -> typer.Typer:
    """The group of commands `exports`."""
    app = typer.Typer(help="Usage for other accounting systems: APEL, Gratia, GRACC, XDMoD.", no_args_is_help=True)
    for command in (apel, gratia, gracc, xdmod, sent, template):
        app.command()(command)
    return app


def apel(
    out: OutOption,
    records: Annotated[Records, typer.Option(help="Summaries by month, normalised or plain, or single jobs.")] = (
        Records.normalised
    ),
    message: Annotated[Message, typer.Option(help="Version of the messages.")] = Message.v04,
    month: MonthOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolsOption = None,
    booking: BookingOption = BookingName.used,
    venue: VenueOption = VenueName.pool,
    target: TargetOption = None,
    again: AgainOption = False,
    dry_run: DryRunOption = False,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """APEL messages, where ssmsend takes them: --out is the folder `outgoing` of its directory queue.

    Benchmarks and names of sites come from the setting exports_file.
    Example: htc-ledger exports apel --out /var/spool/apel/outgoing --month 2026-10
    """
    from pipeline.exports.apel import jobs
    from pipeline.exports.apel_summary import summaries

    def form(names: "Names", zone_of_days: str) -> "Exported":
        if records is Records.jobs:
            return jobs(names, message.value)
        return summaries(names, message.value, zone_of_days, normalised=records is Records.normalised)

    asked = Options(out, month, first, last, pool, booking, venue, target, again, dry_run, zone, lake)
    _tell(form, asked)


def gratia(
    out: OutOption,
    form: Annotated[Form, typer.Option("--form", help="xml: bundles of the OGF's records; json: a record a line.")] = (
        Form.xml
    ),
    month: MonthOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolsOption = None,
    booking: BookingOption = BookingName.used,
    venue: VenueOption = VenueName.pool,
    target: TargetOption = None,
    again: AgainOption = False,
    dry_run: DryRunOption = False,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """Usage records of Gratia and the OGF, one for each run. Example: htc-ledger exports gratia --out records"""
    from pipeline.exports.usage_record import usage_records

    asked = Options(out, month, first, last, pool, booking, venue, target, again, dry_run, zone, lake)
    _tell(lambda names, _: usage_records(names, form.value), asked)


def gracc(
    out: OutOption,
    month: MonthOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolsOption = None,
    booking: BookingOption = BookingName.used,
    venue: VenueOption = VenueName.pool,
    target: TargetOption = None,
    again: AgainOption = False,
    dry_run: DryRunOption = False,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """Documents of GRACC's summary index, by day, as JSON lines. Example: htc-ledger exports gracc --out summaries"""
    from pipeline.exports import gracc as documents

    asked = Options(out, month, first, last, pool, booking, venue, target, again, dry_run, zone, lake)
    _tell(lambda names, _: documents.gracc(names), asked)


def xdmod(
    out: OutOption,
    month: MonthOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    pool: PoolsOption = None,
    booking: BookingOption = BookingName.used,
    venue: VenueOption = VenueName.pool,
    target: TargetOption = None,
    again: AgainOption = False,
    dry_run: DryRunOption = False,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """What `xdmod-shredder -f slurmjson` reads. Example: htc-ledger exports xdmod --out shred --month 2026-10"""
    from pipeline.exports import xdmod as slurm

    asked = Options(out, month, first, last, pool, booking, venue, target, again, dry_run, zone, lake)
    _tell(lambda names, _: slurm.xdmod(names), asked)


def sent(format_: FormatOption = Format.table, output: OutputOption = None, lake: LakeOption = None) -> None:
    """Each file that was handed over: to whom, when, of which days, with how much; the newest last."""
    from pipeline import settings as configuration
    from pipeline.answers import with_times, write_table
    from pipeline.exports.listing import sent_files
    from pipeline.lake import Lake
    from pipeline.show_table import show_table

    opened = Lake(configuration.load(lake=lake).lake)
    opened.require()
    found = with_times(sent_files(opened))
    if format_ is Format.table and output is None:
        show_table(found)
    else:
        write_table(found, format_, output)


def template(output: OutputOption = None) -> None:
    """Write a commented file of names, benchmarks and VOs, for the setting exports_file."""
    from pipeline.answers import write
    from pipeline.exports.names import TEMPLATE

    write(TEMPLATE.encode(), output, binary=False)


def _tell(form: "Callable[[Names, str], Exported]", asked: Options) -> None:
    from pipeline.exports.run import handed_over

    for line in handed_over(form, asked):
        typer.echo(line)
