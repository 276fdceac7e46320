"""The command `htc-ledger triage`."""

from collections.abc import Sequence
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
    UrlOption,
    ZoneOption,
    cube_at,
    days,
)

if TYPE_CHECKING:
    from pipeline.triage.finding import Asked, Finding


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(triage)


def triage(
    pool: OnePoolOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    since: SinceOption = 24,
    all_: Annotated[bool, typer.Option("--all", help="Also what is not much more than before.")] = False,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """What is broken: since when, where, whose fault it usually is, what it costs, and what to do.

    Runs that ended in the window are compared with those elsewhere, and with the time before it: at least a week.
    Programs get all findings, with `alarm` for those that are new or much more than before. Where no days are named,
    sources that are not collected now come first.
    Example: htc-ledger triage --since 48
    """
    from datetime import UTC, datetime

    from pipeline.answers import write_table
    from pipeline.triage.as_rows import as_rows
    from pipeline.triage.chosen import Window
    from pipeline.viewer import LOCAL

    cube = cube_at(lake, url, zone)
    asked, found = Window(pool, *days(first, last), since).seen(cube, LOCAL, datetime.now(UTC))
    if format_ is not Format.table or output is not None:
        write_table(as_rows(found), format_, output)
    else:
        _show([one for one in found if all_ or one.alarm], len(found), asked, cube.published.zone)


def _show(found: "Sequence[Finding]", of: int, asked: "Asked", zone: str) -> None:
    from rich.text import Text

    from pipeline.terminal import plain_table, standard_output, visible
    from pipeline.triage.sentences import moment

    console = standard_output()
    span = f"{moment(asked.from_utc, zone)} to {moment(asked.to_utc, zone)}, {zone}"
    console.print(Text(visible(f"{asked.pool}: {span}"), style="bold"))
    for number, one in enumerate(found, start=1):
        table = plain_table()
        table.add_column(justify="right", no_wrap=True)
        table.add_column(overflow="fold")
        table.show_header = False
        table.add_row(str(number), Text(visible(one.sentence), style="bold"))
        if one.tried or one.tried_before:
            table.add_row("", Text(visible(_numbers(one))))
        if one.signature and one.signature not in one.sentence:
            table.add_row("", Text(visible(one.signature), style="dim"))
        table.add_row("", Text(visible(f"{_blame(one)}{one.action}")))
        console.print(table)
    rest = of - len(found)
    more = f" {rest:,} more that {'is' if rest == 1 else 'are'} not much more than before: --all." if rest else ""
    console.print(
        f"{'Nothing stands out.' if not found else f'{len(found):,} stand out.'}{more}", style="dim", highlight=False
    )


def _numbers(one: "Finding") -> str:
    from pipeline.triage.sentences import share

    there = f"{one.failed:,} of {one.tried:,} attempts there ({share(one.failed, one.tried)})"
    elsewhere = f", {share(one.failed_elsewhere, one.tried_elsewhere)} elsewhere" if one.tried_elsewhere else ""
    before = (
        f", {share(one.failed_before, one.tried_before)} before" if one.tried_before and one.kind != "quiet" else ""
    )
    return f"{there}{elsewhere}{before}; {one.jobs:,} jobs, {one.hours:,.1f} core hours"


def _blame(one: "Finding") -> str:
    return f"Usually the {one.blame}'s. " if one.blame else ""
