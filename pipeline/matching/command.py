"""The command `why-idle`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import Format, FormatOption, LakeOption, OutputOption

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from pipeline.matching.evaluation import Verdict
    from pipeline.matching.why_idle import IdleGroup, WhyIdle


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("why-idle")(why_idle)


def why_idle(
    job: Annotated[
        str | None, typer.Argument(help="AP#CLUSTER.PROC of one job. Without it: the largest groups of like jobs.")
    ] = None,
    project: Annotated[
        list[str] | None, typer.Option("--project", help="Only this project, as its jobs call it; may be repeated.")
    ] = None,
    pool: Annotated[str | None, typer.Option("--pool", help="Pool, where there are several.")] = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    lake: LakeOption = None,
) -> None:
    """Why idle jobs are not running: each of their conditions against the slots there are, as last collected.

    For each clause of Requirements, each request and the slots' own conditions: how many slots pass, and how many would
    match if that one were given up. Example: htc-ledger why-idle ap1.example.org#1234.0
    """
    from pipeline.answers import with_times, write_table
    from pipeline.matching.as_rows import as_table
    from pipeline.terminal import standard_output

    answers = _asked(job, project, pool, lake)
    if format_ is not Format.table or output is not None:
        import pyarrow as pa

        write_table(with_times(pa.concat_tables([as_table(found) for found in answers])), format_, output)
        return
    for found in answers:
        show(found, standard_output())


def _asked(job: str | None, projects: list[str] | None, pool: str | None, lake: Path | None) -> "list[WhyIdle]":
    from pipeline.errors import UsageError
    from pipeline.options import cube_and_pools
    from pipeline.receipt.naming import parse
    from pipeline.viewer import LOCAL

    if job and projects:
        raise UsageError("a job and a project at once", "Ask for one of them.")
    cube, pools = cube_and_pools(lake, [pool] if pool else None)
    if job:
        return [cube.why_one(parse(job, pool), LOCAL)]
    return [cube.why_idle(name, tuple(projects) if projects else None, LOCAL) for name in pools]


def show(found: "WhyIdle", console: "Console") -> None:
    """The answer for people."""
    from rich.text import Text

    from pipeline.answers import iso
    from pipeline.terminal import visible

    if not found.groups:
        console.print(Text(visible(f"{found.pool}: no idle jobs, as last asked.")))
        return
    seen = "" if found.slots_seen_utc is None else f", slots seen until {iso(found.slots_seen_utc)}"
    head = f"{found.pool}: {found.jobs_in_all:,} idle jobs in {found.groups_in_all:,} groups of like ones{seen}"
    console.print(Text(visible(head), style="bold"))
    for group in found.groups:
        console.print()
        _show_group(group, found, console)
    left = found.groups_in_all - len(found.groups)
    if left:
        console.print(Text(f"\n{left:,} smaller groups are not shown: name a project or a job.", style="dim"))


def _show_group(group: "IdleGroup", whole: "WhyIdle", console: "Console") -> None:
    from rich.text import Text

    from pipeline.matching import wording
    from pipeline.terminal import visible

    words = wording.said(group, whole)
    count = "1 job" if group.jobs == 1 else f"{group.jobs:,} jobs"
    console.print(
        Text(visible(f"{count} like {group.example}, of {group.user}, project {group.project}"), style="bold")
    )
    for line in (words.answer, words.advice, wording.wait(group.wait), wording.standing(group.standing)):
        if line:
            console.print(Text(visible(f"  {line}")))
    if group.verdict is not None:
        console.print(_conditions(group.verdict))


def _conditions(verdict: "Verdict") -> "Table":
    from rich.text import Text

    from pipeline.matching import wording
    from pipeline.terminal import plain_table, visible

    table = plain_table()
    table.add_column("  condition", overflow="fold")
    for head in ("slots that\nfulfil it", "would match\nwithout it", "not known of"):
        table.add_column(head, justify="left" if head.startswith("not") else "right", overflow="fold")
    for one in verdict.conditions:
        cells = (
            f"  {wording.named(one)}",
            f"{one.slots:,} of {verdict.slots:,}",
            f"{one.slots_without:,}",
            ", ".join(one.not_collected),
        )
        table.add_row(*(Text(visible(cell)) for cell in cells))
    return table
