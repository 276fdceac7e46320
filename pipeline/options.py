"""What commands share on their way in: options and their values. Importing it costs no more than typer."""

import os
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.cube import Cube
    from pipeline.remote import RemoteLedger
    from pipeline.status.gather import Status


class Format(StrEnum):
    """Of an answer that is one table."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class TextFormat(StrEnum):
    """Of an answer that is one table, always written to the screen."""

    table = "table"
    csv = "csv"
    json = "json"


class ReportFormat(StrEnum):
    """Of an answer that is more than a table."""

    table = "table"
    json = "json"


class BookingName(StrEnum):
    """As `pipeline.query.Booking`."""

    used = "used"
    ended = "ended"


LakeOption = Annotated[
    Path | None, typer.Option("--lake", help="Folder of the lake (else HTC_LEDGER_LAKE or ledger.toml).")
]
UrlOption = Annotated[
    str | None,
    typer.Option("--url", help="Ask a ledger that is served there instead of a lake here: http://127.0.0.1:8050."),
]
PoolOption = Annotated[list[str] | None, typer.Option("--pool", help="Only this pool; may be repeated.")]
OnePoolOption = Annotated[
    str | None, typer.Option("--pool", help="The pool. Default: the first real one; simulated ones only by name.")
]
FirstOption = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, included. Default: all there is.")
]
LastOption = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, included. Default: all there is.")
]
SinceOption = Annotated[
    int,
    typer.Option("--since", metavar="HOURS", help="Hours up to the newest end of a run, where no days are named."),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(help="DIMENSION=VALUE; repeat it: the same dimension means or, different ones mean and."),
]
ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", help="Time zone of the days: one of the settings zone (the default) and other_zones."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="table for people, the others for programs.")]
TextFormatOption = Annotated[TextFormat, typer.Option("--format", help="table for people, the others for programs.")]
ReportFormatOption = Annotated[ReportFormat, typer.Option("--format", help="table for people, json for programs.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file instead of the screen.")]


def names(listed: str) -> tuple[str, ...]:
    """`project, site` as a tuple."""
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def day(moment: datetime | None) -> date | None:
    """The day that was given; None if none was."""
    return None if moment is None else moment.date()


def days(first: datetime | None, last: datetime | None) -> tuple[date | None, date | None]:
    """First and last day. Raises UsageError if they are the wrong way round."""
    from pipeline.errors import UsageError

    if first and last and first > last:
        raise UsageError(f"--from {first.date()} is after --to {last.date()}")
    return day(first), day(last)


def cube_at(lake: Path | None, url: str | None, zone: str | None = None, as_closed: str | None = None) -> "Cube":
    """The cube that a command asks, with days of that zone: of the lake here, or of a server where one is named.

    as_closed   a month of the lake as it was closed
    Raises UsageError where a lake and a server are named at once, and what opening the one or the other raises.
    """
    from pipeline import settings as configuration
    from pipeline.closing.command import opened
    from pipeline.errors import UsageError

    if url is None:
        return opened(configuration.load(lake=lake).lake, as_closed, zone)
    if lake is not None or as_closed is not None:
        raise UsageError("--url asks another ledger, --lake and --as-closed one that is here", "Use one of them.")
    from pipeline.remote_cube import RemoteCube  # what only this needs is not loaded for others

    return RemoteCube(served(url)).in_zone(zone)


def served(url: str) -> "RemoteLedger":
    """The ledger at that address; it is sent the token of HTC_LEDGER_TOKEN, if that is set. Raises UsageError."""
    from pipeline.remote import RemoteLedger
    from pipeline.settings import SERVED_TOKEN

    return RemoteLedger(url, os.environ.get(SERVED_TOKEN) or None)


def status_at(lake: Path | None, url: str | None, zone: str | None, now: datetime) -> "Status":
    """All that `status` tells of the lake here, or of the ledger at that address, as `cube_at` does."""
    from pipeline import settings as configuration
    from pipeline.errors import UsageError
    from pipeline.status.gather import gather

    if url is None:
        return gather(configuration.load(lake=lake), now, zone)
    if lake is not None:
        raise UsageError("--url asks another ledger, --lake one that is here", "Use one of them.")
    with served(url) as ledger:
        return ledger.status(zone)


def cube_and_pools(
    lake: Path | None, pool: list[str] | None, zone: str | None = None, url: str | None = None
) -> "tuple[Cube, tuple[str, ...]]":
    """The same, and the pools that are asked about. Raises UsageError for what is not there."""
    from pipeline.one_pool import known_pools
    from pipeline.viewer import LOCAL

    cube = cube_at(lake, url, zone)
    return cube, known_pools(cube, LOCAL, pool or ())
