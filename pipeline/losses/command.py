"""The command `htc-ledger losses`: where hours went that brought nothing."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.options import (
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OutputOption,
    UrlOption,
    WhereOption,
    ZoneOption,
    cube_at,
    days,
)
from pipeline.options import names as listed

if TYPE_CHECKING:
    import pyarrow as pa


class What(StrEnum):
    """What is asked; each is one of `pipeline.losses.questions`."""

    workflows = "workflows"
    users = "users"
    requests = "requests"
    outliers = "outliers"
    evictions = "evictions"
    hosts = "hosts"
    reasons = "reasons"
    waits = "waits"


class Size(StrEnum):
    """As `pipeline.losses.sizes.SIZES`."""

    memory = "memory"
    cores = "cores"
    disk = "disk"


ASKED = {
    What.requests: "bins of {size}",
    What.outliers: "outliers of {size}",
    What.hosts: "evicting_hosts",
    What.reasons: "eviction_reasons",
}
RANKED = ("project", "user")
_ABOUT = {
    What.workflows: "Jobs that left the queue on these days, with all of their core hours.",
    What.users: "Jobs that left the queue on these days, with all of their core hours.",
    What.requests: "Bin b holds sizes from 2^(b/2) on: GiB of memory and disk, or cores.",
    What.outliers: "What was not used, times hours: GiB hours of memory and disk, or core hours.",
    What.evictions: "Runs that ended on these days; lost_h are core hours that no checkpoint saved.",
    What.hosts: "Runs that ended on these days; lost_h are core hours that no checkpoint saved.",
    What.reasons: "Runs that ended on these days; lost_h are core hours that no checkpoint saved.",
    What.waits: "Hours from submission to the first start, of jobs that left the queue on these days.",
}
MOST_SHOWN = 40


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(losses)


def losses(
    what: Annotated[What, typer.Argument(help="requests and outliers are of --size; waits and evictions are --by.")],
    by: Annotated[str, typer.Option(help="Dimensions of waits (project) and evictions (site), comma separated.")] = "",
    of: Annotated[Size, typer.Option("--size", help="What jobs asked for, and used.")] = Size.memory,
    first: FirstOption = None,
    last: LastOption = None,
    where: WhereOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Where hours went that brought nothing: workflows and users by waste, requests against use, evictions, waits.

    Example: htc-ledger losses outliers --size memory --where project=IceNorth
    """
    from pipeline.answers import write_table
    from pipeline.query import UsageQuery, where_of
    from pipeline.viewer import LOCAL

    groups = RANKED if what in (What.workflows, What.users) else listed(by)
    query = UsageQuery(groups, (), *days(first, last), where_of(where or ()))
    cube = cube_at(lake, url, zone)
    found = cube.losses(ASKED.get(what, what.value).format(size=of.value), query, LOCAL)
    if format_ is not Format.table or output is not None:
        write_table(found, format_, output)
    else:
        _show(found, what, cube.published.zone)


def _show(found: "pa.Table", what: What, zone: str) -> None:
    from rich.text import Text

    from pipeline.terminal import cell, plain_table, standard_output

    console = standard_output()
    if not found.num_rows:
        console.print("Nothing is known of that.", style="dim", markup=False, highlight=False)
        return
    table = plain_table()
    for field in found.schema:
        table.add_column(field.name, justify="left" if str(field.type) == "string" else "right", overflow="fold")
    for row in found.slice(0, MOST_SHOWN).to_pylist():
        table.add_row(*(Text(cell(value)) for value in row.values()))
    console.print(table)
    more = f" The first {MOST_SHOWN} of {found.num_rows:,}." if found.num_rows > MOST_SHOWN else ""
    console.print(f"{_ABOUT[what]}{more} Zone {zone}.", style="dim", markup=False, highlight=False)
