"""The command `htc-ledger collect`: options in; one round with a table of what came of it, or a service."""

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.options import LakeOption, ReportFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.settings import Settings
    from pipeline.source_settings import Source

EXAMPLE = """\
Tell what to collect in ledger.toml (`htc-ledger init` writes one with an example of each kind), such as:
[[sources]]
name = "ap1"
kind = "files"
paths = ["/var/lib/condor/spool/history*", "/var/lib/condor/spool/epoch_history*"]"""


def collect(
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on at each source's interval until SIGTERM or Ctrl-C.")
    ] = False,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this one of the [[sources]]; repeat it for several.")
    ] = None,
    lake: LakeOption = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="With --watch: port of /metrics and /healthz (else the setting); 0: none."),
    ] = None,
    format_: Annotated[
        ReportFormat | None, typer.Option("--format", help="Without --watch: table for people, json for programs.")
    ] = None,
) -> None:
    """Read all sources of ledger.toml into the lake: files, schedds, startds, pools. Once, or as a service.

    Each record is taken in once, whatever is interrupted, restarted or read twice. Each source is polled in a
    process of its own that is ended when its time is up. The exit code is 0 if all went well, 1 if a source failed;
    a service that is told to stop ends with 0.
    """
    from pipeline import settings as configuration

    settings = configuration.load(lake=lake, metrics_port=metrics_port)
    chosen = _chosen(settings, source or [])
    if watch:
        _refuse(format_ is not None, "--format", "is for one round; --watch writes log lines")
        _watch(settings, chosen)
    else:
        _refuse(metrics_port is not None, "--metrics-port", "is for --watch")
        _round(settings, chosen, format_ or ReportFormat.table)


def _chosen(settings: "Settings", names: list[str]) -> "list[Source]":
    from pipeline.errors import SettingsError, UsageError

    if not settings.sources:
        raise SettingsError("there is nothing to collect: no [[sources]] are configured", EXAMPLE)
    known = {source.name: source for source in settings.sources}
    for name in names:
        if name not in known:
            raise UsageError(f"no source is called {name!r}", f"Configured: {', '.join(known)}.")
    return [source for name, source in known.items() if not names or name in names]


def _refuse(wrong: bool, option: str, why: str) -> None:
    from pipeline.errors import UsageError

    if wrong:
        raise UsageError(f"{option} {why}", "Leave it out.")


def _watch(settings: "Settings", chosen: "list[Source]") -> None:
    from collectors.pollers import COLLECTORS
    from collectors.service.log import open_log
    from collectors.service.watch import watch

    watch(settings, chosen, COLLECTORS, open_log())


def _round(settings: "Settings", chosen: "list[Source]", format_: ReportFormat) -> None:

    from collectors.pollers import COLLECTORS
    from collectors.service import round_tables
    from collectors.service.round import collect_once
    from pipeline.lake import Lake
    from pipeline.terminal import standard_output, visible

    lake = Lake(settings.lake)
    if not lake.exists:
        lake.create()  # so that `status` can tell of sources that were never reached
    with _progress() as step:
        done = collect_once(settings, chosen, COLLECTORS, step)
    if format_ is ReportFormat.json:
        typer.echo(round_tables.as_json(done), nl=False)
    else:
        round_tables.show(done, standard_output())
    for complaint in round_tables.complaints(done):
        typer.echo("\n".join(visible(line) for line in f"error: {complaint}".split("\n")), err=True)
    if done.stopped_by is not None:
        typer.echo(round_tables.STOPPED.format(signal.Signals(done.stopped_by).name), err=True)
        raise typer.Exit(128 + done.stopped_by)
    if done.failed or done.unwritten is not None:
        raise typer.Exit(1)


@contextmanager
def _progress() -> "Iterator[Callable[[int, int], None]]":
    """A bar on a terminal's stderr; nothing where there is no terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, known: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("collecting"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task: Any = bar.add_task("", total=None)
        yield lambda done, known: bar.update(task, completed=done, total=known)
