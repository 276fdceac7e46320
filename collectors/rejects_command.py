"""The commands `htc-ledger rejects ...`: records that are not counted, why, and how they come to be."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import Format, FormatOption, LakeOption, ReportFormat

if TYPE_CHECKING:
    import pyarrow as pa

    from collectors.replay_rejects import RejectsRead

_MOST_LINES, _LONGEST_LINE = 400, 2_000
"""What `show` prints of a record's text."""

RuleOption = Annotated[str | None, typer.Option(help="Only those that this rule refused.")]
PoolOption = Annotated[str | None, typer.Option(help="Only those of this pool.")]
ApOption = Annotated[str | None, typer.Option("--ap", help="Only those of this access point.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Its 16 digits, as `rejects list` shows them.")]


def rejects_app() -> typer.Typer:
    """The group of commands `rejects`."""
    app = typer.Typer(no_args_is_help=True)
    app.callback()(_group)
    app.command("list")(list_)
    app.command()(show)
    app.command()(replay)
    return app


def _group() -> None:
    """Records that are kept but not counted: list them, show one, read them again under today's rules."""


def list_(
    rule: RuleOption = None,
    pool: PoolOption = None,
    ap: ApOption = None,
    each: Annotated[
        bool, typer.Option("--each", help="One line per record, newest first, instead of per rule.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="With --each: at most so many.")] = 100,
    format_: FormatOption = Format.table,
    lake: LakeOption = None,
) -> None:
    """How many records each rule refused, the newest, and why one of them was."""
    from pipeline import rejects
    from pipeline import settings as configuration
    from pipeline.answers import write_table
    from pipeline.export import to_parquet
    from pipeline.lake import Lake

    target = Lake(configuration.load(lake=lake).lake)
    asked = rejects.Asked(rule, pool, ap)
    found = rejects.each(target, asked, limit) if each else rejects.by_rule(target, asked)
    if format_ is Format.table and not found.num_rows:
        typer.echo("No such record is rejected." if asked.given else "No record is rejected.")
    elif format_ is Format.table:
        (_print_each if each else _print_rules)(found)
    elif format_ is Format.parquet:
        _write_bytes(to_parquet(found), "Parquet")
    else:
        write_table(found, format_)


def show(
    record_id: Id,
    raw: Annotated[bool, typer.Option("--raw", help="Write the record's bytes as they are, and nothing else.")] = False,
    lake: LakeOption = None,
) -> None:
    """One rejected record: where it was found, why it is not counted, what to do, and its text."""
    from pipeline import rejects
    from pipeline import settings as configuration
    from pipeline.lake import Lake
    from pipeline.terminal import visible

    row = rejects.one(Lake(configuration.load(lake=lake).lake), record_id)
    if raw:
        _write_bytes(row["content"], "A record as it is")
        return
    facts = {
        "rule": row["rule"],
        "reason": row["reason"],
        "what to do": rejects.advice(row["rule"]),
        "file": f"{row['path']}, byte {row['offset_bytes']:,} ({row['kind']}, {row['form']})",
        "size": f"{row['length_bytes']:,} bytes, BLAKE2b-128 {row['digest']}",
        "pool": row["pool"],
        "access point": row["ap"] or "not known",
        "read": _utc(row["read_utc"]),
    }
    for name, value in facts.items():
        typer.echo(f"{name + ':':14}{visible(value)}")
    typer.echo("")
    _print_text(row["content"], row["length_bytes"])


def replay(
    rule: RuleOption = None,
    record_id: Annotated[str | None, typer.Option("--id", metavar="ID", help="Only this one.")] = None,
    ap: Annotated[
        str | None, typer.Option("--ap", help="Access point of those records that do not name theirs.")
    ] = None,
    lake: LakeOption = None,
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="table for people, json for programs.")
    ] = ReportFormat.table,
) -> None:
    """Read rejected records again under today's rules and settings: those that pass become rows, the others stay.

    Interrupted, it is simply run again: no record is counted twice. Run `htc-ledger build` afterwards.
    """
    from datetime import UTC, datetime

    from collectors.replay_rejects import Chosen, replay_rejects
    from pipeline import settings as configuration
    from pipeline.errors import UsageError
    from pipeline.lake import Lake
    from pipeline.rejects import number_of, one

    if ap is not None and not ap.strip():
        raise UsageError("--ap is empty", "Leave it out, or name one.")
    settings = configuration.load(lake=lake)
    target = Lake(settings.lake)
    if record_id is not None:
        one(target, record_id)  # an id that is not there is a mistake, not an empty choice
    chosen = Chosen(rule, None if record_id is None else number_of(record_id))
    done = replay_rejects(target, settings, datetime.now(UTC), chosen, ap)
    if format_ is ReportFormat.json:
        typer.echo(json.dumps(vars(done) | {"read": done.read}, indent=2))
    else:
        print_read_again(done)
        if done.new_rows:
            typer.echo("Run `htc-ledger build` to publish them.")


def print_read_again(done: "RejectsRead") -> None:
    """Say what came of rejects that were read again."""
    from pipeline.terminal import visible

    typer.echo(
        f"Rejects read again: {done.read:,}. Pass: {done.passed:,} (new rows: {done.new_rows:,}). "
        f"Stay: {done.stayed.total() + done.cut:,}. Of a type that is not kept: {done.skipped:,}."
    )
    if done.cut:
        typer.echo(f"  not kept whole, cannot be read again: {done.cut:,}")
    for rule, times in done.stayed.most_common():
        typer.echo(f"  {visible(rule)}: {times:,}, such as: {visible(done.reasons[rule])}")


def _print_rules(found: "pa.Table") -> None:
    from rich.table import Table
    from rich.text import Text

    from pipeline.terminal import standard_output, visible

    shown = Table(box=None, header_style="bold", pad_edge=False)
    for name in found.column_names:
        shown.add_column(
            name, justify="right" if name == "records" else "left", overflow="fold", no_wrap=name != "reason"
        )
    for row in found.to_pylist():
        row["records"] = f"{row['records']:,}"
        shown.add_row(*(Text(visible(cell)) for cell in row.values()))
    standard_output().print(shown)


def _print_each(found: "pa.Table") -> None:
    """Two lines a record: they are found by their ids."""
    from pipeline.terminal import visible

    for row in found.to_pylist():
        owner = f"{row['pool']}, {row['ap'] or 'access point not known'}"
        typer.echo(visible(f"{row['id']}  {row['rule']}  read {row['read']}  {owner}"))
        typer.echo(visible(f"    {row['path']}, byte {row['offset_bytes']:,}: {row['reason']}"))


def _print_text(content: bytes, length: int) -> None:
    from pipeline.terminal import visible

    lines = content.decode("utf-8", "backslashreplace").split("\n")
    for line in lines[:_MOST_LINES]:
        cut = f" ... ({len(line) - _LONGEST_LINE:,} more)" if len(line) > _LONGEST_LINE else ""
        typer.echo(visible(line[:_LONGEST_LINE]) + cut)
    if len(lines) > _MOST_LINES:
        typer.echo(f"... ({len(lines) - _MOST_LINES:,} more lines: --raw shows all)")
    if length > len(content):
        typer.echo(f"... (only the first {len(content):,} of {length:,} bytes are kept)")


def _write_bytes(content: bytes, what: str) -> None:
    from pipeline.errors import UsageError

    if sys.stdout.isatty():
        raise UsageError(f"{what} is not for a terminal", "Redirect the output to a file.")
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _utc(moment: int | None) -> str:
    from datetime import UTC, datetime

    return "not known" if moment is None else f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S} UTC"
