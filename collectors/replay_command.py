"""The command `htc-ledger replay`: all rows anew of the archived bytes, and what came of it."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from collectors.rejects_command import print_read_again
from pipeline.options import LakeOption, ReportFormat, ReportFormatOption

if TYPE_CHECKING:
    from collectors.replay import Replayed


def replay(
    lake: LakeOption = None,
    format_: ReportFormatOption = ReportFormat.table,
) -> None:
    """Make all rows anew from the archived bytes: after an update that reads more, or after a change of settings that
    refuse records. Rejected records are read again, too.

    Rows whose bytes were not archived stay as they are. Collectors may run meanwhile. A table changes at once or not
    at all; interrupted, it is simply run again. Run `htc-ledger build` afterwards.
    """
    from datetime import UTC, datetime

    from rich.console import Console

    from collectors.replay import replay as make_anew
    from pipeline import settings as configuration
    from pipeline.lake import Lake

    settings = configuration.load(lake=lake)
    with Console(stderr=True).status("reading the archive") as spinner:
        done = make_anew(Lake(settings.lake), settings, datetime.now(UTC), spinner.update)
    if format_ is ReportFormat.json:
        typer.echo(json.dumps(_plain(done), indent=2))
    else:
        _print(done)


def _plain(done: "Replayed") -> dict[str, object]:
    return {
        "archive": vars(done.archive) | {"made": sorted(done.archive.made)},
        "tables": [asdict(table) for table in done.tables],
        "rejects": vars(done.rejects) | {"read": done.rejects.read},
    }


def _print(done: "Replayed") -> None:
    from rich.table import Table

    from pipeline.terminal import standard_output, visible

    typer.echo(f"Archived records read again: {done.archive.records:,}.")
    shown = Table("table", box=None, header_style="bold", pad_edge=False)
    for heading in ("rows", "without bytes, as they were"):
        shown.add_column(heading, justify="right")
    shown.add_column("")
    for table in done.tables:
        shown.add_row(
            table.table,
            f"{table.rows:,}",
            f"{table.as_they_were:,}",
            "made anew" if table.changed else "nothing changed",
        )
    if done.tables:
        standard_output().print(shown)
    for rule, times in done.archive.refused.most_common():
        typer.echo(f"Refused now, {visible(rule)}: {times:,}, such as: {visible(done.archive.reasons[rule])}")
    for word, times in done.archive.skipped.most_common():
        typer.echo(f"Of a type that is not kept any more, {visible(word)}: {times:,}")
    if done.rejects.read:
        print_read_again(done.rejects)
    if done.rejects.new_rows or any(table.changed for table in done.tables):
        typer.echo("Run `htc-ledger build` to publish what changed.")
