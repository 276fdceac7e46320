"""The command `htc-ledger campaigns`: the morning sheet."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.options import (
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OnePoolOption,
    OutputOption,
    UrlOption,
    WhereOption,
    ZoneOption,
    cube_at,
    days,
)

if TYPE_CHECKING:
    import pyarrow as pa

DAYS = 2
"""Days that are shown where none are named: the newest, and the one before."""
MOST_SHOWN = 60
_COUNTS = ("asked_for", "succeeded", "failed", "removed", "recovered")
_NOW = ("running", "idle", "held")


class Kind(StrEnum):
    """As `pipeline.campaigns.questions.KINDS`."""

    marker = "marker"
    dag = "dag"
    batch = "batch"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(campaigns)


def campaigns(
    kind: Annotated[
        list[Kind] | None,
        typer.Option(help="Only these; may be repeated. marker: as POMS, CRAB, WMAgent, bps, ... named it."),
    ] = None,
    pool: OnePoolOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    where: WhereOption = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """The morning sheet: each campaign, DAG and batch by day. What was asked for, is done, failed, recovered, runs now.

    Without days: the newest day with usage and the one before. A job counts once: for its campaign's marker, else its
    DAG, else its batch. Input files: those that the ended jobs name; how many of them are known to have failed, and of
    how many nothing is known. Example: htc-ledger campaigns --where project=IceNorth --from 2026-11-01
    """
    from datetime import timedelta

    from pipeline.answers import with_times, write_table
    from pipeline.one_pool import days_of, one_pool
    from pipeline.query import UsageQuery, where_of
    from pipeline.viewer import LOCAL

    cube = cube_at(lake, url, zone)
    known = one_pool(cube, LOCAL, pool)
    begin, end = days(first, last)
    _, newest = days_of(known, begin, end)
    query = UsageQuery((), (), begin or newest - timedelta(days=DAYS - 1), newest, where_of(where or ()))
    found = cube.campaigns(query, known.name, tuple(each.value for each in kind or Kind), LOCAL)
    if format_ is not Format.table or output is not None:
        write_table(with_times(found), format_, output)
    else:
        _show(found, f"{known.name}, {query.first} to {query.last}, zone {cube.published.zone}")


def _show(found: "pa.Table", of: str) -> None:
    from rich.text import Text

    from pipeline.terminal import plain_table, standard_output, visible

    console = standard_output()
    if not found.num_rows:
        console.print(
            Text(visible(f"{of}: no job of a campaign, DAG or batch ended, or is in the queue."), style="dim")
        )
        return
    table = plain_table()
    for name in ("Day", "Campaign", "User"):
        table.add_column(name, overflow="fold")
    for name in (*_COUNTS, "run/idle/held", "input files", "core hours", "CPU eff.", "last success"):
        table.add_column(name.replace("_", " ").capitalize() if name != "CPU eff." else name, justify="right")
    for name in ("Exit codes", "Down"):
        table.add_column(name, overflow="fold")
    for row in found.slice(0, MOST_SHOWN).to_pylist():
        table.add_row(*(Text(visible(cell)) for cell in _cells(row)))
    console.print(table)
    more = f" The first {MOST_SHOWN} of {found.num_rows:,} rows." if found.num_rows > MOST_SHOWN else ""
    console.print(
        Text(
            visible(f"{of}. Jobs by the day that they ended; what runs, is idle or held: as last asked.{more}"),
            style="dim",
        )
    )


def _cells(row: dict[str, Any]) -> list[str]:
    from pipeline.answers import iso
    from pipeline.terminal import cell

    cpu_h, share, success = row["cpu_h"], row["cpu_efficiency"], row["last_success_utc"]
    return [
        row["day"],
        f"{row['campaign'][:60]} ({row['kind']})",
        row["user"],
        *(cell(row[name]) for name in _COUNTS),
        "—" if row["running"] is None else "/".join(f"{row[name]:,}" for name in _NOW),
        _files(row),
        "—" if cpu_h is None else f"{cpu_h:,.1f}",
        "—" if share is None else f"{100 * share:.0f} %",
        "—" if success is None else iso(success)[:16].replace("T", " "),
        row["exit_codes"] or "—",
        row["downtimes"] or "—",
    ]


def _files(row: dict[str, Any]) -> str:
    """`128, 3 failed, 5 unknown`; the others arrived."""
    if row["files"] is None:
        return "—"
    less = (f"{row[f'files_{kind}']:,} {kind}" for kind in ("failed", "unknown") if row[f"files_{kind}"])
    return ", ".join([f"{row['files']:,}", *less])
