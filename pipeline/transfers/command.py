"""The command `htc-ledger transfers`: files that URL plugins moved."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.options import (
    FirstOption,
    Format,
    FormatOption,
    LakeOption,
    LastOption,
    OutputOption,
    UrlOption,
    ZoneOption,
    cube_at,
    days,
    names,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.transfers.asked import TransferQuery


class What(StrEnum):
    """As `pipeline.transfers.questions.QUESTIONS`."""

    sums = "sums"
    failures = "failures"
    inputs = "inputs"
    saved = "saved"
    jobs = "jobs"


BY_DEFAULT = {What.sums: "protocol", What.failures: "endpoint,site", What.saved: "endpoint"}
_ABOUT = {
    What.sums: "Bytes of files that arrived; MB/s of those whose size and time are known.",
    What.failures: "Numbers, addresses and names in quotes are left out of an error, so that equal ones are counted.",
    What.inputs: "Inputs that arrived more than once; at most 1,000, those of most bytes first.",
    What.saved: "Hit: the cache had it already. Where no cache says so, nothing is known: a dash.",
    What.jobs: "All bytes that the ads of jobs tell of that left the queue, by HTCondor itself and by plugins.",
}
_SHOWN = {
    What.sums: ("files", "failed", "bytes", "rate_mb_s", "hit_bytes", "fetched_bytes"),
    What.failures: ("files", "kind", "job"),
    What.inputs: ("files", "url", "file_bytes", "bytes", "hit_bytes"),
    What.saved: ("files", "distinct_files", "bytes", "distinct_bytes", "hit_bytes", "fetched_bytes"),
    What.jobs: ("jobs", "told", "received_bytes", "sent_bytes"),
}
"""Columns for people; programs get all."""
_HEADS = {"rate_mb_s": "MB/s", "kind": "error", "url": "input", "job": "newest, job"}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(transfers)


def transfers(
    by: Annotated[
        str | None,
        typer.Option(
            help="protocol, endpoint (cache or server), direction, purpose, result, site, project, user, day."
        ),
    ] = None,
    what: Annotated[
        What,
        typer.Option(
            help="sums: files, bytes, rates. failures: by kind of error. inputs: those fetched again. "
            "saved: by caches. jobs: all bytes of jobs, however moved."
        ),
    ] = What.sums,
    first: FirstOption = None,
    last: LastOption = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="DIMENSION=VALUE, also protocol=, endpoint=, result=, ...; may be repeated."),
    ] = None,
    format_: FormatOption = Format.table,
    output: OutputOption = None,
    zone: ZoneOption = None,
    url: UrlOption = None,
    lake: LakeOption = None,
) -> None:
    """Files that URL plugins moved (OSDF, HTTP, ...): how many, how large, how fast, what failed, what caches saved.

    HTCondor's own file transfer (CEDAR) leaves no records of files; `--what jobs` has the bytes of both.
    Example: htc-ledger transfers --by endpoint,site --where direction=download
    """
    from pipeline.answers import write_table
    from pipeline.transfers.asked import TransferQuery, where_of
    from pipeline.viewer import LOCAL

    groups = names(BY_DEFAULT.get(what, "") if by is None else by)
    asked = TransferQuery(() if what is What.inputs else groups, *days(first, last), where_of(where or []))
    cube = cube_at(lake, url, zone)
    found = cube.transfers("of_jobs" if what is What.jobs else what.value, asked, LOCAL)
    if format_ is not Format.table or output is not None:
        write_table(found, format_, output)
    else:
        _show(found, asked, what, cube.published.zone)


def _show(found: "pa.Table", asked: "TransferQuery", what: What, zone: str) -> None:
    from rich.text import Text

    from pipeline.terminal import plain_table, standard_output, visible

    console = standard_output()
    if not found.num_rows:
        console.print("No moved file is known of that.", style="dim", markup=False, highlight=False)
        return
    table = plain_table()
    for group in asked.dimensions():
        table.add_column(group.label, overflow="fold")
    for name in _SHOWN[what]:
        is_text = name in ("kind", "url", "job")
        head = _HEADS.get(name, name.removesuffix("_bytes").replace("_", " "))
        table.add_column(head.capitalize() if head[0].islower() else head, justify="left" if is_text else "right")
    for row in found.to_pylist():
        cells = [visible(str(row[name])) for name in asked.by] + [_cell(row, name) for name in _SHOWN[what]]
        table.add_row(*map(Text, cells))
    console.print(table)
    console.print(f"{_ABOUT[what]} Zone {zone}.", style="dim", markup=False, highlight=False)


def _cell(row: dict[str, Any], name: str) -> str:
    from pipeline.terminal import cell
    from pipeline.transfers.amounts import size

    if name == "job":
        return cell(None if row["cluster"] is None else f"{row['of_ap']}#{row['cluster']}.{row['proc']}")
    value = row[name]
    return size(value) if value is not None and name.endswith("bytes") else cell(value)
