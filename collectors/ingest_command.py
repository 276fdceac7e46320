"""The command `htc-ledger ingest`: options in, a progress bar meanwhile, a table or JSON of what came of it."""

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import LakeOption, ReportFormat, ReportFormatOption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from collectors.report import Report

Paths = Annotated[list[Path], typer.Argument(readable=False, help="Files, in any order and as often as you like.")]
ApOption = Annotated[
    str | None, typer.Option("--ap", help="Access point of the records; else each job's own id says it.")
]
PoolOption = Annotated[str | None, typer.Option("--pool", help="Pool of the records; else the setting `pool`.")]


def ingest(
    paths: Paths,
    ap: ApOption = None,
    pool: PoolOption = None,
    lake: LakeOption = None,
    format_: ReportFormatOption = ReportFormat.table,
) -> None:
    """Read HTCondor's records into the lake: history and epoch files, per-job files, startd history, and what
    condor_history, condor_q and condor_status write with -long, -json or -jsonl.

    What a file is, its content says. Reading a file again, or a longer version of it, adds only what is new.
    Records that cannot be read or break a bound are kept with their reason; the others are read all the same.
    """
    from pipeline.light_libraries import load_lightly

    load_lightly()
    from collectors.ingest import ingest as read_files
    from pipeline import settings as configuration
    from pipeline.errors import UsageError
    from pipeline.lake import Lake

    for option, value in (("--ap", ap), ("--pool", pool)):
        if value is not None and not value.strip():
            raise UsageError(f"{option} is empty", "Leave it out, or name one.")
    settings = configuration.load(lake=lake)
    target = Lake(settings.lake)
    target.create()
    with _progress(paths) as step:
        report = read_files(paths, target, settings, datetime.now(UTC), ap, pool, step)
    if format_ is ReportFormat.json:
        typer.echo(report.as_json(), nl=False)
    else:
        from collectors.report_tables import show

        show(report, _console(stderr=False))
    _complain(report)
    if report.unread:
        raise typer.Exit(1)


def _complain(report: "Report") -> None:
    from pipeline.terminal import visible

    for what, hint in report.unread:
        typer.echo(f"error: {visible(what)}" + (f"\n{visible(hint)}" if hint else ""), err=True)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr)


@contextmanager
def _progress(paths: list[Path]) -> "Iterator[Callable[[Path, int], None]]":
    """A bar on a terminal's stderr; nothing where there is no terminal."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield lambda path, offset: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    sizes = {path: path.stat().st_size if path.is_file() else 0 for path in paths}
    reached: dict[Path, int] = {}
    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=sum(sizes.values()))

        def step(path: Path, offset: int) -> None:
            reached[path] = min(offset, sizes[path])
            bar.update(task, completed=sum(reached.values()))

        yield step
