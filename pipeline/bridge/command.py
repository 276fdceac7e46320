"""The command `bridge`: from as used to as ended, to what others publish, and from a foreign total to ours."""

import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import (
    LakeOption,
    TextFormat,
    ZoneOption,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.bridge.asked import BridgeQuery
    from pipeline.cube import Cube


class TargetName(StrEnum):
    ended = "ended"
    history = "history"
    gracc = "gracc"
    chtc = "chtc"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(bridge)


def bridge(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, included. Default: all.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, included. Default: all.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="A bridge for each pool, ap, project, site, resource or user.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="DIMENSION=VALUE; the same dimension means or, different ones mean and.")
    ] = None,
    target: Annotated[
        TargetName | None,
        typer.Option(
            help="Where it leads: ended; history (each final ad, as awk adds them up; the default); gracc or chtc: as "
            "those count (gracc is the default with --foreign)."
        ),
    ] = None,
    foreign: Annotated[
        Path | None,
        typer.Option(help="CSV of a foreign total: hours, and any of period (2026-Q4, 2026-11), project, site."),
    ] = None,
    top: Annotated[int, typer.Option(min=0, max=1000, help="Receipts named for each step.")] = 3,
    format_: Annotated[
        TextFormat, typer.Option("--format", help="table for people, the others for programs.")
    ] = TextFormat.table,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """From as used to as ended, and on to what others publish, by cause: the steps add up to the difference exactly.

    With --foreign from somebody else's total to ours: what our causes explain of the difference, and what they do not.
    Example: htc-ledger bridge --from 2026-10-01 --to 2026-12-31 --by site --where pool=sample
    """
    from pipeline import settings as configuration
    from pipeline.bridge.asked import BridgeQuery, Target
    from pipeline.cube import Cube
    from pipeline.query import where_of

    usual: Target = "gracc" if foreign is not None else "history"
    wanted: Target = usual if target is None else target.value
    days = (first.date() if first else None, last.date() if last else None)
    asked = BridgeQuery(*days, where=where_of(where or ()), by=by, target=wanted)
    cube = Cube.open(configuration.load(lake=lake).lake, zone)
    answer = _foreign(cube, asked, foreign, top) if foreign is not None else _own(cube, asked, top)
    if format_ is TextFormat.table:
        _show(answer, cube.published.zone)
    else:
        from pipeline.export import to_csv, to_json

        sys.stdout.buffer.write(to_csv(answer) if format_ is TextFormat.csv else to_json(_of_json(answer)))
        sys.stdout.buffer.flush()


def _own(cube: "Cube", asked: "BridgeQuery", top: int) -> "pa.Table":
    from pipeline.bridge.as_rows import as_table
    from pipeline.viewer import LOCAL

    return as_table(cube.bridge(asked, LOCAL, top), asked.target)


def _foreign(cube: "Cube", asked: "BridgeQuery", path: Path, top: int) -> "pa.Table":
    from pipeline.bridge.as_rows import foreign_table
    from pipeline.bridge.foreign import read
    from pipeline.errors import UsageError
    from pipeline.viewer import LOCAL

    if asked.by is not None:
        raise UsageError("--by and --foreign do not go together", "The file's own project and site columns group it.")
    pairs = [(line, cube.bridge(line.asked(asked), LOCAL, top)[0]) for line in read(path)]
    return foreign_table(pairs, asked.target)


def _of_json(answer: "pa.Table") -> "pa.Table":
    """Amounts as whole numbers: all but absurd ones fit 64 bits, those become text."""
    import pyarrow as pa

    place = answer.schema.get_field_index("mcore_s")
    numbers = [int(value) for value in answer.column("mcore_s").to_pylist()]
    if all(abs(number) < 1 << 63 for number in numbers):
        return answer.set_column(place, "mcore_s", pa.array(numbers, pa.int64()))
    return answer.set_column(place, "mcore_s", pa.array([str(number) for number in numbers], pa.string()))


def _show(answer: "pa.Table", zone: str) -> None:
    from rich.text import Text

    from pipeline.bridge.causes import BY_NAME
    from pipeline.receipt.amounts import core_h
    from pipeline.terminal import plain_table, standard_output, visible

    console, rows = standard_output(), answer.to_pylist()
    groups: Sequence[str] = list(dict.fromkeys(row["group"] for row in rows))
    for group in groups:
        if group:
            console.print(Text(f"\n{visible(group)}", style="bold"))
        table = plain_table()
        table.add_column("from … to")
        table.add_column("core h", justify="right", no_wrap=True)
        table.add_column("jobs", justify="right", no_wrap=True)
        table.add_column("why, and the largest", overflow="fold")
        for row in (row for row in rows if row["group"] == group):
            step = BY_NAME[row["name"]].text if row["kind"] == "step" else ""
            why = " ".join(part for part in (step, visible(_largest(row["receipts"] or ""))) if part)
            style = "bold" if row["kind"] == "total" else ""
            indent = "" if row["kind"] == "total" else "  "
            jobs = "" if row["jobs"] is None else f"{row['jobs']:,}"
            amount = Text(core_h(int(row["mcore_s"])), style=style)
            table.add_row(Text(indent + row["label"], style=style), amount, jobs, Text(why, style="dim"))
        console.print(table)
    console.print(f"Days begin at midnight {zone}. Largest jobs: core hours; htc-ledger explain JOB.", style="dim")


def _largest(receipts: str) -> str:
    """The largest parts, with their core hours instead of milli-core-seconds."""
    from pipeline.receipt.amounts import core_h

    parts = (receipt.rpartition(" ") for receipt in receipts.split("; ") if receipt)
    return "; ".join(f"{job} {core_h(int(mcore_s))}" for job, _, mcore_s in parts)
