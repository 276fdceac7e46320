"""The commands `htc-ledger lake ...`: care of the lake's files."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from pipeline.options import LakeOption, ReportFormat, ReportFormatOption

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.maintenance import Maintained


def lake_app() -> typer.Typer:
    """The group of commands `lake`."""
    app = typer.Typer(help="Keep the lake's files in shape.", no_args_is_help=True)
    app.command()(maintain)
    app.callback()(_group)
    return app


def _group() -> None:
    """Keep the lake's files in shape."""


def maintain(
    lake: LakeOption = None,
    format_: ReportFormatOption = ReportFormat.table,
) -> None:
    """Merge small files, drop rows whose time is over (settings archive_days, pool_ads_days), and remove the files
    that nothing needs any more (setting vacuum_after_h).

    Collectors and builds may run meanwhile. No record is changed; interrupted, it is simply run again.
    """
    from datetime import UTC, datetime

    from pipeline import settings as configuration
    from pipeline.lake import Lake
    from pipeline.maintenance import maintain as bring_into_shape
    from pipeline.terminal import standard_output

    settings = configuration.load(lake=lake)
    done = bring_into_shape(Lake(settings.lake), settings, datetime.now(UTC))
    if format_ is ReportFormat.json:
        typer.echo(json.dumps([asdict(table) for table in done.tables], indent=2))
        return

    console = standard_output()
    console.print(_shown(done))
    console.print(f"{_mib(done.bytes_freed)} MiB freed. Files that were replaced go after {settings.vacuum_after_h} h.")


def _shown(done: "Maintained") -> "Table":

    from pipeline.terminal import plain_table

    shown = plain_table()
    shown.add_column("table", no_wrap=True)
    for heading in ("files", "MiB", "rows over", "removed", "MiB freed"):
        shown.add_column(heading, justify="right", no_wrap=True)
    notes = any(table.note for table in done.tables)
    if notes:
        shown.add_column("left for the next time", overflow="fold")
    for table in done.tables:
        shown.add_row(
            table.table,
            _became(f"{table.files_before:,}", f"{table.files_after:,}"),
            _became(_mib(table.bytes_before), _mib(table.bytes_after)),
            f"{table.expired_rows:,}",
            f"{table.files_removed:,}",
            _mib(table.bytes_freed),
            *([table.note] if notes else []),
        )
    return shown


def _became(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _mib(size: int) -> str:
    return f"{size / (1 << 20):,.1f}"
