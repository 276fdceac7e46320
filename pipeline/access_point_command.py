"""The command `access-point`: jobs into and out of one access point's queue, and what is in it."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import (
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OnePoolOption,
    OutputOption,
    WhereOption,
    ZoneOption,
    days,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.access_point_sheet import AccessPointSheet
    from pipeline.cube import Cube, PoolInfo


class Sheet(StrEnum):
    days = "days"
    kinds = "kinds"
    outcomes = "outcomes"
    transfers = "transfers"
    queue = "queue"
    schedd = "schedd"
    incomplete = "incomplete"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="access-point")(access_point)


def access_point(
    ap: Annotated[
        str | None,
        typer.Argument(help="Its name, with which its jobs' global ids begin. Without one those known are listed."),
    ] = None,
    sheet: Annotated[
        Sheet | None,
        typer.Option(
            help="One part: jobs by day; kinds of jobs; how attempts ended; transfers; queue; its schedd; days that "
            "are not complete."
        ),
    ] = None,
    pool: OnePoolOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    where: WhereOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    lake: LakeOption = None,
) -> None:
    """Jobs submitted, completed and removed at one access point, its queue, transfers, DAGMan and local jobs.

    Without --sheet all parts are shown; for programs and files name one (default: days). Conditions of --where act on
    how jobs and attempts ended and on transfers. By default of the newest 30 days.
    Example: htc-ledger access-point ap1.pool.test --sheet kinds --from 2026-10-01
    """
    from pipeline import settings as configuration
    from pipeline.access_point_sheet import access_point_sheet, is_known
    from pipeline.answers import with_times, write_table
    from pipeline.cube import Cube
    from pipeline.errors import UsageError
    from pipeline.one_pool import days_of, one_pool
    from pipeline.query import where_of
    from pipeline.viewer import LOCAL

    cube = Cube.open(configuration.load(lake=lake).lake, zone)
    chosen = one_pool(cube, LOCAL, pool)
    if ap is None:
        _list(cube, chosen, format_)
        return
    if not is_known(cube, LOCAL, chosen, ap):
        known = ", ".join(cube.values("ap", (chosen.name,), LOCAL, limit=10))
        raise UsageError(f"there is no access point {ap!r} in pool {chosen.name!r}", f"Known: {known}.")
    asked = days_of(chosen, *days(first, last))
    tables = _tables(access_point_sheet(cube, LOCAL, chosen, ap, asked, where_of(where or ())))
    if format_ is not Format.table or output is not None:
        write_table(with_times(tables[sheet or Sheet.days]), format_, output)
        return
    for name in (sheet,) if sheet else Sheet:
        _show(name, with_times(tables[name]))
    _say(f"{ap} in {chosen.name}, {asked[0]} to {asked[1]}; days begin at midnight {cube.published.zone}.")


def _list(cube: "Cube", pool: "PoolInfo", format_: Format) -> None:
    import pyarrow as pa

    from pipeline.answers import write_table
    from pipeline.viewer import LOCAL

    found = pa.table({"access_point": pa.array(cube.values("ap", (pool.name,), LOCAL, limit=10_000), pa.string())})
    if format_ is not Format.table:
        write_table(found, format_)
        return
    _show(Sheet.days, found)
    _say(f"Access points of {pool.name} with usage, most wall time first.")


def _tables(found: "AccessPointSheet") -> "dict[Sheet, pa.Table]":
    from pipeline import access_point_tables as sheets

    return {
        Sheet.days: sheets.days_table(found.days),
        Sheet.kinds: sheets.kinds_table(found.kinds),
        Sheet.outcomes: sheets.outcomes_table(found.outcomes),
        Sheet.transfers: sheets.transfers_table(found.transfers),
        Sheet.queue: sheets.queue_table(found.queue),
        Sheet.schedd: sheets.schedd_table(found.schedd),
        Sheet.incomplete: sheets.incomplete_table(found.incomplete),
    }


NOTHING = {
    Sheet.days: "Nothing is known of these days.",
    Sheet.kinds: "No job left its queue on these days.",
    Sheet.outcomes: "No attempt of its jobs is known on these days.",
    Sheet.transfers: "No attempt of these days tells of its transfers.",
    Sheet.queue: "No job was in its queue, or it was never asked: `htc-ledger status` tells which.",
    Sheet.schedd: "No ad of its schedd is known: a source of kind `pool` asks for it.",
    Sheet.incomplete: "Every day of each stream that was read is complete.",
}


def _show(sheet: Sheet, answer: "pa.Table") -> None:
    from pipeline.show_table import show_table

    if answer.num_rows:
        show_table(answer)
    else:
        _say(NOTHING[sheet])


def _say(text: str) -> None:
    from pipeline.terminal import standard_output

    standard_output().print(text, style="dim", highlight=False, markup=False)
