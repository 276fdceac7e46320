"""The command `advice`."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import (
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OutputOption,
    WhereOption,
    ZoneOption,
    days,
)

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.advice.advise import Advice
    from pipeline.advice.sheet import AdviceSheet


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(advice)


def advice(
    project: Annotated[str | None, typer.Option("--project", help="Project, as registered.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="User, as USER@DOMAIN.")] = None,
    first: FirstOption = None,
    last: LastOption = None,
    where: WhereOption = None,
    pool: Annotated[str | None, typer.Option("--pool", help="Pool, where there are several.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Pieces of advice for people, those worth the most hours.")] = 10,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """Lines for submit files that would have saved the most hours, with their evidence, their risk and a test.

    What runs asked for against what they used, in quantiles, for each user's workflows; each piece of advice is made
    again of the first half of the days and tried on the second.
    Example: htc-ledger advice --project Bio --from 2026-10-01
    """
    from pipeline.advice.as_rows import as_table
    from pipeline.answers import write_table
    from pipeline.errors import UsageError
    from pipeline.options import cube_and_pools
    from pipeline.query import UsageQuery, where_of
    from pipeline.terminal import standard_output
    from pipeline.viewer import LOCAL

    cube, pools = cube_and_pools(lake, [pool] if pool else None, zone)
    if len(pools) != 1:
        raise UsageError("advice is for one pool", f"Choose it with --pool: {', '.join(pools)}.")
    named = [f"{name}={value}" for name, value in (("project", project), ("user", user)) if value is not None]
    query = UsageQuery((), (), *days(first, last), where=where_of([*named, *(where or ())]))
    sheet = cube.advice(query, pools[0], LOCAL)
    if format_ is Format.table and output is None:
        show(sheet, standard_output(), top)
    else:
        write_table(as_table(sheet), format_, output)


def show(sheet: "AdviceSheet", console: "Console", top: int) -> None:
    """The advice for people."""
    from rich.text import Text

    from pipeline.advice import wording

    sampled = "" if sheet.looked_at == sheet.runs else f", of which {sheet.looked_at:,} were looked at"
    console.print(Text(f"{sheet.runs:,} runs ended{sampled}. {wording.counted(sheet.exchange)}", style="dim"))
    if not sheet.advice:
        console.print(Text("No change would have saved enough to speak of, as far as was measured."))
    for one in sheet.advice[:top]:
        console.print()
        _show_one(one, console)
    if len(sheet.advice) > top:
        console.print(Text(f"\n{len(sheet.advice) - top:,} more: --top, or --format csv.", style="dim"))


def _show_one(one: "Advice", console: "Console") -> None:
    from rich.text import Text

    from pipeline.advice import wording
    from pipeline.terminal import visible

    head = f"{wording.TITLES[one.kind]}: {one.effect.hours:,.0f} {one.rule.unit}"
    whose = f"{one.user}, {one.workflow if one.workflow is not None else 'smaller workflows'}"
    console.print(Text(visible(f"{head} — {whose[:300]}"), style="bold"))
    for line in wording.lines(one).split("\n"):
        console.print(Text(f"    {line}"))
    for said in (wording.sentence(one), wording.evidence(one), wording.risk(one), wording.tested(one)):
        console.print(Text(visible(f"  {said}")))
