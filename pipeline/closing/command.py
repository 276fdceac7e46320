"""The commands about closed months: close, reopen, closed, diff."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import (
    BookingName,
    Format,
    FormatOption,
    LakeOption,
    OutputOption,
    ReportFormat,
    ReportFormatOption,
    names,
)

if TYPE_CHECKING:
    from pipeline.cube import Cube

MonthArgument = Annotated[str, typer.Argument(metavar="MONTH", help="Year and month: 2026-10.")]
AsClosed = Annotated[
    str | None,
    typer.Option(
        "--as-closed",
        metavar="MONTH[:VERSION]",
        help="Ask a month as it was closed (2026-10, or its first version: 2026-10:1): equal answers for ever.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this part."""
    for command in (close, reopen, closed, diff):
        app.command()(command)


def opened(lake: Path, as_closed: str | None, zone: str | None = None) -> "Cube":
    """The published cube, or a closed month if one is named, with days of that zone (None: of the ledger's own).

    Raises CubeMissing, UsageError, LakeError.
    """
    from pipeline.closing.closed_cube import ClosedCube
    from pipeline.cube import Cube
    from pipeline.lake import Lake

    cube = Cube.open(lake) if as_closed is None else ClosedCube.find(Lake(lake), as_closed)
    return cube.in_zone(zone)


def close(
    month: MonthArgument,
    reason: Annotated[str, typer.Option(help="Why; kept with the closed month and in the journal.")] = "",
    even_so: Annotated[
        bool, typer.Option("--even-so", help="Although it is not known to be complete; needs a reason.")
    ] = False,
    lake: LakeOption = None,
) -> None:
    """Copy a month, as the published cube has it, to a place that nothing touches: a published figure can be asked
    again for ever.

    Refused for a month that is not over, or not known to be complete. Interrupted, it is simply run again.
    """
    from pipeline import settings as configuration
    from pipeline.closing.closing import Reason
    from pipeline.closing.closing import close as close_month
    from pipeline.closing.month import Month
    from pipeline.lake import Lake

    settings = configuration.load(lake=lake)
    act = close_month(Lake(settings.lake), settings, Month.parse(month), Reason(reason, even_so), datetime.now(UTC))
    typer.echo(f"Closed {act.month}, version {act.version}. Totals: sha256 {act.totals_sha256}")
    typer.echo(f"Ask it again with: htc-ledger usage --as-closed {act.month}:{act.version}")


def reopen(
    month: MonthArgument,
    reason: Annotated[str, typer.Option(help="Why; kept in the journal.")],
    lake: LakeOption = None,
) -> None:
    """Let a closed month be closed once more, as another version; the versions that are there stay."""
    from pipeline import settings as configuration
    from pipeline.closing.closing import reopen as reopen_month
    from pipeline.closing.month import Month
    from pipeline.lake import Lake

    settings = configuration.load(lake=lake)
    act = reopen_month(Lake(settings.lake), Month.parse(month), reason, datetime.now(UTC))
    typer.echo(f"Reopened {act.month}: `htc-ledger close {act.month}` makes version {act.version + 1}.")


def closed(
    format_: ReportFormatOption = ReportFormat.table,
    lake: LakeOption = None,
) -> None:
    """List closed months and their versions, and look whether each file and the journal are what they were.

    The exit code is 1 if one of them is not.
    """
    from pipeline import settings as configuration
    from pipeline.closing import showing
    from pipeline.closing.shelf import Shelf
    from pipeline.closing.states import states
    from pipeline.lake import Lake

    opened_lake = Lake(configuration.load(lake=lake).lake)
    opened_lake.require()
    found = states(Shelf.of(opened_lake))
    if format_ is ReportFormat.json:
        typer.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    else:
        showing.show_states(found)
    if not found.all_is_well:
        raise typer.Exit(1)


def diff(
    month: MonthArgument,
    by: Annotated[str, typer.Option(help="Dimensions, comma separated, as of `usage`.")] = "project",
    version: Annotated[
        int | None, typer.Option(help="Closed version to begin with; the newest if none is named.")
    ] = None,
    against: Annotated[
        int | None, typer.Option(help="Closed version to compare it with; the live month if none is named.")
    ] = None,
    where: Annotated[list[str] | None, typer.Option(help="DIMENSION=VALUE; repeat it, as of `usage`.")] = None,
    booking: Annotated[BookingName, typer.Option(help="used or ended, as of `usage`.")] = BookingName.used,
    whole: Annotated[bool, typer.Option("--all", help="With what did not change.")] = False,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """What changed since a month was closed, and why: late or corrected records, rejects, rules, mapping.

    Days are those of the ledger's own time zone, in which months are closed.

    Example: htc-ledger diff 2026-10 --by project,site
    """
    from pipeline import settings as configuration
    from pipeline.answers import write_table
    from pipeline.closing import diff as differences
    from pipeline.closing import showing
    from pipeline.closing.closed_cube import ClosedCube
    from pipeline.closing.month import Month
    from pipeline.lake import Lake
    from pipeline.query import where_of
    from pipeline.viewer import LOCAL

    settings = configuration.load(lake=lake)
    parsed = Month.parse(month)
    before = ClosedCube.find(Lake(settings.lake), _written(parsed, version))
    other = opened(settings.lake, None if against is None else _written(parsed, against))
    query = differences.DiffQuery(names(by), where_of(where or ()), booking.value, whole)
    found = differences.diff(Lake(settings.lake), settings, before, other, query, LOCAL)
    if format_ is Format.table and output is None:
        showing.show_difference(found, query, month)
    else:
        write_table(found.rows, format_, output)


def _written(month: object, version: int | None) -> str:
    return str(month) if version is None else f"{month}:{version}"
