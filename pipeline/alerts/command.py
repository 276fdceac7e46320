"""The commands `htc-ledger alerts ...`: rules looked at, those concerned told, and what was told before."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import Format, FormatOption, LakeOption, OutputOption

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from pipeline.alerts.due import Due, Found, Moment
    from pipeline.alerts.rule import AlertRule

UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="MOMENT", help="Look at runs up to then: 2026-11-24T08:00Z. Default: the newest."),
]
RuleOption = Annotated[list[str] | None, typer.Option("--rule", help="Only this rule; may be repeated.")]


def alerts_app() -> typer.Typer:
    """The group of commands `alerts`."""
    app = typer.Typer(help="Who is told at once of what stands out: the rules [[alerts]].", no_args_is_help=True)
    app.command()(check)
    app.command("test")(preview)
    app.command()(sent)
    return app


def check(
    rule: RuleOption = None,
    until: UntilOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    lake: LakeOption = None,
) -> None:
    """Tell those concerned of what stands out, once. To be run every few minutes.

    Muted findings, and sites in an announced downtime, are silent. The exit code is 1 if a rule could not be asked or
    a message was not taken; the others are sent, and the next check tries again.
    """
    from pipeline import settings as configuration
    from pipeline.alerts.check import only_check, send
    from pipeline.alerts.due import due
    from pipeline.cube import Cube

    settings = configuration.load(lake=lake)
    rules, moment = _chosen(settings.alerts, rule), _moment(until, settings.stale_after_h)
    cube = Cube.open(settings.lake)
    if dry_run:
        found = due(cube, rules, moment)
        _say([f"{one.state}: {_line(one)}" for one in found.due])
        _end(found, failed=0)
        return
    with only_check(cube.lake):
        found = due(cube, rules, moment)
        outcomes = send(cube.lake, settings, found.due, moment.now)
    failed = [one for one in outcomes if one.error]
    _say([f"told: {_line(one.due)}" for one in outcomes if not one.error])
    _complain([f"not told: {_line(one.due)}: {one.error}" for one in failed])
    silent = len(found.due) - len(outcomes)
    _say([f"{len(outcomes) - len(failed)} told, {silent} silent (`htc-ledger alerts test` says why)."])
    _end(found, len(failed))


def preview(
    rule: RuleOption = None,
    until: UntilOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """What the rules would say now, to whom, and why not; nothing is sent.

    Example: htc-ledger alerts test --rule "full disks"
    """
    from pipeline import settings as configuration
    from pipeline.alerts.due import due
    from pipeline.alerts.listing import of_due
    from pipeline.cube import Cube

    settings = configuration.load(lake=lake)
    found = due(Cube.open(settings.lake), _chosen(settings.alerts, rule), _moment(until, settings.stale_after_h))
    _tell(of_due(found.due), format_, output)
    _end(found, failed=0)


def sent(format_: FormatOption = Format.table, output: OutputOption = None, lake: LakeOption = None) -> None:
    """What was told to whom, the newest last."""
    from pipeline import settings as configuration
    from pipeline.alerts.due import SOURCE
    from pipeline.alerts.listing import of_steps
    from pipeline.lake import Lake
    from pipeline.mail.sent import steps

    opened = Lake(configuration.load(lake=lake).lake)
    opened.require()
    _tell(of_steps(steps(opened, SOURCE)), format_, output)


def _chosen(rules: "Sequence[AlertRule]", named: "Sequence[str] | None") -> "list[AlertRule]":
    from pipeline.errors import UsageError

    known = ", ".join(one.name for one in rules)
    if not rules:
        raise UsageError("there is no rule", "Write [[alerts]] into ledger.toml; `htc-ledger init` shows how.")
    strangers = [name for name in named or () if name not in {one.name for one in rules}]
    if strangers:
        raise UsageError(f"there is no rule {strangers[0]!r}", f"Known: {known}.")
    return [one for one in rules if not named or one.name in named]


def _moment(until: str | None, stale_after_h: int) -> "Moment":
    from pipeline.alerts.due import Moment
    from pipeline.desk.time_given import moment_of

    return Moment(datetime.now(UTC), None if until is None else moment_of(until), stale_after_h)


def _line(one: "Due") -> str:
    why = f" ({one.reason})" if one.reason else ""
    return f"{one.rule.name} -> {one.to.shown}{why}: {one.finding.sentence}"


def _say(lines: "Sequence[str]") -> None:
    from pipeline.terminal import visible

    for line in lines:
        typer.echo(visible(line))


def _complain(lines: "Sequence[str]") -> None:
    from pipeline.terminal import visible

    for line in lines:
        typer.echo(visible(line), err=True)


def _end(found: "Found", failed: int) -> None:
    """Say which rules could not be asked; the exit code is 1 if one could not, or a message was not taken."""
    _complain([f"rule {name}: {error.what}. {error.hint}" for name, error in found.troubles])
    if found.troubles or failed:
        raise typer.Exit(1)


def _tell(table: "pa.Table", format_: Format, output: "Path | None") -> None:
    from pipeline.answers import with_times, write_table
    from pipeline.show_table import show_table

    if format_ is Format.table and output is None:
        show_table(with_times(table))
    else:
        write_table(table, format_, output)
