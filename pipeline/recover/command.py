"""The command `htc-ledger recover`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import Format, FormatOption, LakeOption, OutputOption

if TYPE_CHECKING:
    from pipeline.recover.parts import Recovery
    from pipeline.recover.rescue_file import Written


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(recover)


def recover(
    cluster: Annotated[str | None, typer.Option("--cluster", help="AP#CLUSTER, for example ap1#1234.")] = None,
    dag: Annotated[str | None, typer.Option("--dag", help="AP#CLUSTER of the DAG's own job.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Name of a batch.")] = None,
    write: Annotated[
        Path | None, typer.Option("--write", help="New folder for what submits again: it is written, never submitted.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Failure class, such as memory_exceeded; may be repeated.")
    ] = None,
    removed: Annotated[bool, typer.Option("--removed", help="Also jobs that their user removed.")] = False,
    rescue: Annotated[
        Path | None, typer.Option("--rescue", help="Of a DAG: DAGMan's newest rescue file, if it wrote one.")
    ] = None,
    user: Annotated[str | None, typer.Option("--user", help="Whose batch, where several have one so named.")] = None,
    pool: Annotated[str | None, typer.Option("--pool", help="Pool, where several have one so named.")] = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """What failed of a cluster, batch or DAG, why, and files that run just that again, with more where it lacked some.

    Memory, disk and time are raised where that was the failure. What is in the queue, or succeeded, is left alone. What
    the ads in the lake do not suffice for is refused, job by job, with what is missing. Ends with 3 where jobs failed
    and none of them can be run again. Example: htc-ledger recover --cluster ap1#1234 --write again
    """
    from pipeline import settings as configuration
    from pipeline.answers import write_table
    from pipeline.cube import Cube
    from pipeline.recover.as_rows import as_table
    from pipeline.recover.asked import asked
    from pipeline.recover.writing import write_all
    from pipeline.viewer import LOCAL

    rescued = None if rescue is None else _rescued(rescue)
    more = {"pool": pool, "user": user, "only": tuple(only or ()), "removed": removed, "rescued": rescued}
    question = asked(cluster, dag, batch, **more)
    found = Cube.open(configuration.load(lake=lake).lake).recovery(question, LOCAL)
    lines = [] if write is None or not (found.again or found.rescue) else write_all(found, write)
    if format_ is not Format.table or output is not None:
        write_table(as_table(found), format_, output)
        for line in lines:
            typer.echo(line, err=True)
    else:
        _show(found, lines, write)
    if not found.again and any(each.kind == "missing" for each in found.left):
        raise typer.Exit(3)


def _rescued(path: Path) -> "Written":
    """What DAGMan's rescue file says. Raises UsageError."""
    from pipeline.errors import UsageError
    from pipeline.recover.rescue_file import LARGEST, parsed

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "Name DAGMan's newest rescue file.") from error
    if len(content) > LARGEST:
        raise UsageError(f"{path} is larger than {LARGEST >> 20} MiB", "Name DAGMan's newest rescue file.")
    return parsed(path.name, content.decode("utf-8", "replace"))


def _show(found: "Recovery", lines: list[str], folder: Path | None) -> None:
    from rich.text import Text

    from pipeline.recover.showing import show
    from pipeline.terminal import standard_output, visible

    console = standard_output()
    show(found, console)
    if lines:
        console.print(Text("\nWritten. Look at it, then submit:", style="bold"))
        for line in lines:
            console.print(Text(visible(line)), soft_wrap=True)
    elif (found.again or found.rescue) and folder is None:
        console.print(Text("\nNothing is written yet: --write FOLDER does.", style="dim"))
