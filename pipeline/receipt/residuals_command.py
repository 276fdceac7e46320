"""The command `residuals`: where wall time and attempts disagree, largest first, with the cause."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.options import (
    LakeOption,
    TextFormat,
    TextFormatOption,
    UrlOption,
    ZoneOption,
    cube_at,
)

if TYPE_CHECKING:
    import pyarrow as pa


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(residuals)


def residuals(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First end day, included. Default: all.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last end day, included. Default: all.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="DIMENSION=VALUE, also cause=run_lost; the same dimension means or.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Jobs listed.")] = 20,
    format_: TextFormatOption = TextFormat.table,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Jobs whose attempts do not add up to the wall time of their final ad, largest first, and sums by cause.

    Example: htc-ledger residuals --where cause=run_lost, then htc-ledger explain AP#CLUSTER.PROC
    """
    from pipeline.receipt.residuals import ResidualQuery, where_of
    from pipeline.viewer import LOCAL

    days = (first.date() if first else None, last.date() if last else None)
    asked = ResidualQuery(*days, where=where_of(where or []))
    cube = cube_at(lake, url, zone)
    found = cube.residuals(asked, LOCAL, limit)
    if format_ is not TextFormat.table:
        from pipeline.export import to_csv, to_json

        sys.stdout.buffer.write(to_csv(found) if format_ is TextFormat.csv else to_json(found))
        sys.stdout.buffer.flush()
        return
    _show(cube.residual_causes(asked, LOCAL), ("cause",))
    _show(found, ("pool", "job", "end_day", "project", "site", "user", "cause"))
    _say(cube.reconciliation(asked, LOCAL).to_pylist()[0])


def _show(answer: "pa.Table", texts: tuple[str, ...]) -> None:
    from rich.text import Text

    from pipeline.receipt.amounts import core_h, seconds
    from pipeline.terminal import plain_table, standard_output, visible

    table = plain_table()
    for name in answer.column_names:
        head = "core h" if name == "mcore_s" else name.removesuffix("_s").replace("_", " ")
        head += "" if name in (*texts, "jobs", "mcore_s") else " s"
        table.add_column(head, justify="left" if name in texts else "right", overflow="fold")
    for row in answer.to_pylist():
        cells = [
            visible(str(value)) if name in texts else (core_h if name == "mcore_s" else seconds)(value)
            for name, value in row.items()
        ]
        table.add_row(*map(Text, cells))
    standard_output().print(table)
    standard_output().print()


def _say(sums: dict[str, Any]) -> None:

    from pipeline.receipt.amounts import MINUS
    from pipeline.terminal import standard_output

    sign = "+" if sums["residual_s"] >= 0 else MINUS
    jobs = "1 job" if sums["jobs"] == 1 else f"{sums['jobs']:,} jobs"
    text = (
        f"{jobs}: attempts {sums['attempts_wall_s']:,} s {sign} residual {abs(sums['residual_s']):,} s "
        f"= wall time {sums['wall_s']:,} s."
    )
    standard_output().print(text, style="dim", highlight=False, markup=False)
