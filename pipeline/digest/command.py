"""The commands `htc-ledger digest ...`: shown, sent, and who wants none."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import Format, FormatOption, LakeOption, OnePoolOption, OutputOption

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from pipeline.cube import Cube
    from pipeline.digest.period import Period
    from pipeline.digest.readers import Reader
    from pipeline.digest.send import Outcome
    from pipeline.lake import Lake

WeekOption = Annotated[
    str | None, typer.Option("--week", metavar="WEEK", help="ISO week: 2026-W47. Default: the last that is over.")
]
DayOption = Annotated[
    datetime | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="Of operators: the day. Default: yesterday."),
]
OperatorsOption = Annotated[bool, typer.Option("--operators", help="The daily one of the whole pool.")]
AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="Mail address.")]


def digest_app() -> typer.Typer:
    """The group of commands `digest`."""
    app = typer.Typer(help="What was used and wasted, by mail: weekly and daily.", no_args_is_help=True)
    app.command()(preview)
    app.command()(send)
    app.command()(sent)
    app.command()(opt_out)
    app.command()(opt_in)
    app.command()(opted)
    return app


def preview(
    whose: Annotated[
        tuple[str, str] | None, typer.Option("--for", metavar="KIND NAME", help="user NAME, or project NAME.")
    ] = None,
    operators: OperatorsOption = False,
    week: WeekOption = None,
    day: DayOption = None,
    text: Annotated[bool, typer.Option("--text", help="As plain text instead of HTML.")] = False,
    pool: OnePoolOption = None,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """Write a digest to the screen or a file; nothing is sent.

    Example: htc-ledger digest preview --for project Heron --week 2026-W47 > heron.html
    """
    from pipeline import settings as configuration
    from pipeline.answers import write
    from pipeline.digest import render
    from pipeline.digest.content import digest
    from pipeline.errors import UsageError

    settings = configuration.load(lake=lake)
    cube, name = _cube_and_pool(settings.lake, pool)
    reader, now = _reader(whose, operators), datetime.now(UTC)
    period = _period(reader.digest, week, day, cube.published.zone, now)
    found = digest(cube, name, reader, period, settings.base_url, now)
    if found is None:
        raise UsageError(f"nothing of {reader.kind} {reader.name} ran in {period.name}".replace("  ", " "))
    write((render.text(found) if text else render.html(found)).encode("utf-8", "replace"), output, binary=False)


def send(
    weekly: Annotated[bool, typer.Option("--weekly", help="Those of users and projects.")] = False,
    daily: Annotated[bool, typer.Option("--daily", help="That of operators.")] = False,
    week: WeekOption = None,
    day: DayOption = None,
    again: Annotated[bool, typer.Option("--again", help="Also those that may have gone out.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    pool: OnePoolOption = None,
    lake: LakeOption = None,
) -> None:
    """Send each reader of digest_readers the digest, once. The exit code is 1 if one failed; the others are sent."""
    from pipeline import settings as configuration
    from pipeline.digest.readers import DAILY, WEEKLY, readers
    from pipeline.digest.send import Issue
    from pipeline.digest.send import send as send_all
    from pipeline.errors import UsageError
    from pipeline.mail.once import FAILED

    if weekly == daily:
        raise UsageError("which digests?", "Name --weekly or --daily.")
    kind = WEEKLY if weekly else DAILY
    settings = configuration.load(lake=lake)
    to = [reader for reader in readers(settings.digest_readers) if reader.digest == kind]
    cube, name = _cube_and_pool(settings.lake, pool)
    now = datetime.now(UTC)
    period = _period(kind, week, day, cube.published.zone, now)
    outcomes = send_all(cube, settings, to, Issue(name, period, now, again, dry_run))
    _tell_outcomes(outcomes)
    if any(one.state in FAILED for one in outcomes):
        raise typer.Exit(1)


def sent(format_: FormatOption = Format.table, output: OutputOption = None, lake: LakeOption = None) -> None:
    """What was sent to whom, step by step, the newest last: begun, sent or refused."""
    import pyarrow as pa

    from pipeline.digest.send import SOURCE
    from pipeline.mail.sent import steps

    names = ("at_utc", "period", "rule", "about", "recipient", "state", "said")
    schema = pa.schema([(name, pa.int64() if name == "at_utc" else pa.string()) for name in names])
    rows = [{name: getattr(step, name) for name in names} for step in steps(_lake(lake), SOURCE)]
    _tell(pa.Table.from_pylist(rows, schema=schema), format_, output)


def opt_out(address: AddressArgument, lake: LakeOption = None) -> None:
    """Note that an address wants no digests any more."""
    _wish(address, lake, is_out=True)


def opt_in(address: AddressArgument, lake: LakeOption = None) -> None:
    """Note that an address wants digests again."""
    _wish(address, lake, is_out=False)


def opted(format_: FormatOption = Format.table, output: OutputOption = None, lake: LakeOption = None) -> None:
    """Who wants no digests, since when, and who noted it."""
    import pyarrow as pa

    from pipeline.digest.opted import opted_out

    schema = pa.schema([("address", pa.string()), ("at_utc", pa.int64()), ("by", pa.string())])
    rows = [{name: row[name] for name in schema.names} for row in opted_out(_lake(lake)).values()]
    _tell(pa.Table.from_pylist(rows, schema=schema), format_, output)


def _wish(address: str, lake: "Path | None", *, is_out: bool) -> None:
    from pipeline.closing.journal import who
    from pipeline.digest.opted import wish

    is_new = wish(_lake(lake), address, who(), datetime.now(UTC), is_out=is_out)
    state = "no digests" if is_out else "digests"
    typer.echo(f"{address} gets {state}." if is_new else f"{address} gets {state} already.")


def _lake(lake: "Path | None") -> "Lake":
    from pipeline import settings as configuration
    from pipeline.lake import Lake

    opened = Lake(configuration.load(lake=lake).lake)
    opened.require()
    return opened


def _cube_and_pool(lake: "Path", pool: str | None) -> "tuple[Cube, str]":
    from pipeline.cube import Cube
    from pipeline.one_pool import one_pool
    from pipeline.viewer import LOCAL

    cube = Cube.open(lake)
    return cube, one_pool(cube, LOCAL, pool).name


def _reader(whose: tuple[str, str] | None, operators: bool) -> "Reader":
    from pipeline.digest.readers import Reader
    from pipeline.errors import UsageError

    if (whose is None) != operators:
        raise UsageError("whose digest?", "Name --for user NAME, --for project NAME, or --operators.")
    if whose is None:
        return Reader("operators", "", "operators@localhost")
    kind, name = whose
    if kind == "user":
        return Reader("user", name, "reader@localhost")
    if kind == "project":
        return Reader("project", name, "reader@localhost")
    raise UsageError(f"there is no digest for {kind!r}", "Name --for user NAME, or --for project NAME.")


def _period(kind: str, week: str | None, day: datetime | None, zone: str, now: datetime) -> "Period":
    from pipeline.digest.period import Period
    from pipeline.digest.readers import WEEKLY
    from pipeline.errors import UsageError

    if (week if kind != WEEKLY else day) is not None:
        raise UsageError("a week is of users and projects, a day of operators", "Name the other one, or none.")
    if week is not None:
        return Period.week(week, zone)
    return Period.newest(kind, now, zone) if day is None else Period.day(day.date(), zone)


def _tell_outcomes(outcomes: "Sequence[Outcome]") -> None:
    from pipeline.mail.once import FAILED
    from pipeline.terminal import visible

    for one in outcomes:
        of = f" ({one.reader.kind} {one.reader.name})" if one.reader.name else ""
        detail = f": {one.detail}" if one.detail else ""
        typer.echo(visible(f"{one.state}: {one.reader.address}{of}{detail}"), err=one.state in FAILED)
    typer.echo(f"{sum(one.state == 'sent' for one in outcomes)} sent of {len(outcomes)}.")


def _tell(table: "pa.Table", format_: Format, output: "Path | None") -> None:
    from pipeline.answers import with_times, write_table
    from pipeline.show_table import show_table

    if format_ is Format.table and output is None:
        show_table(with_times(table))
    else:
        write_table(table, format_, output)
