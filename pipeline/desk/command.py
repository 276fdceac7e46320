"""The commands `htc-ledger desk ...`: findings acknowledged, muted, noted; who did it, until when; taken back."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import (
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OnePoolOption,
    OutputOption,
    SinceOption,
    days,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from pipeline.cube import Cube
    from pipeline.desk.act import Done
    from pipeline.triage.chosen import Window

KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY", help="Key of the finding, of `desk findings`, or its first digits.")
]
ForOption = Annotated[str | None, typer.Option("--for", metavar="SPAN", help="How long it holds: 12h, 3d, 2w.")]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="MOMENT", help="Until when: 2026-11-24, or 2026-11-24T08:00Z.")
]
ByOption = Annotated[str | None, typer.Option("--by", help="Who does it. Default: the account.")]
NoteOption = Annotated[str, typer.Option("--note", help="Why, for others: a line of text.")]


def desk_app() -> typer.Typer:
    """The group of commands `desk`."""
    app = typer.Typer(help="Findings of triage acknowledged, muted and noted.", no_args_is_help=True)
    app.command()(findings)
    app.command()(ack)
    app.command()(mute)
    app.command()(note)
    app.command("list")(list_)
    app.command()(undo)
    return app


def findings(
    pool: OnePoolOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    since: SinceOption = 24,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """What stands out, with its key, and who has acknowledged or muted it."""
    from pipeline.desk.looking import as_table, looked_at
    from pipeline.triage.chosen import Window
    from pipeline.viewer import LOCAL

    now, cube = datetime.now(UTC), _cube(lake)
    asked, found = Window(pool, *days(first, last), since).seen(cube, LOCAL, now)
    _tell(as_table(looked_at(cube.lake, asked.pool, found, int(now.timestamp()))), format_, output)


def ack(
    key: KeyArgument,
    why: NoteOption = "",
    span: ForOption = None,
    until: UntilOption = None,
    by: ByOption = None,
    pool: OnePoolOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    since: SinceOption = 24,
    lake: LakeOption = None,
) -> None:
    """Say that somebody looks after a finding; for a week, if nothing else is said."""
    from pipeline.triage.chosen import Window

    _act("ack", key, why, (span, until), by, Window(pool, *days(first, last), since), _cube(lake))


def mute(
    key: KeyArgument,
    why: NoteOption = "",
    span: ForOption = None,
    until: UntilOption = None,
    by: ByOption = None,
    pool: OnePoolOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    since: SinceOption = 24,
    lake: LakeOption = None,
) -> None:
    """Fold a finding away and keep alerts about it silent; for a day, if nothing else is said.

    It speaks again if it shows up at a place where it was not, or when the time is over.
    """
    from pipeline.triage.chosen import Window

    _act("mute", key, why, (span, until), by, Window(pool, *days(first, last), since), _cube(lake))


def note(
    key: KeyArgument,
    text: Annotated[str, typer.Argument(help="What others should know: a line of text.")],
    span: ForOption = None,
    until: UntilOption = None,
    by: ByOption = None,
    pool: OnePoolOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    since: SinceOption = 24,
    lake: LakeOption = None,
) -> None:
    """Write a line on a finding; for good, if nothing else is said."""
    from pipeline.triage.chosen import Window

    _act("note", key, text, (span, until), by, Window(pool, *days(first, last), since), _cube(lake))


def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also what is over or was taken back.")] = False,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """Who did what on which finding, until when; the newest last. Example: htc-ledger desk list --all"""
    from pipeline import settings as configuration
    from pipeline.desk.journal import acts
    from pipeline.desk.listing import as_table
    from pipeline.desk.standing import in_force
    from pipeline.lake import Lake

    opened = Lake(configuration.load(lake=lake).lake)
    opened.require()
    known = acts(opened)
    held = in_force(known, int(datetime.now(UTC).timestamp()))
    _tell(as_table(known if everything else held, held), format_, output)


def undo(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id of the act, of `desk list`, or its first digits.")],
    by: ByOption = None,
    lake: LakeOption = None,
) -> None:
    """Take an act back. What was done stays in the journal."""
    from pipeline import settings as configuration
    from pipeline.closing.journal import who
    from pipeline.desk import act as acts
    from pipeline.desk.journal import find, record
    from pipeline.lake import Lake
    from pipeline.terminal import visible

    opened = Lake(configuration.load(lake=lake).lake)
    opened.require()
    taken = find(opened, identity)
    record(opened, acts.undo(taken, by or who(), "command", int(datetime.now(UTC).timestamp())))
    typer.echo(visible(f"Taken back: {taken.done} of {taken.by} on: {taken.sentence}"))


def _act(
    done: "Done",
    key: str,
    text: str,
    end: tuple[str | None, str | None],
    by: str | None,
    window: "Window",
    cube: "Cube",
) -> None:
    from pipeline.answers import iso
    from pipeline.closing.journal import who
    from pipeline.desk.act import About, Wish
    from pipeline.desk.journal import record
    from pipeline.desk.looking import meant
    from pipeline.desk.time_given import until_of
    from pipeline.terminal import visible
    from pipeline.viewer import LOCAL

    now = datetime.now(UTC)
    now_utc = int(now.timestamp())
    asked, findings_ = window.seen(cube, LOCAL, now)
    found = meant(findings_, key)
    wish = Wish(done, text, who() if by is None else by, "command", until_of(*end, now_utc))
    act = record(cube.lake, wish.act(About.of(asked.pool, found), found.sentence, now_utc))
    until = "for good" if act.until_utc is None else f"until {iso(act.until_utc)}"
    typer.echo(visible(f"{act.id}: {done}, {until}, on: {found.sentence}"))


def _cube(lake: "Path | None") -> "Cube":
    from pipeline import settings as configuration
    from pipeline.cube import Cube

    return Cube.open(configuration.load(lake=lake).lake)


def _tell(table: "pa.Table", format_: Format, output: "Path | None") -> None:
    from pipeline.answers import with_times, write_table
    from pipeline.show_table import show_table

    if format_ is Format.table and output is None:
        show_table(with_times(table))
    else:
        write_table(table, format_, output)
